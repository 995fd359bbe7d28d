import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Switch, TagsInput, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { sendCommands } from "../api/commands";
import { projectsQuery } from "../api/queries";
import { newId } from "../document/ids";
import { Dialog } from "../ui/dialog";
import { Fault } from "../ui/states";
import css from "./form.module.css";

const NewProject = ({ onClose }: { readonly onClose: () => void }) => {
  const { t } = useLingui();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [languages, setLanguages] = useState<string[]>([]);
  const [blind, setBlind] = useState(true);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  // Kept over retries, so that a second press after a lost answer does not make a second project.
  const [ids] = useState({ project: newId(), command: newId() });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const data = { name: name.trim(), languages, blind, shared: false };
      await sendCommands(ids.project, [{ id: ids.command, type: "create_project", data }]);
      await queries.invalidateQueries(projectsQuery);
      await navigate({ to: "/p/$project/import", params: { project: ids.project } });
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };

  return (
    <Dialog opened onClose={onClose} title={t`New project`} size="lg">
      <form className={css.form} onSubmit={submit}>
        <TextInput
          label={t`Name`}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          maxLength={500}
          data-autofocus
        />
        <TagsInput
          label={t`Languages of the texts`}
          description={t`Codes such as it, en, ar. Leave it empty to have them detected.`}
          value={languages}
          onChange={setLanguages}
          splitChars={[",", " ", ";"]}
        />
        <Switch
          label={t`Blind`}
          description={t`Annotators see nothing of each other's work. Recommended: votes must be independent to count.`}
          checked={blind}
          onChange={(event) => setBlind(event.currentTarget.checked)}
        />
        <p className={css.hint}>
          <Trans>
            It starts with the schema for actors, locations and claims, which you can change, and with you as its
            manager.
          </Trans>
        </p>
        <Fault error={error} />
        <div className={css.buttons}>
          <Button type="submit" loading={busy}>
            <Trans>Create the project</Trans>
          </Button>
        </div>
      </form>
    </Dialog>
  );
};

export default NewProject;
