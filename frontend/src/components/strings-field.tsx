import { useLingui } from "@lingui/react/macro";
import { TagsInput } from "@mantine/core";
import type { ReactNode } from "react";
import type { Json } from "../api/types";

interface Props {
  readonly label: ReactNode;
  readonly value: Json | undefined;
  readonly onChange: (value: Json | undefined) => void;
  readonly readOnly: boolean;
}

/** Several words or phrases. */
const StringsField = ({ label, value, onChange, readOnly }: Props) => {
  const { t } = useLingui();
  return (
    <TagsInput
      size="xs"
      label={label}
      placeholder={t`Enter after each`}
      value={Array.isArray(value) ? value.map(String) : []}
      onChange={(words) => onChange(words.length > 0 ? words : undefined)}
      disabled={readOnly}
    />
  );
};

export default StringsField;
