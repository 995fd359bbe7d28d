import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { projectQuery, qualityQuery, trainingQuery } from "../api/queries";
import type { Quality as Row } from "../api/types";
import { may } from "../components/access";
import { shown } from "../components/agreement/figures";
import { Answers } from "../components/sources/answers";
import { duration, figure, percent } from "../components/words";
import { Page, Section } from "../ui/page";
import { Empty, Trouble, Waiting } from "../ui/states";
import { type Column, Table } from "../ui/table";
import css from "./quality.module.css";

const ROUTE = "/inside/p/$project/rooms/quality";

const Quality = () => {
  const { t } = useLingui();
  const { project } = useParams({ from: ROUTE });
  const { role } = useSuspenseQuery(projectQuery(project)).data;
  const { data, error, refetch } = useQuery(qualityQuery(project));
  const all = may(role, "manage");
  return (
    <Page
      title={all ? t`Quality of the work` : t`Quality of my work`}
      lead={
        <Trans>
          Marks against gold, in documents that have some. The brackets are 95 % intervals by documents: where they
          overlap, people do not differ. Each person sees their own row, managers see all.
        </Trans>
      }
    >
      {error ? (
        <Trouble error={error} onRetry={refetch} />
      ) : !data ? (
        <Waiting />
      ) : data.length === 0 ? (
        <Empty title={<Trans>Nothing to tell yet</Trans>}>
          <Trans>Figures appear when sets are finished and gold has come of them.</Trans>
        </Empty>
      ) : (
        <Rows rows={data} />
      )}
      <Answers project={project} />
      <Tests project={project} />
    </Page>
  );
};

const Rows = ({ rows }: { readonly rows: readonly Row[] }) => {
  const { t } = useLingui();
  const columns: readonly Column<Row>[] = [
    { key: "name", title: t`Annotator`, head: true, cell: (row) => row.name },
    { key: "documents", title: t`Documents`, number: true, cell: (row) => <Documents row={row} /> },
    { key: "f1", title: t`F1 with gold`, number: true, cell: (row) => <F1 row={row} /> },
    { key: "precision", title: t`Right of marked`, number: true, cell: ({ precision }) => share(precision) },
    { key: "recall", title: t`Found of gold`, number: true, cell: ({ recall }) => share(recall) },
    { key: "reliability", title: t`Reliability`, number: true, cell: ({ reliability }) => told(reliability) },
    { key: "drift", title: t`Drift`, cell: (row) => <Drift row={row} /> },
    { key: "speed", title: t`Speed`, number: true, cell: (row) => <Speed row={row} /> },
    { key: "suggestions", title: t`Suggestions`, number: true, cell: (row) => <Suggestions row={row} /> },
  ];
  return <Table caption={t`Quality`} columns={columns} rows={rows} rowKey={({ author }) => author} />;
};

const told = (value: number | null): string => (value === null ? "–" : shown(value));
const share = (value: number | null): string => (value === null ? "–" : percent(value));

const Documents = ({ row }: { readonly row: Row }) => (
  <>
    {figure(row.documents)}
    <span className={css.bounds}>
      <Plural value={row.reviewed} one="# reviewed" other="# reviewed" />
    </span>
  </>
);

const F1 = ({ row }: { readonly row: Row }) => (
  <>
    {told(row.f1)}
    {row.low !== null && row.high !== null && (
      <span className={css.bounds}>
        [{shown(row.low)}, {shown(row.high)}]
      </span>
    )}
  </>
);

/** F1 from period to period; the words beside it say what the later half is worth against the earlier. */
const Drift = ({ row }: { readonly row: Row }) => {
  const { t } = useLingui();
  const points = row.periods.flatMap(({ f1 }, k) => (f1 === null ? [] : [[k, f1] as const]));
  if (row.drift === null) return "–";
  const sign = row.drift > 0 ? "+" : "";
  const x = (k: number): number => 4 + (k / Math.max(1, row.periods.length - 1)) * 82;
  const y = (f1: number): number => 23 - f1 * 20;
  const [last] = points.slice(-1);
  return (
    <>
      {points.length > 1 && (
        <svg className={css.line} viewBox="0 0 90 26" role="img" aria-label={t`F1 over time`}>
          <polyline points={points.map(([k, f1]) => `${x(k)},${y(f1)}`).join(" ")} />
          {last && <circle cx={x(last[0])} cy={y(last[1])} r={2.5} />}
        </svg>
      )}
      <span className={css.bounds}>
        {sign}
        {shown(row.drift)}
      </span>
    </>
  );
};

const Speed = ({ row }: { readonly row: Row }) => {
  const { marks_per_hour: rate, active_seconds: active } = row.speed;
  return (
    <>
      {rate === null ? "–" : <Trans>{figure(Math.round(rate))} an hour</Trans>}
      <span className={css.bounds}>{duration(active)}</span>
    </>
  );
};

const Suggestions = ({ row }: { readonly row: Row }) => {
  const { offered, taken, taken_right } = row.suggestions;
  if (offered === 0) return "–";
  return (
    <>
      <Trans>
        {figure(taken)} of {figure(offered)} taken
      </Trans>
      <span className={css.bounds}>
        <Trans>{figure(taken_right)} of these right</Trans>
      </span>
    </>
  );
};

const Tests = ({ project }: { readonly project: string }) => {
  const { t } = useLingui();
  const { data } = useQuery(trainingQuery(project));
  if (!data || data.documents.length === 0) return null;
  type Result = (typeof data.results)[number];
  const columns: readonly Column<Result>[] = [
    { key: "name", title: t`Annotator`, head: true, cell: ({ name }) => name },
    { key: "done", title: t`Tests done`, number: true, cell: ({ done }) => `${done}/${data.ready.length}` },
    { key: "f1", title: t`F1 exact`, number: true, cell: ({ score }) => told(score.f1) },
    { key: "lenient", title: t`F1 with any overlap`, number: true, cell: ({ score }) => told(score.lenient_f1) },
  ];
  return (
    <Section title={<Trans>Tests</Trans>}>
      <p className={css.quiet}>
        <Plural value={data.documents.length} one="# document is a test" other="# documents are tests" />
      </p>
      <Table caption={t`Tests`} columns={columns} rows={data.results} rowKey={({ author }) => author} />
    </Section>
  );
};

export default Quality;
