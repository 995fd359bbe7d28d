import { Trans, useLingui } from "@lingui/react/macro";
import { Button, CopyButton, NativeSelect } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { sendCommands, startExport } from "../../api/commands";
import { formatsQuery, jobsQuery } from "../../api/queries";
import type { Id, Release, Role } from "../../api/types";
import { newId } from "../../document/ids";
import { Badge } from "../../ui/badge";
import { Fault } from "../../ui/states";
import { may } from "../access";
import { JobList } from "../job-list";
import { date, figure } from "../words";
import css from "./releases.module.css";

interface Props {
  readonly project: Id;
  readonly release: Release;
  readonly role: Role;
}

export const ReleaseCard = ({ project, release, role }: Props) => {
  const { t } = useLingui();
  const { counts, withdrawn } = release;
  return (
    <article className={css.card} aria-labelledby={release.id}>
      <header className={css.head}>
        <h2 id={release.id}>
          <bdi>{release.name}</bdi>
        </h2>
        {withdrawn && (
          <Badge tone="bad">
            <Trans>withdrawn</Trans>
          </Badge>
        )}
        <time dateTime={release.made_at}>{date(release.made_at)}</time>
      </header>
      {withdrawn?.reason && <p className={css.reason}>{withdrawn.reason}</p>}
      {release.note && <p>{release.note}</p>}
      <dl className={css.facts}>
        <Fact name={t`Position`}>{figure(release.position)}</Fact>
        <Fact name={t`Licence`}>{release.licence || "–"}</Fact>
        <Fact name={t`Schema`}>{release.schema ?? "–"}</Fact>
        <Fact name={t`Guideline`}>{release.guideline ? t`version ${release.guideline.version}` : "–"}</Fact>
        {counts && (
          <>
            <Fact name={t`Documents`}>{figure(counts.documents)}</Fact>
            <Fact name={t`Finished sets`}>{figure(counts.finished_sets)}</Fact>
            <Fact name={t`Annotations`}>{figure(counts.annotations)}</Fact>
            <Fact name={t`Decisions`}>{figure(counts.decisions)}</Fact>
          </>
        )}
      </dl>
      <p className={css.cite}>{release.citation.text}</p>
      <div className={css.actions}>
        <Copy text={release.citation.text} name={t`Copy the citation`} />
        <Copy text={release.citation.bibtex} name={t`Copy as BibTeX`} />
        {may(role, "manage") && !withdrawn && <Withdraw project={project} release={release} />}
      </div>
      {may(role, "export") && <Download project={project} release={release} />}
    </article>
  );
};

const Fact = ({ name, children }: { readonly name: string; readonly children: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>
      <bdi>{children}</bdi>
    </dd>
  </div>
);

const Copy = ({ text, name }: { readonly text: string; readonly name: string }) => {
  const { t } = useLingui();
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button size="xs" variant="default" onClick={copy}>
          {copied ? t`Copied` : name}
        </Button>
      )}
    </CopyButton>
  );
};

const Withdraw = ({ project, release }: { readonly project: Id; readonly release: Release }) => {
  const { t } = useLingui();
  const queries = useQueryClient();
  const withdraw = useMutation({
    mutationFn: (reason: string) => {
      const data = { release: release.id, reason };
      return sendCommands(project, [{ id: newId(), type: "withdraw_release", data }]);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["releases", project] }),
  });
  const ask = () => {
    const reason = window.prompt(t`Why should nobody use this release any more?`);
    if (reason !== null) withdraw.mutate(reason.slice(0, 2000));
  };
  return (
    <>
      <Button size="xs" variant="subtle" color="red" onClick={ask} loading={withdraw.isPending}>
        <Trans>Withdraw</Trans>
      </Button>
      <Fault error={withdraw.error} />
    </>
  );
};

const Download = ({ project, release }: { readonly project: Id; readonly release: Release }) => {
  const { t } = useLingui();
  const queries = useQueryClient();
  const formats = useQuery(formatsQuery).data?.filter((each) => each.writes) ?? [];
  const [format, setFormat] = useState("jsonl");
  const [job, setJob] = useState<Id | null>(null);
  const start = useMutation({
    mutationFn: () => startExport(project, { format, source: "gold", at: null, release: release.name }),
    onSuccess: (made) => {
      setJob(made.id);
      return queries.invalidateQueries(jobsQuery(project));
    },
  });
  const jobs = useQuery({ ...jobsQuery(project), enabled: job !== null }).data;
  const mine = jobs?.filter((each) => each.id === job) ?? [];
  return (
    <>
      <div className={css.download}>
        <NativeSelect
          aria-label={t`Format`}
          size="xs"
          data={formats.map(({ key, title }) => ({ value: key, label: title }))}
          value={format}
          onChange={(event) => setFormat(event.currentTarget.value)}
        />
        <Button size="xs" onClick={() => start.mutate()} loading={start.isPending}>
          <Trans>Make the file</Trans>
        </Button>
      </div>
      <Fault error={start.error} />
      {mine.length > 0 && <JobList jobs={mine} project={project} />}
    </>
  );
};
