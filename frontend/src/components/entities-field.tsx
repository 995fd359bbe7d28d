import { MultiSelect } from "@mantine/core";
import type { ReactNode } from "react";
import type { Attribute, Entity, Json } from "../api/types";

interface Props {
  readonly attribute: Attribute;
  readonly label: ReactNode;
  readonly value: Json | undefined;
  readonly onChange: (value: Json | undefined) => void;
  readonly readOnly: boolean;
  readonly entities: readonly Entity[];
}

/** Several entries of the register, by name. */
const EntitiesField = ({ label, value, onChange, readOnly, entities }: Props) => (
  <MultiSelect
    size="xs"
    label={label}
    data={entities.filter((one) => one.merged_into === null).map((one) => ({ value: one.id, label: one.name }))}
    value={Array.isArray(value) ? value.map(String) : []}
    onChange={(ids) => onChange(ids.length > 0 ? ids : undefined)}
    searchable
    limit={30}
    disabled={readOnly}
  />
);

export default EntitiesField;
