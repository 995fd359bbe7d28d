import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { Job, JsonObject } from "../api/types";
import css from "./job-report.module.css";
import { exportReport, importReport, type Notice } from "./job-reports";
import { bytes, figure } from "./words";

/** What a job did, in words and figures; then what went wrong or was left out, line by line. */
export const JobReport = ({ job }: { readonly job: Job }) => {
  if (job.report === null) return null;
  return job.kind === "import" ? <Imported report={job.report} /> : <Exported report={job.report} />;
};

const Imported = ({ report }: { readonly report: JsonObject }) => {
  const { t } = useLingui();
  const { fresh, unchanged, rejected, annotations, links, entities, authors, notices } = importReport(report);
  return (
    <div className={css.report}>
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
      </p>
      <Notices notices={notices} />
    </div>
  );
};

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
            {notice.message}
            {notice.repair && <span className={css.quiet}> {notice.repair}</span>}
          </li>
        ))}
      </ul>
    </details>
  );
