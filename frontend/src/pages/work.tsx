import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { workQuery } from "../api/queries";
import type { Id, Seat, Skipped, Work } from "../api/types";
import { useGoNext, useReasonNames } from "../components/assignment";
import { duration, figure, languageName, time } from "../components/words";
import { Badge } from "../ui/badge";
import { Page, Section } from "../ui/page";
import { Empty, Fault, Trouble, Waiting } from "../ui/states";
import { type Column, Table } from "../ui/table";
import css from "./work.module.css";

const MOST = 200;

const YourWork = () => {
  const { t } = useLingui();
  const { project } = useParams({ from: "/inside/p/$project/rooms/work" });
  const { data, error, refetch } = useQuery(workQuery(project));
  const next = useGoNext(project);
  const left = data ? data.waiting.length + data.free : 0;
  return (
    <Page
      title={t`Your work`}
      actions={
        <Button onClick={() => next.mutate(null)} loading={next.isPending} disabled={data !== undefined && left === 0}>
          <Trans>Next document</Trans>
        </Button>
      }
      lead={data && <Left work={data} />}
    >
      <Fault error={next.error} />
      {error ? (
        <Trouble error={error} onRetry={refetch} />
      ) : data ? (
        <Parts project={project} work={data} />
      ) : (
        <Waiting />
      )}
    </Page>
  );
};

const Left = ({ work: { waiting, free } }: { readonly work: Work }) => {
  if (waiting.length + free === 0) return <Trans>Nothing is left for you here. Thank you!</Trans>;
  const many = free >= MOST;
  return (
    <>
      <Plural
        value={waiting.length}
        _0="Nothing waits for you"
        one="# document waits for you"
        other="# documents wait for you"
      />
      {"; "}
      {many ? (
        <Trans>more than {MOST} others can be taken.</Trans>
      ) : (
        <Plural value={free} one="# other can be taken." other="# others can be taken." />
      )}
    </>
  );
};

const Parts = ({ project, work }: { readonly project: Id; readonly work: Work }) => {
  const { t } = useLingui();
  const { session, waiting, skipped } = work;
  return (
    <>
      <Section title={<Trans>This session</Trans>}>
        <dl className={css.figures}>
          <Figure name={t`documents done`} value={figure(session.documents)} />
          <Figure name={t`spans marked`} value={figure(session.spans)} />
          <Figure name={t`undone`} value={figure(session.undone)} />
          <Figure name={t`of work`} value={duration(session.minutes * 60)} />
          <Figure name={t`documents done in all`} value={figure(work.finished)} />
        </dl>
      </Section>
      {/* Without anything to take, the line above has said it all. */}
      {waiting.length + work.free > 0 && (
        <Section title={<Trans>Waiting for you</Trans>}>
          {waiting.length === 0 ? (
            <Empty title={<Trans>Nothing is begun or given</Trans>}>
              <Trans>Next document gives you one. It is yours for the time of a lease, which your work renews.</Trans>
            </Empty>
          ) : (
            <Seats project={project} rows={waiting} />
          )}
        </Section>
      )}
      {skipped.length > 0 && (
        <Section title={<Trans>Skipped by you</Trans>}>
          <SkippedRows project={project} rows={skipped} />
        </Section>
      )}
    </>
  );
};

const Figure = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

const Seats = ({ project, rows }: { readonly project: Id; readonly rows: readonly Seat[] }) => {
  const { t } = useLingui();
  const columns: readonly Column<Seat>[] = [
    { key: "title", title: t`Title`, head: true, cell: (row) => <Title project={project} row={row} /> },
    { key: "state", title: t`State`, cell: (row) => <State row={row} /> },
    { key: "language", title: t`Language`, cell: ({ language }) => languageName(language) },
    { key: "length", title: t`Length`, number: true, cell: ({ length }) => figure(length) },
    { key: "marks", title: t`My marks`, number: true, cell: ({ annotations }) => figure(annotations) },
  ];
  return <Table caption={t`Waiting for you`} columns={columns} rows={rows} rowKey={({ document }) => document} />;
};

const Title = ({
  project,
  row,
}: {
  readonly project: Id;
  readonly row: { readonly document: Id; readonly title: string };
}) => (
  <Link to="/p/$project/d/$document" params={{ project, document: row.document }} dir="auto">
    {row.title || <Trans>Untitled</Trans>}
  </Link>
);

const State = ({ row: { state, until } }: { readonly row: Seat }) => {
  if (state === "returned")
    return (
      <Badge tone="warn">
        <Trans>Came back from review</Trans>
      </Badge>
    );
  if (state === "assigned")
    return (
      <Badge tone="accent">
        <Trans>Given to you</Trans>
      </Badge>
    );
  if (until === null) return <Trans>Begun</Trans>;
  return new Date(until) > new Date() ? (
    <Trans>Begun; yours until {time(until)}</Trans>
  ) : (
    <Trans>Begun; others may take it</Trans>
  );
};

export const SkippedRows = ({
  project,
  rows,
  who = false,
  actions,
}: {
  readonly project: Id;
  readonly rows: readonly Skipped[];
  readonly who?: boolean;
  readonly actions?: (row: Skipped) => React.ReactNode;
}) => {
  const { t } = useLingui();
  const reasons = useReasonNames();
  const columns: readonly Column<Skipped>[] = [
    { key: "title", title: t`Title`, head: true, cell: (row) => <Title project={project} row={row} /> },
    ...(who ? [{ key: "name", title: t`Name`, cell: ({ name }: Skipped) => name }] : []),
    {
      key: "reason",
      title: t`Reason`,
      cell: ({ reason, note }) => (
        <>
          {reasons[reason] ?? reason}
          {note && (
            <div className={css.note} dir="auto">
              {note}
            </div>
          )}
        </>
      ),
    },
    ...(actions ? [{ key: "actions", title: t`Actions`, quiet: true, number: true, cell: actions }] : []),
  ];
  return (
    <Table
      caption={t`Skipped documents`}
      columns={columns}
      rows={rows}
      rowKey={({ document, account }) => `${document}/${account}`}
    />
  );
};

export default YourWork;
