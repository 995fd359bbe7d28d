import { Trans, useLingui } from "@lingui/react/macro";
import { Combobox, TextInput, useCombobox } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type Ref, useState } from "react";
import { sendCommands } from "../../api/commands";
import { registerQuery } from "../../api/queries";
import type { Entity, EntityType } from "../../api/types";
import { newId } from "../../document/ids";
import type { Annotation } from "../../document/model";
import { Dialog } from "../../ui/dialog";
import { IconButton } from "../../ui/icon-button";
import { Fault } from "../../ui/states";
import { EntityForm } from "../entity-form";
import { searchEntities, suggestEntities } from "../entity-search";
import { shorten } from "../words";
import { quoteOf } from "./actions";
import { useDesk } from "./desk";
import css from "./entity-picker.module.css";

const CREATE = "+";

interface Props {
  readonly row: Annotation;
  readonly type: EntityType;
  readonly readOnly: boolean;
  readonly ref?: Ref<HTMLInputElement>;
}

/** Which entry of the register an annotation means: found by any of its names, or made on the spot. */
export const EntityPicker = ({ row, type, readOnly, ref }: Props) => {
  const { t } = useLingui();
  const { snapshot, entities, actions } = useDesk();
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const [typed, setTyped] = useState<string | null>(null);
  const [editing, setEditing] = useState(false);
  const { create, error } = useCreate(row, type);
  const current = row.entity === null ? undefined : entities.get(row.entity);
  const quote = quoteOf(snapshot.index, row.spans);
  const all = [...entities.values()].filter((one) => one.entity_type === type.key);
  const name = typed === null || typed.trim() === "" ? quote : typed.trim();
  const shown = optionsOf(all, typed, quote);

  const choose = (value: string) => {
    combobox.closeDropdown();
    setTyped(null);
    if (value === CREATE) void create(name);
    else actions.setEntity(row.id, value);
  };

  return (
    <div className={css.picker}>
      <Combobox store={combobox} onOptionSubmit={choose} transitionProps={{ duration: 0 }}>
        <Combobox.Target withExpandedAttribute>
          <TextInput
            ref={ref}
            size="xs"
            label={type.name}
            className={css.input ?? ""}
            data-entity-input
            dir="auto"
            placeholder={row.entity === null ? t`Search, or make a new entry` : ""}
            value={typed ?? current?.name ?? row.entity ?? ""}
            disabled={readOnly}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
              combobox.openDropdown();
              combobox.selectFirstOption();
            }}
            onFocus={(event) => event.currentTarget.select()}
            onClick={() => combobox.openDropdown()}
            onBlur={() => {
              combobox.closeDropdown();
              setTyped(null);
            }}
          />
        </Combobox.Target>
        <Combobox.Dropdown>
          <Combobox.Options className={css.options ?? ""}>
            {shown.map((entity) => (
              <Combobox.Option key={entity.id} value={entity.id} active={entity.id === row.entity}>
                <Entry entity={entity} />
              </Combobox.Option>
            ))}
            <Combobox.Option value={CREATE}>
              <Trans>
                New entry: <bdi>{shorten(name)}</bdi>
              </Trans>
            </Combobox.Option>
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      {current && !readOnly && (
        <span className={css.buttons}>
          <IconButton icon="pencil" label={t`Edit the entry ${current.name}`} onClick={() => setEditing(true)} />
          <IconButton icon="cross" label={t`Take the entry away`} onClick={() => actions.setEntity(row.id, null)} />
        </span>
      )}
      <Fault error={error} />
      <EditDialog type={type} entity={editing ? (current ?? null) : null} onClose={() => setEditing(false)} />
    </div>
  );
};

/** What fits the typed words; before any are typed, what the quote suggests and then the others. */
const optionsOf = (all: readonly Entity[], typed: string | null, quote: string): readonly Entity[] => {
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

interface EditProps {
  readonly type: EntityType;
  readonly entity: Entity | null;
  readonly onClose: () => void;
}

const EditDialog = ({ type, entity, onClose }: EditProps) => {
  const { t } = useLingui();
  const { project, entities } = useDesk();
  return (
    <Dialog opened={entity !== null} onClose={onClose} title={t`Edit the entry`} size="lg">
      {entity && (
        <EntityForm
          project={project.id}
          type={type}
          entity={entity}
          entities={[...entities.values()]}
          onDone={onClose}
        />
      )}
    </Dialog>
  );
};
