import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { meQuery, projectsQuery, readyQuery } from "../api/queries";
import type { Ready } from "../api/types";
import { may } from "../components/access";
import { Parked } from "../components/operations/parked";
import { Rebuilds } from "../components/operations/rebuilds";
import { TopBar } from "../components/topbar";
import { duration, figure } from "../components/words";
import { WorkerNote } from "../components/worker-note";
import { Badge, type Tone } from "../ui/badge";
import { Page, Section } from "../ui/page";
import { Empty, Trouble, Waiting } from "../ui/states";
import { type Column, Table } from "../ui/table";
import css from "./status.module.css";

type Projection = Ready["projections"][number];

const Status = () => {
  const { t } = useLingui();
  const { data, error, refetch } = useQuery(readyQuery);
  return (
    <>
      <TopBar />
      <main id="main" tabIndex={-1}>
        <Page title={t`Status of the service`}>
          {error ? (
            <Trouble error={error} onRetry={refetch} />
          ) : data ? (
            <Report ready={data} />
          ) : (
            <Waiting what={t`Asking the service…`} />
          )}
        </Page>
      </main>
    </>
  );
};

const Report = ({ ready }: { readonly ready: Ready }) => {
  const { t } = useLingui();
  const me = useQuery(meQuery).data;
  return (
    <>
      <dl className={css.parts}>
        <Part name={t`Service`} ok={ready.ok} />
        <Part name={t`Database`} ok={ready.database === "ok"} />
        {ready.broker === "none" ? null : <Part name={t`Message broker`} ok={ready.broker === "ok"} />}
        <div>
          <dt>
            <Trans>Worker</Trans>
          </dt>
          <dd>
            <WorkerNote seen={ready.worker_seen_seconds} always />
          </dd>
        </div>
      </dl>
      <Section title={<Trans>Computed tables</Trans>}>
        <p className={css.note}>
          <Trans>
            They follow the log and can be built again from it at any time. How far each is behind is shown here;
            marking text does not wait for them.
          </Trans>
        </p>
        <Troubled rows={ready.projections} />
        <Projections rows={ready.projections} />
      </Section>
      {me?.account?.staff && <Rebuilds />}
    </>
  );
};

/** What waits for a person comes first, with the way on. */
const Troubled = ({ rows }: { readonly rows: readonly Projection[] }) => {
  const projects = useQuery(projectsQuery).data?.results ?? [];
  const troubled = rows.flatMap((row) => (row.project !== null && row.error ? [{ ...row, project: row.project }] : []));
  if (troubled.length === 0) return null;
  return (
    <ul className={css.troubled}>
      {troubled.map((row) => {
        const project = projects.find(({ id }) => id === row.project);
        return (
          <Parked
            key={`${row.project}/${row.name}`}
            row={row}
            project={project?.name ?? row.project}
            mayRetry={project !== undefined && may(project.role, "manage")}
          />
        );
      })}
    </ul>
  );
};

const Part = ({ name, ok }: { readonly name: string; readonly ok: boolean }) => (
  <div>
    <dt>{name}</dt>
    <dd>
      <Badge tone={ok ? "good" : "bad"}>{ok ? <Trans>works</Trans> : <Trans>does not answer</Trans>}</Badge>
    </dd>
  </div>
);

const Projections = ({ rows }: { readonly rows: readonly Projection[] }) => {
  const { t } = useLingui();
  const projects = useQuery(projectsQuery).data?.results ?? [];
  const nameOf = (id: string | null): string =>
    id === null ? t`all together` : (projects.find((project) => project.id === id)?.name ?? id);
  if (rows.length === 0) return <Empty title={<Trans>Nothing is computed yet: there are no projects</Trans>} />;
  const columns: readonly Column<Projection>[] = [
    { key: "name", title: t`Table`, head: true, cell: (row) => row.name },
    { key: "project", title: t`Project`, cell: (row) => nameOf(row.project) },
    { key: "state", title: t`State`, cell: (row) => <State state={row.state} /> },
    { key: "events", title: t`Events behind`, number: true, cell: (row) => figure(row.lag_events) },
    { key: "seconds", title: t`Time behind`, number: true, cell: (row) => duration(row.lag_seconds) },
  ];
  return (
    <Table caption={t`Computed tables`} columns={columns} rows={rows} rowKey={(row) => `${row.project}/${row.name}`} />
  );
};

const State = ({ state }: { readonly state: string }) => (
  <Badge tone={TONES[state] ?? "plain"}>
    <StateWord state={state} />
  </Badge>
);

const TONES: Readonly<Record<string, Tone>> = { parked: "bad", retrying: "warn", behind: "accent", current: "good" };

const StateWord = ({ state }: { readonly state: string }) => {
  switch (state) {
    case "parked":
      return <Trans>stands still</Trans>;
    case "retrying":
      return <Trans>tries again</Trans>;
    case "behind":
      return <Trans>catching up</Trans>;
    default:
      return <Trans>up to date</Trans>;
  }
};

export default Status;
