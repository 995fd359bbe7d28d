import { Trans, useLingui } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { sendCommands } from "../api/commands";
import { membersQuery, projectQuery } from "../api/queries";
import type { Id, Member, Role } from "../api/types";
import { may } from "../components/access";
import { EraseDialog } from "../components/erasure/erase-dialog";
import form from "../components/form.module.css";
import { useAccount } from "../components/session";
import { useRoleNames } from "../components/words";
import { newId } from "../document/ids";
import { Choice } from "../ui/choice";
import { Page, Section } from "../ui/page";
import { Fault, Trouble, Waiting } from "../ui/states";
import { type Column, Table } from "../ui/table";

const ROLES: readonly Role[] = ["annotator", "curator", "manager", "viewer"];

const Members = () => {
  const { t } = useLingui();
  const { project } = useParams({ from: "/inside/p/$project/rooms/members" });
  const { data: info } = useSuspenseQuery(projectQuery(project));
  const { data, error, refetch } = useQuery(membersQuery(project));
  const manager = may(info.role, "manage");
  return (
    <Page
      title={t`Members`}
      lead={
        <Trans>
          Annotators mark texts. Curators also see everybody's work and decide where people differ. Managers also change
          the project. Viewers read documents and gold.
        </Trans>
      }
    >
      {error ? (
        <Trouble error={error} onRetry={refetch} />
      ) : data ? (
        <People project={project} rows={data} manager={manager} />
      ) : (
        <Waiting />
      )}
      {manager && <AddMember project={project} />}
    </Page>
  );
};

const useMemberCommand = (project: Id) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (command: { readonly type: string; readonly data: object }) =>
      sendCommands(project, [{ id: newId(), ...command }]),
    onSettled: () =>
      Promise.all([queries.invalidateQueries(membersQuery(project)), queries.invalidateQueries(projectQuery(project))]),
  });
};

interface PeopleProps {
  readonly project: Id;
  readonly rows: readonly Member[];
  readonly manager: boolean;
}

const People = ({ project, rows, manager }: PeopleProps) => {
  const { t } = useLingui();
  const me = useAccount();
  const roles = useRoleNames();
  const change = useMemberCommand(project);
  const [erased, setErased] = useState<Id | null>(null);
  const columns: readonly Column<Member>[] = [
    {
      key: "name",
      title: t`Name`,
      head: true,
      cell: (row) => (row.account.id === me.id ? t`${row.account.name} (you)` : row.account.name),
    },
    {
      key: "role",
      title: t`Role`,
      width: "200px",
      cell: (row) =>
        manager ? (
          <Choice
            aria-label={t`Role of ${row.account.name}`}
            options={ROLES.map((value) => ({ value, label: roles[value] }))}
            value={row.role}
            onChange={(role) => change.mutate({ type: "set_member", data: { member: row.account.id, role } })}
          />
        ) : (
          roles[row.role]
        ),
    },
    ...(manager
      ? [
          {
            key: "remove",
            title: t`Actions`,
            quiet: true,
            number: true,
            cell: (row: Member) => (
              <>
                <Button
                  variant="subtle"
                  color="red"
                  aria-label={t`Remove ${row.account.name}`}
                  onClick={() => change.mutate({ type: "remove_member", data: { member: row.account.id } })}
                >
                  <Trans>Remove</Trans>
                </Button>
                <Button
                  variant="subtle"
                  color="red"
                  aria-label={t`Erase ${row.account.name}…`}
                  onClick={() => setErased(row.account.id)}
                >
                  <Trans>Erase…</Trans>
                </Button>
              </>
            ),
          },
        ]
      : []),
  ];
  return (
    <>
      <Table caption={t`Members`} columns={columns} rows={rows} rowKey={(row) => row.account.id} />
      <Fault error={change.error} />
      {erased && <EraseDialog project={project} scope="account" subject={erased} onClose={() => setErased(null)} />}
    </>
  );
};

const AddMember = ({ project }: { readonly project: Id }) => {
  const { t } = useLingui();
  const roles = useRoleNames();
  const change = useMemberCommand(project);
  const [username, setUsername] = useState("");
  const [role, setRole] = useState<string>("annotator");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const data = { username: username.trim(), role };
    change.mutate({ type: "set_member", data }, { onSuccess: () => setUsername("") });
  };
  return (
    <Section title={<Trans>Add somebody</Trans>}>
      <form className={form.row} onSubmit={submit}>
        <TextInput
          label={t`User name`}
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
          required
          autoCapitalize="none"
        />
        <Choice
          label={t`Role`}
          options={ROLES.map((value) => ({ value, label: roles[value] }))}
          value={role}
          onChange={(value) => value && setRole(value)}
        />
        <Button type="submit" loading={change.isPending}>
          <Trans>Add</Trans>
        </Button>
      </form>
      <Fault error={change.error} />
      <p className={form.hint}>
        <Trans>
          They need an account on this server first; whoever runs it makes one with <code>manage.py create-user</code>.
        </Trans>
      </p>
    </Section>
  );
};

export default Members;
