import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Switch, TextInput } from "@mantine/core";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { type AgreementFilter, agreementQuery, projectQuery, schemaQuery } from "../api/queries";
import type { AgreementReport, AgreementRow, AgreementView, Id } from "../api/types";
import css from "../components/agreement/agreement.module.css";
import { Confusion } from "../components/agreement/confusion";
import { confusionAsCsv, download, rowsAsCsv } from "../components/agreement/figures";
import { Figure, MeasureTable } from "../components/agreement/measure-table";
import { MeasurePlot, TrendPlot } from "../components/agreement/plots";
import { useLayerNames, useMeasureMeanings, useMeasureNames } from "../components/agreement/words";
import { activeLabels } from "../components/labels";
import { LanguageChoice } from "../components/language-choice";
import { figure, languageName } from "../components/words";
import type { AgreementSearch } from "../router";
import { Choice } from "../ui/choice";
import { NumberField } from "../ui/number-field";
import { Page, Section } from "../ui/page";
import { Empty, Fault, Trouble, Waiting } from "../ui/states";
import { type Column, Table } from "../ui/table";

const ROUTE = "/inside/p/$project/rooms/agreement";

const Agreement = () => {
  const { t } = useLingui();
  const { project } = useParams({ from: ROUTE });
  const search = useSearch({ from: ROUTE });
  const { data, error, refetch } = useQuery(agreementQuery(project, filterOf(search)));
  return (
    <Page
      title={t`Agreement`}
      lead={
        <Trans>
          How far annotators agree, over the documents that two or more have finished. Figures rest on at least five
          documents, in brackets are 95 % intervals; what cannot be told says why.
        </Trans>
      }
      actions={data?.report && <Downloads project={project} report={data.report} />}
    >
      <Filters project={project} search={search} report={data?.report ?? null} />
      {error ? (
        <Trouble error={error} onRetry={refetch} />
      ) : !data ? (
        <Waiting what={t`Measuring…`} />
      ) : (
        <>
          <Progress view={data} />
          {data.report && <Report project={project} search={search} report={data.report} />}
        </>
      )}
    </Page>
  );
};

const filterOf = (search: AgreementSearch): AgreementFilter => {
  const { label, document, language, since, until, period, gamma, at } = search;
  return {
    ...(label && { labels: label }),
    ...(document && { document }),
    ...(language && { language }),
    ...(since && { since }),
    ...(until && { until }),
    ...(period && { period }),
    ...(gamma && { gamma }),
    ...(at !== undefined && { at }),
  };
};

const Progress = ({ view }: { readonly view: AgreementView }) => {
  if (view.state === "ready") return null;
  if (view.state === "failed") return <Fault error={view.error} />;
  return (
    <p role="status" className={css.note}>
      <Trans>A worker is measuring; {figure(view.done)} documents so far.</Trans>{" "}
      {view.report && <Trans>Shown are the figures of position {figure(view.report.position)}.</Trans>} {view.notice}
    </p>
  );
};

const Downloads = ({ project, report }: { readonly project: Id; readonly report: AgreementReport }) => {
  const { labels, cells } = report.confusion;
  const name = `agreement-${project.slice(0, 8)}-${report.position}`;
  return (
    <span className={css.noPrint}>
      <Button
        variant="default"
        size="xs"
        onClick={() => download(`${name}.csv`, rowsAsCsv([...report.rows, ...report.lowest], report.position))}
      >
        <Trans>Figures as CSV</Trans>
      </Button>{" "}
      <Button
        variant="default"
        size="xs"
        onClick={() => download(`${name}-confusion.csv`, confusionAsCsv(labels, cells))}
      >
        <Trans>Confusion as CSV</Trans>
      </Button>{" "}
      <Button variant="default" size="xs" onClick={() => window.print()}>
        <Trans>Print</Trans>
      </Button>
    </span>
  );
};

interface FiltersProps {
  readonly project: Id;
  readonly search: AgreementSearch;
  readonly report: AgreementReport | null;
}

const Filters = ({ project, search, report }: FiltersProps) => {
  const { t } = useLingui();
  const navigate = useNavigate({ from: "/p/$project/agreement" });
  const schema = useSuspenseQuery(schemaQuery(project)).data;
  const head = useSuspenseQuery(projectQuery(project)).data.position;
  const set = (change: AgreementSearch) =>
    navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false });
  const languages = [...new Set([...(report?.languages ?? []), ...(search.language ? [search.language] : [])])];
  return (
    <search className={css.filters}>
      <Choice
        label={t`Label`}
        none={t`All labels`}
        options={activeLabels(schema).map(({ key, name }) => ({ value: key, label: name }))}
        value={search.label ?? null}
        onChange={(label) => set({ label: label ?? undefined })}
      />
      <LanguageChoice named languages={languages} value={search.language} onChange={(language) => set({ language })} />
      <TextInput
        type="date"
        label={t`Finished since`}
        value={search.since ?? ""}
        onChange={(event) => set({ since: event.currentTarget.value || undefined })}
      />
      <TextInput
        type="date"
        label={t`Finished until`}
        value={search.until ?? ""}
        onChange={(event) => set({ until: event.currentTarget.value || undefined })}
      />
      <NumberField
        label={t`As of position`}
        placeholder={t`now (${figure(head)})`}
        value={search.at ?? null}
        onChange={(at) => set({ at: at !== null && at >= 0 && at <= head ? at : undefined })}
        integer
      />
      <Switch
        label={t`Gamma (takes longer)`}
        checked={search.gamma ?? false}
        onChange={(event) => set({ gamma: event.currentTarget.checked || undefined })}
      />
    </search>
  );
};

interface ReportProps {
  readonly project: Id;
  readonly search: AgreementSearch;
  readonly report: AgreementReport;
}

const Report = ({ project, search, report }: ReportProps) => {
  const { t } = useLingui();
  const schema = useSuspenseQuery(schemaQuery(project)).data;
  const layers = useLayerNames();
  if (report.documents === 0)
    return (
      <Empty title={<Trans>No document was finished by two annotators</Trans>}>
        <Trans>Agreement can be told as soon as two people have said “done” on the same document.</Trans>
      </Empty>
    );
  const of = (dimension: AgreementRow["dimension"]) => report.rows.filter((row) => row.dimension === dimension);
  const whole = report.rows.find((row) => row.key === "label");
  const periods = of("period");
  const nameOf = (row: AgreementRow) => {
    const name = row.name || layers[row.key] || row.key;
    return row.key.startsWith("entity:") ? t`${name}: entity` : name;
  };
  const labels = [...of("layer").filter(({ key }) => key === "label"), ...of("label")];
  const others = of("layer").filter(({ key }) => key !== "label");
  return (
    <>
      {search.document && (
        <p className={css.note}>
          <Trans>Only one document is measured.</Trans>{" "}
          <Link to="/p/$project/agreement" params={{ project }} search={{ ...search, document: undefined }}>
            <Trans>Measure all</Trans>
          </Link>
        </p>
      )}
      {whole && (
        <div className={css.scroll}>
          <MeasurePlot row={whole} />
        </div>
      )}
      <Section title={<Trans>By label</Trans>}>
        <MeasureTable
          caption={t`Agreement by label`}
          head={<Trans>Label</Trans>}
          rows={labels}
          nameOf={nameOf}
          inset={(row) => row.dimension === "label"}
        />
        <Meanings />
      </Section>
      {others.length > 0 && (
        <Section title={<Trans>Links, attributes, entities and document labels</Trans>}>
          <MeasureTable caption={t`Agreement on details`} head={<Trans>Layer</Trans>} rows={others} nameOf={nameOf} />
        </Section>
      )}
      <Section title={<Trans>Which labels are taken for each other</Trans>}>
        <Confusion project={project} filter={filterOf(search)} schema={schema} confusion={report.confusion} />
      </Section>
      <Section title={<Trans>By pair of annotators</Trans>}>
        <Pairs report={report} />
      </Section>
      {periods.length > 0 && (
        <Section title={<Trans>Over time</Trans>}>
          <Periods search={search} />
          {periods.length > 1 && (
            <div className={css.scroll}>
              <TrendPlot rows={periods} markers={report.markers} />
            </div>
          )}
          <MeasureTable
            caption={t`Agreement by period`}
            head={<Trans>Second set finished</Trans>}
            rows={periods}
            nameOf={(row) => row.key}
          />
        </Section>
      )}
      <Section title={<Trans>By language</Trans>}>
        <MeasureTable
          caption={t`Agreement by language`}
          head={<Trans>Language</Trans>}
          rows={of("language")}
          nameOf={(row) => languageName(row.key)}
        />
      </Section>
      {!search.document && (
        <Section title={<Trans>Documents that agree least</Trans>}>
          <MeasureTable
            caption={t`Agreement by document`}
            head={<Trans>Document</Trans>}
            rows={report.lowest.slice(0, 25)}
            nameOf={(row) => (
              <Link to="/p/$project/d/$document/curate" params={{ project, document: row.key }}>
                {row.name || <Trans>Untitled</Trans>}
              </Link>
            )}
          />
        </Section>
      )}
    </>
  );
};

const Meanings = () => {
  const names = useMeasureNames();
  const meanings = useMeasureMeanings();
  return (
    <details className={css.note}>
      <summary>
        <Trans>What the measures are</Trans>
      </summary>
      <ul>
        {(Object.keys(names) as (keyof typeof names)[]).map((key) => (
          <li key={key}>
            <b>{names[key]}</b>: {meanings[key]}
          </li>
        ))}
      </ul>
    </details>
  );
};

const Periods = ({ search }: { readonly search: AgreementSearch }) => {
  const { t } = useLingui();
  const navigate = useNavigate({ from: "/p/$project/agreement" });
  return (
    <div className={css.noPrint}>
      <Choice
        size="xs"
        className={css.period ?? ""}
        aria-label={t`Period`}
        options={[
          { value: "month", label: t`By month` },
          { value: "week", label: t`By week` },
          { value: "day", label: t`By day` },
        ]}
        value={search.period ?? "month"}
        onChange={(period) =>
          navigate({
            search: (old) => ({ ...old, period: period === "week" || period === "day" ? period : undefined }),
            replace: true,
            resetScroll: false,
          })
        }
      />
    </div>
  );
};

const Pairs = ({ report }: { readonly report: AgreementReport }) => {
  const { t } = useLingui();
  const measures = useMeasureNames();
  const nameOf = (author: string): string =>
    report.annotators.find((one) => one.author === author)?.name || t`Shared set`;
  type Row = AgreementReport["pairs"][number];
  const columns: readonly Column<Row>[] = [
    { key: "pair", title: t`Annotators`, head: true, cell: ({ one, other }) => `${nameOf(one)} – ${nameOf(other)}` },
    { key: "n", title: t`Documents`, number: true, cell: ({ documents }) => figure(documents) },
    { key: "exact", title: measures.f1_exact, number: true, cell: (row) => <Figure measure={row.f1_exact} /> },
    { key: "half", title: measures.f1_half, number: true, cell: (row) => <Figure measure={row.f1_half} /> },
    { key: "kappa", title: measures.kappa, number: true, cell: (row) => <Figure measure={row.kappa} /> },
  ];
  return (
    <Table
      caption={t`Agreement of pairs`}
      columns={columns}
      rows={report.pairs}
      rowKey={({ one, other }) => `${one}/${other}`}
    />
  );
};

export default Agreement;
