import { NativeSelect } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
  /** Words for "none", which can then be chosen; left out: one of the options is always chosen. */
  readonly none?: string;
  readonly label?: ReactNode;
  readonly "aria-label"?: string;
  readonly size?: "xs" | "sm";
  readonly disabled?: boolean;
  readonly id?: string;
  readonly className?: string;
}

/** One of a few: the system's own list, which every keyboard, phone and screen reader knows. */
export const Choice = ({ options, value, onChange, none, size = "sm", ...rest }: Props) => (
  <NativeSelect
    {...rest}
    size={size}
    value={value ?? ""}
    onChange={(event) => onChange(event.currentTarget.value === "" ? null : event.currentTarget.value)}
  >
    {(none !== undefined || value === null) && <option value="">{none ?? ""}</option>}
    {options.map((one) => (
      <option key={one.value} value={one.value}>
        {one.label}
      </option>
    ))}
  </NativeSelect>
);
