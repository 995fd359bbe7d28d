import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { sendCommands } from "../api/commands";
import { documentQuery, meQuery, orphansQuery, projectQuery, schemaQuery } from "../api/queries";
import type { Id, Orphan, Place } from "../api/types";
import { newId } from "../document/ids";
import { Page } from "../ui/page";
import { Empty, Fault, Trouble, Waiting } from "../ui/states";
import css from "./orphans.module.css";

/** Marks that a corrected text left behind: each is moved to the nearest place, moved by hand, or dropped. */
const Orphans = () => {
  const { t } = useLingui();
  const { project } = useParams({ from: "/inside/p/$project/rooms/orphans" });
  const { data, error, refetch } = useQuery(orphansQuery(project));
  return (
    <Page
      title={t`Lost marks`}
      lead={
        <Trans>
          A corrected text no longer has these words where they were marked. Say where they are now: Enter takes the
          place that is shown, Delete drops the mark, the arrow keys go to the next.
        </Trans>
      }
    >
      {error ? (
        <Trouble error={error} onRetry={refetch} />
      ) : !data ? (
        <Waiting />
      ) : data.results.length === 0 ? (
        <Empty title={<Trans>Every mark is in its place</Trans>} />
      ) : (
        <Queue project={project} orphans={data.results} />
      )}
    </Page>
  );
};

const Queue = ({ project, orphans }: { readonly project: Id; readonly orphans: readonly Orphan[] }) => {
  const me = useSuspenseQuery(meQuery).data;
  const { shared } = useSuspenseQuery(projectQuery(project)).data;
  const [at, setAt] = useState(0);
  const repair = useRepair(project);
  const place = Math.min(at, orphans.length - 1);
  const current = orphans[place];
  const mine = (orphan: Orphan) => (shared ? orphan.author === null : orphan.author === me?.account?.id);
  const act = (drop: boolean) => {
    if (current && mine(current) && !repair.isPending && (drop || current.suggestion))
      repair.mutate({ orphan: current, drop });
  };
  useHotkeys([
    ["ArrowDown", () => setAt(Math.min(place + 1, orphans.length - 1))],
    ["ArrowUp", () => setAt(Math.max(place - 1, 0))],
    ["Enter", () => act(false)],
    ["Delete", () => act(true)],
  ]);
  return (
    <>
      <Fault error={repair.error} />
      <ol className={css.list}>
        {orphans.map((orphan, n) => (
          <li key={`${orphan.author} ${orphan.annotation}`} className={css.orphan} aria-current={n === place}>
            <One
              project={project}
              orphan={orphan}
              mine={mine(orphan)}
              busy={repair.isPending}
              onRepair={(drop) => repair.mutate({ orphan, drop })}
            />
          </li>
        ))}
      </ol>
    </>
  );
};

interface OneProps {
  readonly project: Id;
  readonly orphan: Orphan;
  readonly mine: boolean;
  readonly busy: boolean;
  readonly onRepair: (drop: boolean) => void;
}

const One = ({ project, orphan, mine, busy, onRepair }: OneProps) => {
  const labels = useQuery(schemaQuery(project)).data?.labels ?? [];
  const label = labels.find(({ key }) => key === orphan.label)?.name ?? orphan.label;
  return (
    <>
      <p className={css.head}>
        <b>{label}</b>
        <Link to="/p/$project/d/$document" params={{ project, document: orphan.document }} dir="auto">
          {orphan.title || <Trans>Untitled</Trans>}
        </Link>
        {!mine && orphan.name && <span>{orphan.name}</span>}
      </p>
      <dl className={css.places}>
        <dt>
          <Trans>was</Trans>
        </dt>
        <dd>
          <Quoted place={orphan.was} />
        </dd>
        <dt>
          <Trans>now</Trans>
        </dt>
        <dd>
          {orphan.suggestion ? (
            <Quoted place={orphan.suggestion} />
          ) : (
            <Trans>nothing is like it; mark it anew in the document, then drop this</Trans>
          )}
        </dd>
      </dl>
      {mine ? (
        <div className={css.buttons}>
          <Button size="xs" disabled={busy || !orphan.suggestion} onClick={() => onRepair(false)}>
            <Trans>It is there now</Trans>
          </Button>
          <Button size="xs" variant="default" disabled={busy} onClick={() => onRepair(true)}>
            <Trans>Drop the mark</Trans>
          </Button>
        </div>
      ) : (
        <p className={css.quiet}>
          <Trans>Whoever made the mark decides.</Trans>
        </p>
      )}
    </>
  );
};

const Quoted = ({ place }: { readonly place: Place }) => (
  <span dir="auto">
    {place.before}
    <mark>{place.quote}</mark>
    {place.after}
  </span>
);

interface Repair {
  readonly orphan: Orphan;
  readonly drop: boolean;
}

const useRepair = (project: Id) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ orphan, drop }: Repair) => {
      const about = (type: string, data: object) => ({ id: newId(), type, document: orphan.document, data });
      const { document } = await queries.fetchQuery(documentQuery(project, orphan.document));
      const change = drop
        ? about("remove_annotation", { annotation: orphan.annotation })
        : about("change_annotation", {
            annotation: orphan.annotation,
            label: orphan.label,
            spans: orphan.suggestion?.spans,
            quote: orphan.suggestion?.quote,
            text_version: document.text_version,
            attributes: orphan.attributes,
            entity: orphan.entity,
          });
      // A finished set is opened for this alone.
      const all = orphan.finished ? [about("reopen_set", { reason: "" }), change, about("finish_set", {})] : [change];
      await sendCommands(project, all);
    },
    onSettled: () => queries.invalidateQueries(orphansQuery(project)),
  });
};

export default Orphans;
