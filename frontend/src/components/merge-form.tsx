import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { Entity, Id } from "../api/types";
import { Combobox } from "../ui/combobox";
import { Fault } from "../ui/states";
import { useRegisterCommand } from "./entity-form";
import { searchEntities } from "./entity-search";
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
      <Combobox
        label={t`It is the same as`}
        shown={others.find((one) => one.id === into)?.name ?? ""}
        options={(typed) =>
          searchEntities(others, typed ?? "").map((one) => ({
            value: one.id,
            content: <bdi>{[one.name, ...one.aliases].join(", ")}</bdi>,
          }))
        }
        onChoose={setInto}
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
