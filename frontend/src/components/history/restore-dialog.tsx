import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ApiProblem, get, post } from "../../api/client";
import type { Id, Restoration, RestoredMark, Schema } from "../../api/types";
import { newId } from "../../document/ids";
import { Dialog } from "../../ui/dialog";
import { Fault, Trouble, Waiting } from "../../ui/states";
import form from "../form.module.css";
import { shorten } from "../words";
import css from "./restore-dialog.module.css";

interface Props {
  readonly project: Id;
  readonly document: Id;
  /** The position to go back to. */
  readonly at: number;
  /** The moment in words. */
  readonly when: string;
  /** One annotation; null: the whole set. */
  readonly annotation: Id | null;
  readonly schema: Schema;
  readonly onClose: () => void;
}

const PATH = "/api/v1/projects/{project}/documents/{document}/restoration";
const SHOWN = 50;

/** What one's own set would become, and the way back to now. */
export const RestoreDialog = (props: Props) => {
  const { t } = useLingui();
  const { project, document, at, annotation, onClose } = props;
  const preview = useQuery({
    queryKey: ["restoration", project, document, at, annotation],
    queryFn: () =>
      get(PATH, { params: { path: { project, document }, query: annotation ? { at, annotation } : { at } } }),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Dialog opened onClose={onClose} title={t`Restore a past state`} size="lg">
      {preview.error ? (
        <Trouble error={preview.error} onRetry={preview.refetch} />
      ) : preview.data ? (
        <Decide {...props} found={preview.data} />
      ) : (
        <Waiting what={t`Comparing the two moments…`} />
      )}
    </Dialog>
  );
};

interface DecideProps extends Props {
  readonly found: Restoration;
}

const Decide = ({ project, document, at, when, annotation, schema, onClose, found }: DecideProps) => {
  const restore = useMutation({
    mutationFn: async (wish: { readonly at: number; readonly annotation?: Id; readonly expected?: number }) => {
      const done = await post(PATH, { params: { path: { project, document } }, body: { id: newId(), ...wish } });
      const [problem] = done.refused;
      if (problem) throw new ApiProblem({ detail: "", ...problem });
      return done;
    },
  });
  const [undone, setUndone] = useState(false);
  const one = annotation ? { annotation } : {};
  if (restore.isSuccess)
    return (
      <div className={form.form} role="status">
        <p className={css.said}>{undone ? <Trans>Everything is as it was.</Trans> : <Trans>It is restored.</Trans>}</p>
        <div className={form.buttons}>
          <Button onClick={onClose}>
            <Trans>Close</Trans>
          </Button>
          {!undone && (
            <Button
              variant="default"
              loading={restore.isPending}
              onClick={() => restore.mutate({ at: restore.data.before, ...one }, { onSuccess: () => setUndone(true) })}
            >
              <Trans>Undo</Trans>
            </Button>
          )}
        </div>
      </div>
    );
  const nothing =
    found.added.length + found.changed.length + found.removed.length + found.document_labels.length === 0 &&
    found.links.added + found.links.changed + found.links.removed === 0;
  return (
    <div className={form.form}>
      <p className={css.said}>{when}</p>
      <p className={form.hint}>
        <Trans>
          This changes your own marks back to what they were then. It is done by new events: what happened since stays
          in the history, and you can undo it.
        </Trans>
      </p>
      {nothing ? (
        <p>
          <Trans>Nothing would change: your marks are as they were then.</Trans>
        </p>
      ) : (
        <Changes found={found} schema={schema} />
      )}
      {found.impossible.length > 0 && (
        <p className={css.warning}>
          <Plural
            value={found.impossible.length}
            one="# mark was made on another version of the text and stays as it is now."
            other="# marks were made on another version of the text and stay as they are now."
          />
        </p>
      )}
      {found.finished && (
        <p className={css.warning}>
          <Trans>You have said that this document is done. Open it again before you restore.</Trans>
        </p>
      )}
      <Fault error={restore.error} />
      <div className={form.buttons}>
        <Button
          disabled={nothing || found.finished}
          loading={restore.isPending}
          onClick={() => restore.mutate({ at, expected: found.version, ...one })}
        >
          <Trans>Restore</Trans>
        </Button>
        <Button variant="default" onClick={onClose}>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </div>
  );
};

const Changes = ({ found, schema }: { readonly found: Restoration; readonly schema: Schema }) => {
  const links = found.links.added + found.links.changed + found.links.removed;
  return (
    <div className={css.changes}>
      <Group title={<Plural value={found.added.length} one="# mark comes back" other="# marks come back" />}>
        {found.added.map((mark) => (
          <Mark key={mark.id} mark={mark} schema={schema} kind="added" />
        ))}
      </Group>
      <Group title={<Plural value={found.changed.length} one="# mark changes" other="# marks change" />}>
        {found.changed.map(({ before, after }) => (
          <li key={before.id}>
            <Words mark={before} schema={schema} /> <span aria-hidden="true">→</span>
            <span className="sr-only">
              <Trans>becomes</Trans>
            </span>{" "}
            <Words mark={after} schema={schema} />
          </li>
        ))}
      </Group>
      <Group title={<Plural value={found.removed.length} one="# mark goes" other="# marks go" />}>
        {found.removed.map((mark) => (
          <Mark key={mark.id} mark={mark} schema={schema} kind="removed" />
        ))}
      </Group>
      {links > 0 && (
        <p className={css.title}>
          <Plural value={links} one="# link changes" other="# links change" />
        </p>
      )}
      <Group
        title={
          <Plural
            value={found.document_labels.length}
            one="# label of the document changes"
            other="# labels of the document change"
          />
        }
      >
        {found.document_labels.map(({ label, before, after }) => (
          <li key={label}>
            {schema.document_labels.find(({ key }) => key === label)?.name ?? label}: {before ?? "–"} → {after ?? "–"}
          </li>
        ))}
      </Group>
    </div>
  );
};

const Group = ({ title, children }: { readonly title: ReactNode; readonly children: readonly ReactNode[] }) =>
  children.length > 0 && (
    <section>
      <h3 className={css.title}>{title}</h3>
      <ul className={css.list}>
        {children.slice(0, SHOWN)}
        {children.length > SHOWN && (
          <li>
            <Plural value={children.length - SHOWN} one="and # more" other="and # more" />
          </li>
        )}
      </ul>
    </section>
  );

interface MarkProps {
  readonly mark: RestoredMark;
  readonly schema: Schema;
}

const Mark = ({ kind, ...rest }: MarkProps & { readonly kind: "added" | "removed" }) => (
  <li data-kind={kind}>
    <Words {...rest} />
  </li>
);

const Words = ({ mark, schema }: MarkProps) => {
  const label = schema.labels.find(({ key }) => key === mark.label);
  return (
    <span>
      <b>{label?.name ?? mark.label}</b> <q dir="auto">{mark.quote === null ? "…" : shorten(mark.quote, 80)}</q>
    </span>
  );
};
