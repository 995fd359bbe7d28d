import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { sendCommands } from "../../api/commands";
import { registerQuery } from "../../api/queries";
import type { Entity, EntityType } from "../../api/types";
import { newId } from "../../document/ids";
import type { Annotation } from "../../document/model";
import { Combobox } from "../../ui/combobox";
import { IconButton } from "../../ui/icon-button";
import { Fault } from "../../ui/states";
import { searchEntities, suggestEntities } from "../entity-search";
import { shorten } from "../words";
import { quoteOf } from "./actions";
import { useDesk } from "./desk";
import css from "./entity-picker.module.css";

const EntityDialog = lazy(() => import("./entity-dialog"));

const CREATE = "+";

interface Props {
  readonly row: Annotation;
  readonly type: EntityType;
  readonly readOnly: boolean;
}

/** Which entry of the register an annotation means: found by any of its names, or made on the spot. */
export const EntityPicker = ({ row, type, readOnly }: Props) => {
  const { t } = useLingui();
  const { snapshot, entities, actions } = useDesk();
  const [editing, setEditing] = useState(false);
  const { create, error } = useCreate(row, type);
  const current = row.entity === null ? undefined : entities.get(row.entity);
  const quote = quoteOf(snapshot.index, row.spans);
  const all = [...entities.values()].filter((one) => one.entity_type === type.key);
  const nameOf = (typed: string | null): string => typed?.trim() || quote;

  return (
    <div className={css.picker} data-entity-picker>
      <Combobox
        label={type.name}
        placeholder={row.entity === null ? t`Search, or make a new entry` : ""}
        shown={current?.name ?? row.entity ?? ""}
        disabled={readOnly}
        options={(typed) => [
          ...fitting(all, typed, quote).map((entity) => ({ value: entity.id, content: <Entry entity={entity} /> })),
          {
            value: CREATE,
            content: (
              <Trans>
                New entry: <bdi>{shorten(nameOf(typed))}</bdi>
              </Trans>
            ),
          },
        ]}
        onChoose={(value, typed) => (value === CREATE ? void create(nameOf(typed)) : actions.setEntity(row.id, value))}
      />
      {current && !readOnly && (
        <span className={css.buttons}>
          <IconButton icon="pencil" label={t`Edit the entry ${current.name}`} onClick={() => setEditing(true)} />
          <IconButton icon="cross" label={t`Take the entry away`} onClick={() => actions.setEntity(row.id, null)} />
        </span>
      )}
      <Fault error={error} />
      {editing && current && (
        <Suspense>
          <EntityDialog type={type} entity={current} onClose={() => setEditing(false)} />
        </Suspense>
      )}
    </div>
  );
};

/** What fits the typed words; before any are typed, what the quote suggests and then the others. */
const fitting = (all: readonly Entity[], typed: string | null, quote: string): readonly Entity[] => {
  if (typed !== null && typed.trim() !== "") return searchEntities(all, typed);
  const near = suggestEntities(all, quote);
  return [...near, ...searchEntities(all, "").filter((one) => !near.includes(one))].slice(0, 30);
};

const Entry = ({ entity }: { readonly entity: Entity }) => (
  <span className={css.entry}>
    <bdi>{entity.name}</bdi>
    {entity.aliases.length > 0 && <bdi className={css.aliases}>{shorten(entity.aliases.join(", "), 50)}</bdi>}
  </span>
);

const useCreate = (row: Annotation, type: EntityType) => {
  const queries = useQueryClient();
  const { project, actions } = useDesk();
  const [error, setError] = useState<unknown>(null);
  const create = async (name: string) => {
    setError(null);
    const entity = newId();
    const data = { entity, entity_type: type.key, name, aliases: [], attributes: {}, note: "" };
    try {
      await sendCommands(project.id, [{ id: newId(), type: "add_entity", data }]);
      actions.setEntity(row.id, entity);
      await queries.invalidateQueries({ queryKey: registerQuery(project.id).queryKey.slice(0, 2) });
    } catch (problem) {
      setError(problem);
    }
  };
  return { create, error };
};
