import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Select } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { Entity, Id } from "../api/types";
import { Fault } from "../ui/states";
import { useRegisterCommand } from "./entity-form";
import css from "./form.module.css";

interface Props {
  readonly project: Id;
  readonly entity: Entity;
  readonly entities: readonly Entity[];
  readonly onDone: () => void;
}

export const MergeForm = ({ project, entity, entities, onDone }: Props) => {
  const { t } = useLingui();
  const command = useRegisterCommand(project);
  const [into, setInto] = useState<string | null>(null);
  const others = entities.filter(
    (one) => one.id !== entity.id && one.entity_type === entity.entity_type && one.merged_into === null,
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    command.mutate({ type: "merge_entities", data: { entity: entity.id, into } }, { onSuccess: onDone });
  };
  return (
    <form className={css.form} onSubmit={submit}>
      <p>
        <Trans>
          Everything that points to <b>{entity.name}</b> will count for the entry you choose. The history keeps both.
        </Trans>
      </p>
      <Select
        label={t`It is the same as`}
        searchable
        limit={30}
        data={others.map((one) => ({ value: one.id, label: [one.name, ...one.aliases].join(", ") }))}
        value={into}
        onChange={setInto}
        nothingFoundMessage={t`Nobody and nothing by that name`}
        data-autofocus
      />
      <Fault error={command.error} />
      <div className={css.buttons}>
        <Button type="submit" disabled={into === null} loading={command.isPending}>
          <Trans>Merge</Trans>
        </Button>
      </div>
    </form>
  );
};
