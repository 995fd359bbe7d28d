import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { sendCommands } from "../../api/commands";
import { projectQuery } from "../../api/queries";
import type { Id } from "../../api/types";
import { newId } from "../../document/ids";
import { Dialog } from "../../ui/dialog";
import { NumberField } from "../../ui/number-field";
import { Fault } from "../../ui/states";
import form from "../form.module.css";
import { figure } from "../words";

interface Props {
  readonly project: Id;
  readonly onClose: () => void;
}

export const MakeRelease = ({ project, onClose }: Props) => {
  const { t } = useLingui();
  const queries = useQueryClient();
  const head = useSuspenseQuery(projectQuery(project)).data.position;
  const [name, setName] = useState("");
  const [licence, setLicence] = useState("");
  const [note, setNote] = useState("");
  const [position, setPosition] = useState<number | null>(null);
  // Kept over retries, so that a second press after a lost answer makes no second release.
  const [ids] = useState({ release: newId() });
  const make = useMutation({
    mutationFn: () => {
      const data = { release: ids.release, name: name.trim(), position, licence: licence.trim(), note: note.trim() };
      return sendCommands(project, [{ id: newId(), type: "make_release", data }]);
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["releases", project] });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Dialog opened onClose={onClose} title={t`Make a release`}>
      <form className={form.form} onSubmit={submit}>
        <TextInput
          label={t`Name`}
          description={t`For good: it can be withdrawn, but never be given to anything else.`}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          maxLength={100}
          data-autofocus
        />
        <NumberField
          label={t`Position`}
          placeholder={t`now (${figure(head)})`}
          value={position}
          onChange={setPosition}
          integer
          error={position !== null && position < 1 ? t`From 1 on` : null}
        />
        <TextInput
          label={t`Licence`}
          description={t`How the data may be used, e.g. CC-BY-4.0.`}
          value={licence}
          onChange={(event) => setLicence(event.currentTarget.value)}
          maxLength={200}
        />
        <Textarea
          label={t`Note`}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          maxLength={2000}
          autosize
          minRows={2}
        />
        <Fault error={make.error} />
        <div className={form.buttons}>
          <Button type="submit" loading={make.isPending}>
            <Trans>Make it</Trans>
          </Button>
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
        </div>
      </form>
    </Dialog>
  );
};
