import { Trans, useLingui } from "@lingui/react/macro";
import { Button, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, lazy, Suspense, useState } from "react";
import { sendCommands } from "../api/commands";
import type { Entity, EntityType, Id } from "../api/types";
import { newId } from "../document/ids";
import { Fault } from "../ui/states";
import { AttributeForm, type Values, withValue } from "./attribute-form";
import { coordinatesOf, isPlace } from "./entity/place";
import css from "./form.module.css";

const PlaceMap = lazy(() => import("./entity/place-map"));
/** Where the point stands before it was ever moved. */
const NOWHERE = { lat: 0, lon: 0 };

/** A point that somebody moved was not told by a gazetteer. */
const byHand = (type: EntityType): Values => {
  const known = type.attributes.find(({ key }) => key === "resolution");
  return known?.values.includes("manual") ? { resolution: "manual" } : {};
};

/** Sends one command about the register, then reads it again. */
export const useRegisterCommand = (project: Id) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (command: { readonly type: string; readonly data: object }) =>
      sendCommands(project, [{ id: newId(), ...command }]),
    onSettled: () => queries.invalidateQueries({ queryKey: ["register", project] }),
  });
};

interface Props {
  readonly project: Id;
  readonly type: EntityType;
  /** Null makes a new one, which begins with `name`. */
  readonly entity: Entity | null;
  readonly name?: string;
  readonly entities: readonly Entity[];
  readonly onDone: (entity: Id) => void;
}

export const EntityForm = ({ project, type, entity, name: given = "", entities, onDone }: Props) => {
  const { t } = useLingui();
  const command = useRegisterCommand(project);
  const [id] = useState(() => entity?.id ?? newId());
  const [name, setName] = useState(entity?.name ?? given);
  const [aliases, setAliases] = useState<string[]>([...(entity?.aliases ?? [])]);
  const [attributes, setAttributes] = useState<Values>(entity?.attributes ?? {});
  const [note, setNote] = useState(entity?.note ?? "");

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const data = { entity: id, entity_type: type.key, name: name.trim(), aliases, attributes, note };
    command.mutate({ type: entity ? "change_entity" : "add_entity", data }, { onSuccess: () => onDone(id) });
  };

  return (
    <form className={css.form} onSubmit={submit}>
      <TextInput
        label={t`Name`}
        value={name}
        dir="auto"
        onChange={(event) => setName(event.currentTarget.value)}
        required
        maxLength={500}
        data-autofocus
      />
      <TagsInput
        label={t`Other names and spellings`}
        description={t`In any language or script; Enter after each.`}
        value={aliases}
        onChange={setAliases}
      />
      <AttributeForm
        attributes={type.attributes}
        values={attributes}
        entities={entities}
        immediate
        onChange={(key, value) => setAttributes((old) => withValue(old, key, value))}
      />
      {isPlace(type) && (
        <Suspense>
          <PlaceMap
            {...(coordinatesOf(attributes) ?? NOWHERE)}
            name={name}
            onMove={({ lat, lon }) => setAttributes((old) => ({ ...old, lat, lon, ...byHand(type) }))}
          />
        </Suspense>
      )}
      <Textarea
        label={t`Note`}
        autosize
        minRows={1}
        dir="auto"
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Fault error={command.error} />
      <div className={css.buttons}>
        <Button type="submit" loading={command.isPending}>
          {entity ? <Trans>Save</Trans> : <Trans>Add to the register</Trans>}
        </Button>
      </div>
    </form>
  );
};
