import { Trans, useLingui } from "@lingui/react/macro";
import { Autocomplete, NumberInput, Select, Switch, TagsInput, Textarea } from "@mantine/core";
import { useId } from "react";
import type { Attribute, Entity, Json } from "../api/types";
import css from "./attribute-form.module.css";
import { EntitiesField } from "./entities-field";
import { useDraft } from "./use-draft";

export type Values = { readonly [key: string]: Json };

interface Props {
  readonly attributes: readonly Attribute[];
  readonly values: Values;
  /** Undefined takes the attribute away. */
  readonly onChange: (key: string, value: Json | undefined) => void;
  readonly readOnly?: boolean;
  /** What the register has, for attributes that name entries of it. */
  readonly entities?: readonly Entity[];
  /** Values of a codebook that are already in use. */
  readonly used?: (key: string) => readonly string[];
  /** Tell every letter, rather than after a pause. */
  readonly immediate?: boolean;
}

/** One field for each attribute, by its kind. Each change is told at once; nothing has to be saved by hand. */
export const AttributeForm = (props: Props) => (
  <div className={css.form}>
    {props.attributes.map((attribute) => (
      <Field
        key={attribute.key}
        attribute={attribute}
        value={props.values[attribute.key]}
        onChange={(value) => props.onChange(attribute.key, value)}
        readOnly={props.readOnly ?? false}
        entities={props.entities ?? []}
        used={props.used?.(attribute.key) ?? []}
        immediate={props.immediate ?? false}
      />
    ))}
  </div>
);

interface FieldProps {
  readonly attribute: Attribute;
  readonly value: Json | undefined;
  readonly onChange: (value: Json | undefined) => void;
  readonly readOnly: boolean;
  readonly entities: readonly Entity[];
  readonly used: readonly string[];
  readonly immediate: boolean;
}

const Field = (props: FieldProps) => {
  const { attribute } = props;
  switch (attribute.kind) {
    case "choice":
      return attribute.values.length > 6 ? <LongChoice {...props} /> : <Choice {...props} />;
    case "codebook":
      return <Codebook {...props} />;
    case "text":
      return <TextField {...props} />;
    case "integer":
      return attribute.values.length > 0 ? <Choice {...props} numeric /> : <NumberField {...props} integer />;
    case "number":
      return <NumberField {...props} />;
    case "boolean":
      return <YesNo {...props} />;
    case "strings":
      return <Strings {...props} />;
    case "entities":
      return <EntitiesField {...props} label={<Name attribute={attribute} missing={false} />} />;
  }
};

const isMissing = ({ attribute, value }: FieldProps): boolean => attribute.required && value === undefined;

const Name = ({ attribute, missing }: { readonly attribute: Attribute; readonly missing: boolean }) => (
  <span className={css.name}>
    {attribute.name}
    {missing && (
      <span className={css.missing}>
        <Trans>missing</Trans>
      </span>
    )}
  </span>
);

/** All values in sight, one press each; the chosen one pressed again is taken back. */
const Choice = ({ numeric = false, ...props }: FieldProps & { readonly numeric?: boolean }) => {
  const { attribute, value, onChange, readOnly } = props;
  const name = useId();
  return (
    <fieldset className={css.choice} disabled={readOnly}>
      <legend>
        <Name attribute={attribute} missing={isMissing(props)} />
      </legend>
      {attribute.values.map((one) => {
        const chosen = String(value ?? "") === one;
        return (
          <label key={one} className={css.option} data-chosen={chosen}>
            <input
              type="radio"
              name={name}
              value={one}
              checked={chosen}
              onChange={() => onChange(numeric ? Number(one) : one)}
              onClick={() => chosen && onChange(undefined)}
              onKeyDown={(event) => event.key === "Delete" && onChange(undefined)}
            />
            {one.replaceAll("_", " ")}
          </label>
        );
      })}
    </fieldset>
  );
};

const LongChoice = (props: FieldProps) => (
  <Select
    size="xs"
    label={<Name attribute={props.attribute} missing={isMissing(props)} />}
    data={props.attribute.values.map((value) => ({ value, label: value.replaceAll("_", " ") }))}
    value={typeof props.value === "string" ? props.value : null}
    onChange={(value) => props.onChange(value ?? undefined)}
    searchable
    clearable
    disabled={props.readOnly}
  />
);

const Codebook = (props: FieldProps) => {
  const { attribute, value, onChange, readOnly, used, immediate } = props;
  const tell = (text: string) => onChange(text.trim() || undefined);
  const draft = useDraft(typeof value === "string" ? value : "", tell, immediate);
  if (attribute.values.length > 0) return <LongChoice {...props} />;
  return (
    <Autocomplete
      size="xs"
      label={<Name attribute={attribute} missing={isMissing(props)} />}
      data={[...new Set(used)]}
      value={draft.value}
      onChange={draft.set}
      onBlur={draft.flush}
      disabled={readOnly}
    />
  );
};

const TextField = (props: FieldProps) => {
  const { attribute, value, onChange, readOnly, immediate } = props;
  const tell = (text: string) => onChange(text === "" ? undefined : text);
  const draft = useDraft(typeof value === "string" ? value : "", tell, immediate);
  return (
    <Textarea
      size="xs"
      label={<Name attribute={attribute} missing={isMissing(props)} />}
      autosize
      minRows={1}
      maxRows={8}
      dir="auto"
      value={draft.value}
      onChange={(event) => draft.set(event.currentTarget.value)}
      onBlur={draft.flush}
      disabled={readOnly}
    />
  );
};

const NumberField = ({ integer = false, ...props }: FieldProps & { readonly integer?: boolean }) => {
  const { attribute, value, onChange, readOnly, immediate } = props;
  const tell = (number: string | number) =>
    onChange(typeof number === "number" && Number.isFinite(number) ? number : undefined);
  const draft = useDraft<string | number>(typeof value === "number" ? value : "", tell, immediate);
  return (
    <NumberInput
      size="xs"
      label={<Name attribute={attribute} missing={isMissing(props)} />}
      allowDecimal={!integer}
      hideControls
      value={draft.value}
      onChange={draft.set}
      onBlur={draft.flush}
      disabled={readOnly}
    />
  );
};

const YesNo = (props: FieldProps) => (
  <Switch
    size="xs"
    label={<Name attribute={props.attribute} missing={isMissing(props)} />}
    checked={props.value === true}
    onChange={(event) => props.onChange(event.currentTarget.checked)}
    disabled={props.readOnly}
  />
);

const Strings = (props: FieldProps) => {
  const { t } = useLingui();
  return (
    <TagsInput
      size="xs"
      label={<Name attribute={props.attribute} missing={isMissing(props)} />}
      placeholder={t`Enter after each`}
      value={Array.isArray(props.value) ? props.value.map(String) : []}
      onChange={(words) => props.onChange(words.length > 0 ? words : undefined)}
      disabled={props.readOnly}
    />
  );
};
