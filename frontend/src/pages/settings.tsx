import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Switch, TagsInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { sendCommands } from "../api/commands";
import { projectQuery, projectsQuery } from "../api/queries";
import type { Id, Project } from "../api/types";
import { may } from "../components/access";
import form from "../components/form.module.css";
import { Webhooks } from "../components/webhooks/webhooks";
import { newId } from "../document/ids";
import { Dialog } from "../ui/dialog";
import { Page, Section } from "../ui/page";
import { Empty, Fault } from "../ui/states";
import css from "./settings.module.css";

const SettingsPage = () => {
  const { t } = useLingui();
  const { project } = useParams({ from: "/inside/p/$project/rooms/settings" });
  const { data } = useSuspenseQuery(projectQuery(project));
  if (!may(data.role, "manage"))
    return (
      <Page title={t`Settings`}>
        <Empty title={<Trans>Settings are for managers</Trans>}>
          <Trans>A manager of this project can give you that role.</Trans>
        </Empty>
      </Page>
    );
  return (
    <Page title={t`Settings`}>
      <Section title={<Trans>Project</Trans>}>
        <div className={css.narrow}>
          <Settings key={JSON.stringify(data)} id={project} project={data} />
        </div>
      </Section>
      <Section title={<Trans>Webhooks</Trans>}>
        <Webhooks project={project} />
      </Section>
      <Section title={<Trans>Archive</Trans>}>
        <Archive id={project} project={data} />
      </Section>
    </Page>
  );
};

const useProjectCommand = (project: Id) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (command: { readonly type: string; readonly data: object }) =>
      sendCommands(project, [{ id: newId(), ...command }]),
    onSettled: () =>
      Promise.all([queries.invalidateQueries(projectQuery(project)), queries.invalidateQueries(projectsQuery)]),
  });
};

interface Props {
  readonly id: Id;
  readonly project: Project;
}

const Settings = ({ id, project }: Props) => {
  const { t } = useLingui();
  const change = useProjectCommand(id);
  const [name, setName] = useState(project.name);
  const [languages, setLanguages] = useState<readonly string[]>(project.languages);
  const [blind, setBlind] = useState(project.blind);
  const [shared, setShared] = useState(project.shared);
  const [anonymous, setAnonymous] = useState(project.anonymous);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ type: "change_project", data: { name: name.trim(), languages, blind, shared, anonymous } });
  };
  return (
    <form className={form.form} onSubmit={submit}>
      <TextInput
        label={t`Name`}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        required
        maxLength={500}
        disabled={project.archived}
      />
      <TagsInput
        label={t`Languages of the texts`}
        description={t`Codes such as it, en, ar. Leave it empty to have them detected.`}
        value={[...languages]}
        onChange={setLanguages}
        splitChars={[",", " ", ";"]}
        disabled={project.archived}
      />
      <Switch
        label={t`Blind`}
        description={t`Annotators see nothing of each other's work. Recommended: votes must be independent to count.`}
        checked={blind}
        onChange={(event) => setBlind(event.currentTarget.checked)}
        disabled={project.archived}
      />
      <Switch
        label={t`Anonymous`}
        description={t`Curators see whose marks they judge by letters only, other ones in each document; exports are for managers then.`}
        checked={anonymous}
        onChange={(event) => setAnonymous(event.currentTarget.checked)}
        disabled={project.archived}
      />
      <Switch
        label={t`One shared set`}
        description={t`Everybody writes into one set of each document; two who change the same mark see both versions. Then there are no votes to compare.`}
        checked={shared}
        onChange={(event) => setShared(event.currentTarget.checked)}
        disabled={project.archived}
      />
      <Fault error={change.error} />
      <div className={form.buttons}>
        <Button type="submit" loading={change.isPending} disabled={project.archived || name.trim() === ""}>
          <Trans>Save</Trans>
        </Button>
        <span role="status" className={form.hint}>
          {change.isSuccess && <Trans>Saved</Trans>}
        </span>
      </div>
    </form>
  );
};

const Archive = ({ id, project }: Props) => {
  const { t } = useLingui();
  const archive = useProjectCommand(id);
  const [asked, setAsked] = useState(false);
  if (project.archived) return <p>{t`Archived: it can be read, not changed.`}</p>;
  return (
    <div className={form.form}>
      <p>
        <Trans>An archived project can be read and exported, but nobody can write in it any more.</Trans>
      </p>
      <div className={form.buttons}>
        <Button variant="default" onClick={() => setAsked(true)}>
          <Trans>Archive this project…</Trans>
        </Button>
      </div>
      <Dialog opened={asked} onClose={() => setAsked(false)} title={t`Archive this project`}>
        <div className={form.form}>
          <p>
            <Trans>
              <b>{project.name}</b> is closed for writing, and this cannot be taken back.
            </Trans>
          </p>
          <Fault error={archive.error} />
          <div className={form.buttons}>
            <Button
              loading={archive.isPending}
              onClick={() =>
                archive.mutate({ type: "archive_project", data: {} }, { onSuccess: () => setAsked(false) })
              }
            >
              <Trans>Archive it</Trans>
            </Button>
            <Button variant="default" onClick={() => setAsked(false)} data-autofocus>
              <Trans>Leave</Trans>
            </Button>
          </div>
        </div>
      </Dialog>
    </div>
  );
};

export default SettingsPage;
