import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect, SegmentedControl } from "@mantine/core";
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { startExport } from "../api/commands";
import { formatsQuery, jobsQuery, projectQuery, readyQuery } from "../api/queries";
import type { Id } from "../api/types";
import { may } from "../components/access";
import { Recalls } from "../components/erasure/recalls";
import form from "../components/form.module.css";
import { JobList } from "../components/job-list";
import { figure } from "../components/words";
import { WorkerNote } from "../components/worker-note";
import { NumberField } from "../ui/number-field";
import { Page, Section } from "../ui/page";
import { Empty, Fault, Trouble, Waiting } from "../ui/states";
import css from "./export.module.css";

const Export = () => {
  const { t } = useLingui();
  const { project } = useParams({ from: "/inside/p/$project/rooms/export" });
  const { role } = useSuspenseQuery(projectQuery(project)).data;
  return (
    <Page
      title={t`Export`}
      lead={
        <Trans>
          An export is made from one position of the log: the same position, format and options give the same bytes on
          any day. Its manifest says what it was made of, and counts what the format cannot carry.
        </Trans>
      }
    >
      <Wish project={project} />
      <Made project={project} />
      {may(role, "manage") && <Recalls project={project} />}
    </Page>
  );
};

const useFormats = () => {
  const { t } = useLingui();
  return [
    {
      key: "jsonl",
      name: t`JSONL`,
      about: t`Everything: texts, annotations, links, entries of the register, who voted and who decided. Lossless.`,
    },
    {
      key: "docbin",
      name: t`spaCy DocBin`,
      about: t`For training with spaCy. Spans by label as span groups, those that do not overlap also as entities.`,
    },
    {
      key: "conll2003",
      name: t`CoNLL-2003`,
      about: t`Tokens with IOB2 tags. Cannot carry overlap, parts, links or attributes; what is left out is counted.`,
    },
  ] as const;
};

const Wish = ({ project }: { readonly project: Id }) => {
  const { t } = useLingui();
  const formats = useFormats();
  const known: readonly string[] = formats.map(({ key }) => key);
  const others = useQuery(formatsQuery).data?.filter(({ key, writes }) => writes && !known.includes(key)) ?? [];
  const queries = useQueryClient();
  const head = useSuspenseQuery(projectQuery(project)).data.position;
  const [format, setFormat] = useState<string>("jsonl");
  const [source, setSource] = useState<"gold" | "sets">("gold");
  const [at, setAt] = useState<number | null>(null);
  const start = useMutation({
    mutationFn: () => startExport(project, { format, source, at }),
    onSettled: () => queries.invalidateQueries(jobsQuery(project)),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate();
  };
  return (
    <form className={form.form} onSubmit={submit}>
      <fieldset className={css.formats}>
        <legend>
          <Trans>Format</Trans>
        </legend>
        {formats.map(({ key, name, about }) => (
          <label key={key} className={css.format} data-chosen={format === key}>
            <input type="radio" name="format" value={key} checked={format === key} onChange={() => setFormat(key)} />
            <span className={css.name}>{name}</span>
            <span className={css.about}>{about}</span>
          </label>
        ))}
      </fieldset>
      {others.length > 0 && (
        <NativeSelect
          label={t`Or another format`}
          description={others.find(({ key }) => key === format)?.about}
          data={[{ value: "", label: "–" }, ...others.map(({ key, title }) => ({ value: key, label: title }))]}
          value={others.some(({ key }) => key === format) ? format : ""}
          onChange={(event) => setFormat(event.currentTarget.value || "jsonl")}
        />
      )}
      <div className={css.options}>
        <div>
          <div className={css.caption} id="source">
            <Trans>What</Trans>
          </div>
          <SegmentedControl
            aria-labelledby="source"
            size="sm"
            data={[
              { value: "gold", label: t`Gold` },
              { value: "sets", label: t`Everybody's sets` },
            ]}
            value={source}
            onChange={(value) => setSource(value === "sets" ? "sets" : "gold")}
          />
        </div>
        <NumberField
          label={t`As of position`}
          placeholder={t`now (${figure(head)})`}
          value={at}
          onChange={setAt}
          integer
          error={at !== null && (at < 1 || at > head) ? t`From 1 to ${figure(head)}` : null}
        />
        <Button type="submit" loading={start.isPending}>
          <Trans>Export</Trans>
        </Button>
      </div>
      <Fault error={start.error} />
    </form>
  );
};

const Made = ({ project }: { readonly project: Id }) => {
  const { data, error, refetch } = useQuery(jobsQuery(project));
  const ready = useQuery(readyQuery).data;
  const jobs = data?.filter((job) => job.kind === "export") ?? [];
  return (
    <Section title={<Trans>Exports of this project</Trans>}>
      {ready && <WorkerNote seen={ready.worker_seen_seconds} />}
      {error ? (
        <Trouble error={error} onRetry={refetch} />
      ) : !data ? (
        <Waiting />
      ) : jobs.length === 0 ? (
        <Empty title={<Trans>None so far</Trans>} />
      ) : (
        <JobList jobs={jobs} project={project} />
      )}
    </Section>
  );
};

export default Export;
