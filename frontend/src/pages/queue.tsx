import { Trans, useLingui } from "@lingui/react/macro";
import { Button, useComputedColorScheme } from "@mantine/core";
import { useInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { projectQuery, type QueueFilter, queueQuery, schemaQuery } from "../api/queries";
import type { Id, QueueEntry, QueuePage } from "../api/types";
import { useConflictNames, useStatusNames } from "../components/curation/words";
import { LabelMark } from "../components/label-mark";
import { activeLabels, textLabels } from "../components/labels";
import { LanguageChoice } from "../components/language-choice";
import { PolicyWords } from "../components/policy-words";
import { figure, percent } from "../components/words";
import type { QueueSearch } from "../router";
import { Badge, type Tone } from "../ui/badge";
import { Choice } from "../ui/choice";
import { LinkButton } from "../ui/link-button";
import { Page } from "../ui/page";
import { Empty, Trouble, Waiting } from "../ui/states";
import { type Column, Table } from "../ui/table";
import css from "./queue.module.css";

const ROUTE = "/inside/p/$project/rooms/queue";

const Queue = () => {
  const { t } = useLingui();
  const { project } = useParams({ from: ROUTE });
  const search = useSearch({ from: ROUTE });
  const list = useInfiniteQuery(queueQuery(project, search as QueueFilter));
  const rows = list.data?.pages.flatMap((page) => page.results) ?? [];
  const [first] = rows;
  return (
    <Page
      title={t`To review`}
      lead={
        <Trans>
          What to look at first: appeals, decisions whose votes changed, disputes, and what is least sure; in between
          spot checks of what everybody agrees on.
        </Trans>
      }
      actions={first && <Begin project={project} entry={first} />}
    >
      <Filters project={project} search={search} />
      {list.data?.pages[0] && <Counts page={list.data.pages[0]} />}
      {list.error ? (
        <Trouble error={list.error} onRetry={list.refetch} />
      ) : !list.data ? (
        <Waiting what={t`Reading the queue…`} />
      ) : rows.length === 0 ? (
        <Empty title={<Trans>Nothing waits for a curator</Trans>}>
          <Trans>Voters agree, or it has been decided. New votes appear here as they come.</Trans>
        </Empty>
      ) : (
        <>
          <Rows project={project} rows={rows} />
          {list.hasNextPage && (
            <Button variant="default" loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
              <Trans>Show more</Trans>
            </Button>
          )}
        </>
      )}
    </Page>
  );
};

const Begin = ({ project, entry }: { readonly project: Id; readonly entry: QueueEntry }) => (
  <LinkButton
    to="/p/$project/d/$document/curate"
    params={{ project, document: entry.document }}
    search={{ item: entry.item }}
  >
    <Trans>Review the first</Trans>
  </LinkButton>
);

const useReasonNames = (): Readonly<Record<QueueEntry["reason"], string>> => {
  const { t } = useLingui();
  return {
    appeal: t`appeal`,
    stale: t`votes changed since`,
    disputed: t`to decide`,
    doubtful: t`doubtful`,
    spot_check: t`spot check`,
  };
};

const Filters = ({ project, search }: { readonly project: Id; readonly search: QueueSearch }) => {
  const { t } = useLingui();
  const navigate = useNavigate({ from: "/p/$project/queue" });
  const schema = useSuspenseQuery(schemaQuery(project)).data;
  const { languages } = useSuspenseQuery(projectQuery(project)).data;
  const reasons = useReasonNames();
  const conflicts = useConflictNames();
  const set = (change: QueueSearch) =>
    navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false });
  const options = (names: Readonly<Record<string, string>>) =>
    Object.entries(names).map(([value, label]) => ({ value, label }));
  return (
    <search className={css.filters}>
      <Choice
        aria-label={t`Why`}
        none={t`For any reason`}
        options={options(reasons)}
        value={search.only ?? null}
        onChange={(only) => set({ only: (only ?? undefined) as QueueSearch["only"] })}
      />
      <Choice
        aria-label={t`Conflict`}
        none={t`Any conflict`}
        options={options(conflicts)}
        value={search.conflict ?? null}
        onChange={(conflict) => set({ conflict: conflict ?? undefined })}
      />
      <Choice
        aria-label={t`Label`}
        none={t`All labels`}
        options={activeLabels(schema).map(({ key, name }) => ({ value: key, label: name }))}
        value={search.label ?? null}
        onChange={(label) => set({ label: label ?? undefined })}
      />
      <LanguageChoice languages={languages} value={search.language} onChange={(language) => set({ language })} />
    </search>
  );
};

const Counts = ({ page }: { readonly page: QueuePage }) => {
  const { counts, policy } = page;
  const { auto_accept } = policy;
  return (
    <>
      <p className={css.counts}>
        <span>
          <b>{figure(counts.disputed)}</b> <Trans>to decide</Trans>
        </span>
        <span>
          <b>{figure(counts.stale)}</b> <Trans>with changed votes</Trans>
        </span>
        <span>
          <b>{figure(counts.appeals)}</b> <Trans>appeals</Trans>
        </span>
        <span>
          <b>{figure(counts.doubtful)}</b> <Trans>doubtful</Trans>
        </span>
        <span>
          <b>{figure(counts.settled)}</b> <Trans>settled without a curator</Trans>
        </span>
        <span>
          <b>{figure(counts.decided)}</b> <Trans>decided</Trans>
        </span>
      </p>
      <p className={css.facts}>
        <Trans>
          Settled by: <PolicyWords policy={policy} />
        </Trans>
        {auto_accept != null && (
          <>
            {" · "}
            <Trans>accepted without a curator from {percent(auto_accept)} on</Trans>
          </>
        )}
      </p>
    </>
  );
};

const TONES: Readonly<Record<QueueEntry["reason"], Tone>> = {
  appeal: "accent",
  stale: "bad",
  disputed: "warn",
  doubtful: "plain",
  spot_check: "good",
};

const Rows = ({ project, rows }: { readonly project: Id; readonly rows: readonly QueueEntry[] }) => {
  const { t } = useLingui();
  const reasons = useReasonNames();
  const columns: readonly Column<QueueEntry>[] = [
    { key: "document", title: t`Document`, head: true, cell: (row) => <Title project={project} row={row} /> },
    { key: "label", title: t`Label`, cell: (row) => <LabelCell project={project} row={row} /> },
    { key: "why", title: t`Why`, cell: (row) => <Badge tone={TONES[row.reason]}>{reasons[row.reason]}</Badge> },
    { key: "unsure", title: t`Unsure`, number: true, cell: (row) => row.uncertainty.toFixed(2) },
    { key: "hangs", title: t`Hangs on it`, number: true, cell: (row) => figure(row.dependants) },
    { key: "gain", title: t`Gain`, number: true, cell: (row) => row.gain.toFixed(2) },
  ];
  return <Table caption={t`To review`} columns={columns} rows={rows} rowKey={(row) => `${row.document}/${row.item}`} />;
};

const Title = ({ project, row }: { readonly project: Id; readonly row: QueueEntry }) => {
  const statuses = useStatusNames();
  const conflicts = useConflictNames();
  return (
    <span className={css.title}>
      <Link
        to="/p/$project/d/$document/curate"
        params={{ project, document: row.document }}
        search={{ item: row.item }}
        dir="auto"
      >
        {row.title || <Trans>Untitled</Trans>}
      </Link>
      <span className={css.facts}>
        {statuses[row.status]}
        {row.conflict && ` · ${conflicts[row.conflict]}`}
        {row.kind === "label" && (
          <>
            {" · "}
            <Trans>at character {figure(row.start)}</Trans>
          </>
        )}
      </span>
    </span>
  );
};

const LabelCell = ({ project, row }: { readonly project: Id; readonly row: QueueEntry }) => {
  const schema = useSuspenseQuery(schemaQuery(project)).data;
  const scheme = useComputedColorScheme("light");
  const looks = useMemo(() => textLabels(schema.labels, scheme), [schema, scheme]);
  if (row.kind === "link") return <>{schema.link_types.find(({ key }) => key === row.label)?.name ?? row.label}</>;
  return (
    <span className={css.label}>
      <LabelMark look={looks.find(({ key }) => key === row.label)} />
      {schema.labels.find(({ key }) => key === row.label)?.name ?? row.label}
    </span>
  );
};

export default Queue;
