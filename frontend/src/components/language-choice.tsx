import { useLingui } from "@lingui/react/macro";
import { Choice } from "../ui/choice";
import { languageName } from "./words";

interface Props {
  readonly languages: readonly string[];
  readonly value: string | undefined;
  readonly onChange: (language: string | undefined) => void;
  /** Whether the field's name is to be seen, beside others whose names are. */
  readonly named?: boolean;
}

/** One of the languages that there are, or any. */
export const LanguageChoice = ({ languages, value, onChange, named = false }: Props) => {
  const { t } = useLingui();
  return (
    <Choice
      {...(named ? { label: t`Language` } : { "aria-label": t`Language` })}
      none={t`Any language`}
      options={languages.map((tag) => ({ value: tag, label: languageName(tag) }))}
      value={value ?? null}
      onChange={(language) => onChange(language ?? undefined)}
      disabled={languages.length === 0}
    />
  );
};
