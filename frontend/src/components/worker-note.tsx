import { Trans } from "@lingui/react/macro";
import { Badge } from "../ui/badge";
import { duration } from "./words";
import css from "./worker-note.module.css";

const SILENT = 30;

interface Props {
  /** Seconds since a worker was last heard; null when none ever was. */
  readonly seen: number | null;
  /** Say something also when all is well. */
  readonly always?: boolean;
}

/** A worker that is away is no error: jobs wait, and start by themselves once one runs. */
export const WorkerNote = ({ seen, always = false }: Props) => {
  if (seen !== null && seen < SILENT)
    return always ? (
      <Badge tone="good">
        <Trans>works</Trans>
      </Badge>
    ) : null;
  return (
    <div className={css.note} role="status">
      <p>
        {seen === null ? (
          <Trans>No worker has been seen yet.</Trans>
        ) : (
          <Trans>No worker seen for {duration(seen)}.</Trans>
        )}{" "}
        <Trans>
          Whoever runs this server can start one with <code>make run</code>, or on its own with{" "}
          <code>python -m annotator.config.worker</code>. What waits here begins by itself then.
        </Trans>
      </p>
    </div>
  );
};
