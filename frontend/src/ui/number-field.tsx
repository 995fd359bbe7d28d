import { TextInput, type TextInputProps } from "@mantine/core";
import { useState } from "react";

type Props = Omit<TextInputProps, "value" | "onChange" | "type" | "inputMode"> & {
  /** Null: empty. */
  readonly value: number | null;
  /** Only numbers are told; what is no number stays on the screen as a mistake. */
  readonly onChange: (value: number | null) => void;
  readonly integer?: boolean;
};

/** A plain field for a number, in digits as they are typed anywhere: a comma counts as a point. */
export const NumberField = ({ value, onChange, integer = false, onBlur, ...rest }: Props) => {
  const [typed, setTyped] = useState<string | null>(null);
  const wrong = typed !== null && numberOf(typed, integer) === undefined;
  return (
    <TextInput
      {...rest}
      inputMode={integer ? "numeric" : "decimal"}
      value={typed ?? (value === null ? "" : String(value))}
      error={wrong || rest.error}
      onChange={(event) => {
        const text = event.currentTarget.value;
        const number = numberOf(text, integer);
        setTyped(text);
        if (number !== undefined) onChange(number);
      }}
      onBlur={(event) => {
        if (!wrong) setTyped(null);
        onBlur?.(event);
      }}
    />
  );
};

/** Null when empty, undefined when it is no number. */
export const numberOf = (text: string, integer: boolean): number | null | undefined => {
  const plain = text.trim().replace(",", ".");
  if (plain === "") return null;
  const pattern = integer ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)$/;
  const number = Number(plain);
  return pattern.test(plain) && Number.isFinite(number) ? number : undefined;
};
