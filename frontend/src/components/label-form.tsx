import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { sendCommands } from "../api/commands";
import { schemaQuery } from "../api/queries";
import type { Attribute, Id, Label, Schema } from "../api/types";
import { newId } from "../document/ids";
import { Choice } from "../ui/choice";
import { Fault } from "../ui/states";
import { AttributesEditor } from "./attributes-editor";
import css from "./form.module.css";
import { SectionChoice } from "./guideline/section-choice";
import { SWATCHES } from "./labels";
import { Swatches } from "./swatches";

export const useSchemaCommand = (project: Id) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (command: { readonly type: string; readonly data: object }) =>
      sendCommands(project, [{ id: newId(), ...command }]),
    onSettled: () => queries.invalidateQueries(schemaQuery(project)),
  });
};

interface Props {
  readonly project: Id;
  readonly schema: Schema;
  /** Null makes a new one. */
  readonly label: Label | null;
  readonly onDone: () => void;
}

/** "Key figure" → "key_figure"; the key is for ever, so it is offered from the name and may be written by hand. */
export const keyFrom = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s"\\/]+/g, "_")
    .slice(0, 100);

export const LabelForm = ({ project, schema, label, onDone }: Props) => {
  const { t } = useLingui();
  const change = useSchemaCommand(project);
  const [name, setName] = useState(label?.name ?? "");
  const [key, setKey] = useState(label?.key ?? "");
  const [color, setColor] = useState(label?.color ?? freeSwatch(schema));
  const [shortcut, setShortcut] = useState(label?.shortcut ?? "");
  const [entityType, setEntityType] = useState<string | null>(label?.entity_type ?? null);
  const [attributes, setAttributes] = useState<readonly Attribute[]>(label?.attributes ?? []);
  const [fixed] = useState(() => new Set(label?.attributes.map((attribute) => attribute.key)));
  const [description, setDescription] = useState(label?.description ?? "");
  const ownKey = label?.key ?? (key || keyFrom(name));
  const clash = !label && schema.labels.some((other) => other.key === ownKey);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const data = { key: ownKey, name: name.trim(), color, shortcut, entity_type: entityType, attributes, description };
    change.mutate({ type: "define_label", data }, { onSuccess: onDone });
  };

  return (
    <form className={css.form} onSubmit={submit}>
      <div className={css.row}>
        <TextInput
          label={t`Name`}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          data-autofocus
        />
        <TextInput
          label={t`Key in exports`}
          value={ownKey}
          onChange={(event) => setKey(keyFrom(event.currentTarget.value))}
          required
          readOnly={label !== null}
          error={clash ? t`Another label has this key.` : null}
        />
      </div>
      <Swatches value={color} onChange={setColor} />
      <div className={css.row}>
        <TextInput
          label={t`Letter on the keyboard`}
          description={t`Besides its number`}
          value={shortcut}
          maxLength={1}
          onChange={(event) => setShortcut(event.currentTarget.value)}
        />
        <Choice
          label={t`Stands for an entry of the register`}
          none={t`No`}
          options={schema.entity_types.map((type) => ({ value: type.key, label: type.name }))}
          value={entityType}
          onChange={setEntityType}
        />
      </div>
      <Textarea
        label={t`When to use it`}
        autosize
        minRows={2}
        maxRows={6}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      {label && <SectionChoice project={project} label={label.key} />}
      <AttributesEditor attributes={attributes} fixed={fixed} keyFrom={keyFrom} onChange={setAttributes} />
      <Fault error={change.error} />
      <div className={css.buttons}>
        <Button type="submit" loading={change.isPending} disabled={clash}>
          {label ? <Trans>Save</Trans> : <Trans>Add the label</Trans>}
        </Button>
      </div>
    </form>
  );
};

const freeSwatch = (schema: Schema): string =>
  SWATCHES.find((swatch) => !schema.labels.some((label) => label.color === swatch)) ?? (SWATCHES[0] as string);
