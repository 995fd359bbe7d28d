import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, TagsInput, TextInput } from "@mantine/core";
import type { Attribute, AttributeKind } from "../api/types";
import { Choice } from "../ui/choice";
import { IconButton } from "../ui/icon-button";
import css from "./attributes-editor.module.css";

interface Props {
  readonly attributes: readonly Attribute[];
  /** Keys that are in use already: they keep their key and kind, so that what is marked stays readable. */
  readonly fixed: ReadonlySet<string>;
  readonly keyFrom: (name: string) => string;
  readonly onChange: (attributes: readonly Attribute[]) => void;
}

const KINDS: readonly AttributeKind[] = [
  "choice",
  "text",
  "boolean",
  "number",
  "integer",
  "codebook",
  "strings",
  "entities",
];
const LISTED: ReadonlySet<AttributeKind> = new Set(["choice", "codebook", "integer"]);

const useKindNames = (): Readonly<Record<AttributeKind, string>> => {
  const { t } = useLingui();
  return {
    choice: t`one of a few values`,
    text: t`text`,
    boolean: t`yes or no`,
    number: t`number`,
    integer: t`whole number`,
    codebook: t`codebook`,
    strings: t`list of words`,
    entities: t`entries of the register`,
  };
};

/** What a label asks about each thing that is marked with it. */
export const AttributesEditor = ({ attributes, fixed, keyFrom, onChange }: Props) => {
  const { t } = useLingui();
  const set = (at: number, change: Partial<Attribute>) =>
    onChange(attributes.map((one, k) => (k === at ? { ...one, ...change } : one)));
  const move = (at: number, by: 1 | -1) => {
    const next = [...attributes];
    const [one] = next.splice(at, 1);
    if (one) next.splice(at + by, 0, one);
    onChange(next);
  };
  return (
    <fieldset className={css.list}>
      <legend>
        <Trans>Attributes</Trans>
      </legend>
      {attributes.map((attribute, k) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a new one has no key of its own before it has a name
        <div key={k} className={css.one}>
          <One
            attribute={attribute}
            fixed={fixed.has(attribute.key)}
            keyFrom={keyFrom}
            onChange={(change) => set(k, change)}
          />
          <span className={css.buttons}>
            <IconButton icon="up" label={t`Up: ${attribute.name}`} disabled={k === 0} onClick={() => move(k, -1)} />
            <IconButton
              icon="down"
              label={t`Down: ${attribute.name}`}
              disabled={k === attributes.length - 1}
              onClick={() => move(k, 1)}
            />
            <IconButton
              icon="cross"
              label={t`Remove ${attribute.name}`}
              onClick={() => onChange(attributes.filter((_, n) => n !== k))}
            />
          </span>
        </div>
      ))}
      <Button
        variant="default"
        size="xs"
        className={css.add ?? ""}
        onClick={() =>
          onChange([
            ...attributes,
            { key: "", name: "", kind: "choice", values: [], required: false, default: null } as Attribute,
          ])
        }
      >
        <Trans>New attribute</Trans>
      </Button>
    </fieldset>
  );
};

interface OneProps {
  readonly attribute: Attribute;
  readonly fixed: boolean;
  readonly keyFrom: (name: string) => string;
  readonly onChange: (change: Partial<Attribute>) => void;
}

const One = ({ attribute, fixed, keyFrom, onChange }: OneProps) => {
  const { t } = useLingui();
  const kinds = useKindNames();
  return (
    <>
      <TextInput
        label={t`Name`}
        value={attribute.name}
        required
        onChange={(event) => {
          const name = event.currentTarget.value;
          onChange(fixed ? { name } : { name, key: keyFrom(name) });
        }}
      />
      <Choice
        label={t`Kind`}
        options={KINDS.map((kind) => ({ value: kind, label: kinds[kind] }))}
        value={attribute.kind}
        disabled={fixed}
        onChange={(kind) => kind && onChange({ kind: kind as AttributeKind, values: [], default: null })}
      />
      {LISTED.has(attribute.kind) && (
        <TagsInput
          label={t`Values`}
          description={t`Enter after each`}
          value={[...attribute.values]}
          onChange={(values) => onChange({ values })}
          splitChars={[",", ";"]}
        />
      )}
      <Checkbox
        label={t`Required`}
        checked={attribute.required}
        onChange={(event) => onChange({ required: event.currentTarget.checked })}
      />
    </>
  );
};
