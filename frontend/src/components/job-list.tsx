import { Trans, useLingui } from "@lingui/react/macro";
import { Progress } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { Id, Job } from "../api/types";
import { Badge, type Tone } from "../ui/badge";
import { Icon } from "../ui/icons";
import css from "./job-list.module.css";
import { JobReport } from "./job-report";
import { bytes, moment } from "./words";

const TONES: Readonly<Record<Job["state"], Tone>> = {
  waiting: "plain",
  running: "accent",
  done: "good",
  failed: "bad",
};

export const JobList = ({ jobs, project }: { readonly jobs: readonly Job[]; readonly project: Id }) => {
  useRefresh(jobs, project);
  return (
    <ul className={css.list}>
      {jobs.map((job) => (
        <li key={job.id} className={css.job} aria-label={job.name || job.kind}>
          <JobCard job={job} />
        </li>
      ))}
    </ul>
  );
};

/** When a job has ended, the lists of documents may be others. */
const useRefresh = (jobs: readonly Job[], project: Id): void => {
  const queries = useQueryClient();
  const ended = jobs.filter((job) => job.state === "done" || job.state === "failed").length;
  const before = useRef(ended);
  useEffect(() => {
    if (before.current === ended) return;
    before.current = ended;
    void queries.invalidateQueries({ queryKey: ["documents", project] });
    void queries.invalidateQueries({ queryKey: ["register", project] });
    void queries.invalidateQueries({ queryKey: ["projects"] });
  }, [ended, queries, project]);
};

const JobCard = ({ job }: { readonly job: Job }) => {
  const { t } = useLingui();
  const states = { waiting: t`waiting`, running: t`running`, done: t`done`, failed: t`failed` };
  return (
    <>
      <div className={css.head}>
        <Badge tone={TONES[job.state]}>{states[job.state]}</Badge>
        <span className={css.name}>
          <bdi>{job.name || summary(job)}</bdi>
        </span>
        <time className={css.time} dateTime={job.created_at}>
          {moment(job.created_at)}
        </time>
      </div>
      {job.state === "running" && (
        <Progress value={share(job)} aria-label={t`Progress of ${job.name || job.kind}`} size="sm" />
      )}
      {job.notice && <p className={css.notice}>{job.notice}</p>}
      {job.error && (
        <p className={css.error} role="alert">
          {job.error}
        </p>
      )}
      <JobReport job={job} />
      {job.file && <Download job={job} />}
    </>
  );
};

const share = ({ progress: { done, total } }: Job): number => (total ? Math.min(100, (100 * done) / total) : 0);

const summary = (job: Job): string => [job.options.format, job.options.source].filter(Boolean).join(" · ") || job.kind;

const Download = ({ job }: { readonly job: Job }) =>
  job.file && (
    <div className={css.file}>
      <a href={job.file.url} download={job.file.name}>
        <Icon name="download" /> <Trans>Download {job.file.name}</Trans>
      </a>
      <span>{bytes(job.file.size)}</span>
      <code title="SHA-256">sha256 {job.file.sha256}</code>
    </div>
  );
