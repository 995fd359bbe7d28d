import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, MultiSelect } from "@mantine/core";
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { post } from "../api/client";
import { sendCommands } from "../api/commands";
import { assignmentQuery, projectQuery } from "../api/queries";
import type { Assignment, Id, PersonAtWork } from "../api/types";
import { may } from "../components/access";
import form from "../components/form.module.css";
import { figure, languageNames, moment } from "../components/words";
import { newId } from "../document/ids";
import { Choice } from "../ui/choice";
import { NumberField } from "../ui/number-field";
import { Page, Section } from "../ui/page";
import { Fault, Trouble, Waiting } from "../ui/states";
import { type Column, Table } from "../ui/table";
import { SkippedRows } from "./work";

const AssignmentPage = () => {
  const { t } = useLingui();
  const { project } = useParams({ from: "/inside/p/$project/rooms/assignment" });
  const { role } = useSuspenseQuery(projectQuery(project)).data;
  const { data, error, refetch } = useQuery(assignmentQuery(project));
  return (
    <Page title={t`Assignment`} lead={data && <Progress board={data} />}>
      {error ? (
        <Trouble error={error} onRetry={refetch} />
      ) : data ? (
        <>
          <People rows={data.people} />
          {data.skipped.length > 0 && (
            <Section title={<Trans>Skipped</Trans>}>
              <Skipped project={project} board={data} manager={may(role, "manage")} />
            </Section>
          )}
          {may(role, "manage") && (
            <>
              <Section title={<Trans>Give in even shares</Trans>}>
                <Shares project={project} people={data.people} />
              </Section>
              <Section title={<Trans>How documents are handed out</Trans>}>
                <Rules key={JSON.stringify(data.rules)} project={project} rules={data.rules} />
              </Section>
            </>
          )}
        </>
      ) : (
        <Waiting />
      )}
    </Page>
  );
};

const Progress = ({ board: { seats, left, days_left } }: { readonly board: Assignment }) => (
  <>
    <Trans>
      {figure(seats - left)} of {figure(seats)} seats are finished.
    </Trans>{" "}
    {left > 0 && days_left !== null && (
      <Plural
        value={Math.ceil(days_left)}
        one="At this pace the rest takes about # day."
        other="At this pace the rest takes about # days."
      />
    )}
  </>
);

const People = ({ rows }: { readonly rows: readonly PersonAtWork[] }) => {
  const { t } = useLingui();
  const columns: readonly Column<PersonAtWork>[] = [
    { key: "name", title: t`Name`, head: true, cell: ({ name }) => name },
    {
      key: "languages",
      title: t`Languages`,
      cell: ({ languages }) => (languages.length > 0 ? languageNames(languages) : t`all`),
    },
    { key: "assigned", title: t`Given`, number: true, cell: ({ assigned }) => figure(assigned) },
    { key: "in_work", title: t`In work`, number: true, cell: ({ in_work }) => figure(in_work) },
    { key: "returned", title: t`Came back`, number: true, cell: ({ returned }) => figure(returned) },
    { key: "finished", title: t`Finished`, number: true, cell: ({ finished }) => figure(finished) },
    { key: "skipped", title: t`Skipped`, number: true, cell: ({ skipped }) => figure(skipped) },
    { key: "pace", title: t`A day`, number: true, cell: ({ pace }) => (pace > 0 ? figure(pace) : "–") },
    { key: "last", title: t`Last work`, cell: ({ last_worked_at: at }) => (at ? moment(at) : "–") },
  ];
  return <Table caption={t`People at work`} columns={columns} rows={rows} rowKey={({ account }) => account} />;
};

const useChange = <T, R>(project: Id, change: (asked: T) => Promise<R>) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => queries.invalidateQueries({ queryKey: ["assignment", project] }),
  });
};

interface SkippedProps {
  readonly project: Id;
  readonly board: Assignment;
  readonly manager: boolean;
}

const Skipped = ({ project, board, manager }: SkippedProps) => {
  const { t } = useLingui();
  const give = useChange(project, ({ document, account }: { readonly document: Id; readonly account: Id }) =>
    sendCommands(project, [{ id: newId(), type: "assign_seat", document, data: { account } }]),
  );
  return (
    <>
      <Fault error={give.error} />
      <SkippedRows
        project={project}
        rows={board.skipped}
        who
        {...(manager
          ? {
              actions: (row) => (
                <Button
                  variant="subtle"
                  aria-label={t`Give ${row.title} to ${row.name} again`}
                  onClick={() => give.mutate(row)}
                >
                  <Trans>Give again</Trans>
                </Button>
              ),
            }
          : {})}
      />
    </>
  );
};

const Shares = ({ project, people }: { readonly project: Id; readonly people: readonly PersonAtWork[] }) => {
  const { t } = useLingui();
  const [chosen, setChosen] = useState<string[]>([]);
  const [most, setMost] = useState(20);
  const give = useChange(project, (_: undefined) =>
    post("/api/v1/projects/{project}/assignment/shares", {
      params: { path: { project } },
      body: { people: chosen, most },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    give.mutate(undefined);
  };
  return (
    <form className={form.form} onSubmit={submit}>
      <p className={form.hint}>
        <Trans>The next free documents, each to whoever reads its language and has the fewest of them.</Trans>
      </p>
      <div className={form.row}>
        <MultiSelect
          label={t`People`}
          data={people.map(({ account, name }) => ({ value: account, label: name }))}
          value={chosen}
          onChange={setChosen}
          clearable
          clearButtonProps={{ "aria-label": t`Clear` }}
        />
        <NumberField label={t`Documents in all, at most`} value={most} integer onChange={(n) => setMost(n ?? 1)} />
      </div>
      <Fault error={give.error} />
      <p role="status">
        {give.data && <Plural value={give.data.given} one="# document was given." other="# documents were given." />}
      </p>
      <div className={form.buttons}>
        <Button type="submit" disabled={chosen.length === 0} loading={give.isPending}>
          <Trans>Give</Trans>
        </Button>
      </div>
    </form>
  );
};

const Rules = ({ project, rules }: { readonly project: Id; readonly rules: Assignment["rules"] }) => {
  const { t } = useLingui();
  const [wanted, setWanted] = useState(rules);
  const save = useChange(project, (_: undefined) =>
    sendCommands(project, [{ id: newId(), type: "set_handing_out", data: wanted }]),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined);
  };
  return (
    <form className={form.form} onSubmit={submit}>
      <div className={form.row}>
        <NumberField
          label={t`People for each document`}
          value={wanted.overlap}
          integer
          onChange={(n) => setWanted({ ...wanted, overlap: n ?? 1 })}
        />
        <NumberField
          label={t`Lease without work, in minutes`}
          value={wanted.lease_minutes}
          integer
          onChange={(n) => setWanted({ ...wanted, lease_minutes: n ?? 60 })}
        />
        <Choice
          label={t`Order`}
          options={[
            { value: "oldest", label: t`As they were imported` },
            { value: "smallest", label: t`The shortest first` },
            { value: "random", label: t`By chance` },
            { value: "priority", label: t`By priority` },
          ]}
          value={wanted.order}
          onChange={(order) => setWanted({ ...wanted, order: (order ?? "oldest") as typeof wanted.order })}
        />
      </div>
      <Fault error={save.error} />
      <div className={form.buttons}>
        <Button type="submit" variant="default" loading={save.isPending}>
          <Trans>Save</Trans>
        </Button>
      </div>
    </form>
  );
};

export default AssignmentPage;
