import { Trans, useLingui } from "@lingui/react/macro";
import { Switch, Textarea, TextInput } from "@mantine/core";
import { lazy, memo, Suspense, useEffect, useId, useRef, useState } from "react";
import type { Attribute, Entity, Json } from "../api/types";
import { Choice } from "../ui/choice";
import { NumberField } from "../ui/number-field";
import css from "./attribute-form.module.css";
import { useDraft } from "./use-draft";

// Rare in a text's own labels: loaded where they are met.
const EntitiesField = lazy(() => import("./entities-field"));
const StringsField = lazy(() => import("./strings-field"));

export type Values = { readonly [key: string]: Json };

/** Undefined takes the key away. */
export const withValue = (old: Values, key: string, value: Json | undefined): Values => {
  const { [key]: _, ...others } = old;
  return value === undefined ? others : { ...others, [key]: value };
};

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
export const AttributeForm = ({ onChange, used, ...rest }: Props) => {
  const latest = useRef({ onChange, used });
  useEffect(() => {
    latest.current = { onChange, used };
  });
  const [tell] = useState(() => (key: string, value: Json | undefined) => latest.current.onChange(key, value));
  const [known] = useState(() => (key: string) => latest.current.used?.(key) ?? []);
  return <Fields {...rest} onChange={tell} used={known} />;
};

/** Drawn anew only when it would look different: the page around it changes with every event. */
const Fields = memo(
  (props: Props) => (
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
  ),
  (a, b) =>
    a.attributes === b.attributes &&
    a.readOnly === b.readOnly &&
    a.entities?.length === b.entities?.length &&
    JSON.stringify(a.values) === JSON.stringify(b.values),
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
      return attribute.values.length > 6 ? <LongChoice {...props} /> : <Chips {...props} />;
    case "codebook":
      return <Codebook {...props} />;
    case "text":
      return <TextField {...props} />;
    case "integer":
      return attribute.values.length > 0 ? <Chips {...props} numeric /> : <NumberAttribute {...props} integer />;
    case "number":
      return <NumberAttribute {...props} />;
    case "boolean":
      return <YesNo {...props} />;
    case "strings":
      return (
        <Suspense>
          <StringsField {...props} label={<Name attribute={attribute} missing={isMissing(props)} />} />
        </Suspense>
      );
    case "entities":
      return (
        <Suspense>
          <EntitiesField {...props} label={<Name attribute={attribute} missing={isMissing(props)} />} />
        </Suspense>
      );
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
const Chips = ({ numeric = false, ...props }: FieldProps & { readonly numeric?: boolean }) => {
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

const LongChoice = (props: FieldProps) => {
  const { t } = useLingui();
  return (
    <Choice
      size="xs"
      label={<Name attribute={props.attribute} missing={isMissing(props)} />}
      none={t`Not set`}
      options={props.attribute.values.map((value) => ({ value, label: value.replaceAll("_", " ") }))}
      value={typeof props.value === "string" ? props.value : null}
      onChange={(value) => props.onChange(value ?? undefined)}
      disabled={props.readOnly}
    />
  );
};

const Codebook = (props: FieldProps) => {
  const { attribute, value, onChange, readOnly, used, immediate } = props;
  const known = useId();
  const tell = (text: string) => onChange(text.trim() || undefined);
  const draft = useDraft(typeof value === "string" ? value : "", tell, immediate);
  if (attribute.values.length > 0) return <LongChoice {...props} />;
  return (
    <>
      <TextInput
        size="xs"
        label={<Name attribute={attribute} missing={isMissing(props)} />}
        list={known}
        autoComplete="off"
        value={draft.value}
        onChange={(event) => draft.set(event.currentTarget.value)}
        onBlur={draft.flush}
        disabled={readOnly}
      />
      <datalist id={known}>
        {[...new Set(used)].map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </>
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

const NumberAttribute = ({ integer = false, ...props }: FieldProps & { readonly integer?: boolean }) => {
  const { attribute, value, onChange, readOnly, immediate } = props;
  const tell = (number: number | null) => onChange(number ?? undefined);
  const draft = useDraft<number | null>(typeof value === "number" ? value : null, tell, immediate);
  return (
    <NumberField
      size="xs"
      label={<Name attribute={attribute} missing={isMissing(props)} />}
      integer={integer}
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
