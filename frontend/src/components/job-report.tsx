import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { carryOut } from "../api/commands";
import { jobsQuery } from "../api/queries";
import type { Job, JsonObject } from "../api/types";
import { Fault } from "../ui/states";
import css from "./job-report.module.css";
import { exportReport, type ImportReport, importReport, type Notice } from "./job-reports";
import { MappingForm } from "./mapping-form";
import { bytes, figure, percent } from "./words";

/** What a job did, in words and figures; then what went wrong or was left out, line by line. */
export const JobReport = ({ job }: { readonly job: Job }) => {
  if (job.report === null) return null;
  return job.kind === "import" ? <Imported job={job} report={job.report} /> : <Exported report={job.report} />;
};

const Imported = ({ job, report }: { readonly job: Job; readonly report: JsonObject }) => {
  const { t } = useLingui();
  const {
    fresh,
    unchanged,
    rejected,
    annotations,
    links,
    entities,
    authors,
    notices,
    tried,
    languages,
    first,
    copies,
    repeats,
    foreign,
  } = importReport(report);
  return (
    <div className={css.report}>
      {tried && (
        <p className={css.quiet}>
          <Trans>Only tried: nothing is written yet. This is what would come in.</Trans>
        </p>
      )}
      <p className={css.figures}>
        <span>
          <Plural value={fresh} one="# new document" other="# new documents" />
        </span>
        {unchanged > 0 && (
          <span>
            <Plural value={unchanged} one="# was here already" other="# were here already" />
          </span>
        )}
        {rejected > 0 && (
          <b>
            <Plural value={rejected} one="# was not taken" other="# were not taken" />
          </b>
        )}
        {annotations > 0 && (
          <span>
            <Plural value={annotations} one="# annotation" other="# annotations" />
          </span>
        )}
        {links > 0 && (
          <span>
            <Plural value={links} one="# link" other="# links" />
          </span>
        )}
        {entities > 0 && (
          <span>
            <Plural value={entities} one="# entry of the register" other="# entries of the register" />
          </span>
        )}
        {authors.length > 0 && <span>{t`by ${authors.join(", ")}`}</span>}
        {languages.length > 0 && (
          <span>{t`languages: ${languages.map(({ tag, documents }) => `${tag} ${figure(documents)}`).join(", ")}`}</span>
        )}
      </p>
      {first.length > 0 && (
        <ul className={css.list}>
          {first.map((each) => (
            <li key={each.id}>
              <bdi>{each.title}</bdi>{" "}
              {!each.fresh && (
                <span className={css.quiet}>
                  <Trans>is here already</Trans>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      <Copies copies={copies} />
      <Repeats repeats={repeats} />
      <Notices
        notices={notices.filter(({ about }) => !foreign.some(({ kind, name }) => about === `${kind} ${name}`))}
      />
      {tried &&
        (foreign.length > 0 ? (
          <MappingForm job={job} report={report} />
        ) : (
          <CarryOut job={job} disabled={fresh === 0} />
        ))}
    </div>
  );
};

const Copies = ({ copies }: Pick<ImportReport, "copies">) =>
  copies.documents === 0 ? null : (
    <details>
      <summary>
        <Plural value={copies.documents} one="# copy of another article" other="# copies of other articles" />
      </summary>
      <ul className={css.list}>
        {copies.first.map((each) => (
          <li key={each.id}>
            <bdi>{each.title}</bdi>{" "}
            <span className={css.quiet}>
              {each.here ? (
                <Trans>
                  has {percent(each.alike)} of its words in common with <bdi>{each.of}</bdi>, which is here already
                </Trans>
              ) : (
                <Trans>
                  has {percent(each.alike)} of its words in common with <bdi>{each.of}</bdi>
                </Trans>
              )}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );

const Repeats = ({ repeats }: Pick<ImportReport, "repeats">) =>
  repeats.documents === 0 ? null : (
    <details>
      <summary>
        <Plural
          value={repeats.documents}
          one="# article says a sentence twice"
          other="# articles say a sentence twice"
        />
      </summary>
      <ul className={css.list}>
        {repeats.first.map((each) => (
          <li key={each.id}>
            <bdi>{each.title}</bdi>: <q dir="auto">{each.quote}</q>
          </li>
        ))}
      </ul>
    </details>
  );

const Exported = ({ report }: { readonly report: JsonObject }) => {
  const { t } = useLingui();
  const { position, counts, losses, files, chain } = exportReport(report);
  return (
    <div className={css.report}>
      <p className={css.figures}>
        <span>{t`As of position ${figure(position)}`}</span>
        <span>
          <Plural value={counts.documents} one="# document" other="# documents" />
        </span>
        <span>
          <Plural value={counts.annotations} one="# annotation" other="# annotations" />
        </span>
        <span>
          <Plural value={counts.links} one="# link" other="# links" />
        </span>
      </p>
      {losses.length === 0 ? (
        <p className={css.quiet}>
          <Trans>The format carries all of it.</Trans>
        </p>
      ) : (
        <section>
          <p className={css.quiet}>
            <Trans>What this format cannot carry:</Trans>
          </p>
          <ul className={css.list}>
            {losses.map((loss) => (
              <li key={loss.code}>
                <b>{figure(loss.count)}</b> {loss.message}
              </li>
            ))}
          </ul>
        </section>
      )}
      <details>
        <summary>
          <Trans>Manifest</Trans>
        </summary>
        <dl className={css.manifest}>
          {files.map((file) => (
            <div key={file.name}>
              <dt>{file.name}</dt>
              <dd>
                {bytes(file.size)} <code>sha256 {file.sha256}</code>
              </dd>
            </div>
          ))}
          {chain && (
            <div>
              <dt>
                <Trans>Log</Trans>
              </dt>
              <dd>
                <code>
                  <Trans>hash of its event {figure(position)}:</Trans> {chain}
                </code>
              </dd>
            </div>
          )}
        </dl>
      </details>
    </div>
  );
};

const CarryOut = ({ job, disabled }: { readonly job: Job; readonly disabled: boolean }) => {
  const queries = useQueryClient();
  const carried = useMutation({
    mutationFn: () => carryOut(job.project, job.id),
    onSettled: () => queries.invalidateQueries(jobsQuery(job.project)),
  });
  return (
    <div>
      <Button
        size="xs"
        loading={carried.isPending}
        disabled={disabled || carried.isSuccess}
        onClick={() => carried.mutate()}
      >
        <Trans>Import it now</Trans>
      </Button>
      <Fault error={carried.error} />
    </div>
  );
};

const OPEN = 20;

const Notices = ({ notices }: { readonly notices: readonly Notice[] }) =>
  notices.length === 0 ? null : (
    <details open={notices.length <= OPEN}>
      <summary>
        <Plural value={notices.length} one="# thing to look at" other="# things to look at" />
      </summary>
      <ul className={css.list}>
        {notices.map((notice) => (
          <li key={notice.key} data-severity={notice.severity}>
            {notice.line !== null && (
              <b>
                <Trans>Line {notice.line}:</Trans>{" "}
              </b>
            )}
            {notice.about && (
              <>
                <bdi>{notice.about}</bdi>:{" "}
              </>
            )}
            {notice.message}
            {notice.repair && <span className={css.quiet}> {notice.repair}</span>}
          </li>
        ))}
      </ul>
    </details>
  );
