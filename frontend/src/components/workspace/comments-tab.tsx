import { Trans, useLingui } from "@lingui/react/macro";
import { Switch } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { About, Thread } from "../../api/types";
import type { Annotation, AnnotationSet } from "../../document/model";
import { useCell } from "../../ui/cell";
import { Empty, Fault, Trouble, Waiting } from "../../ui/states";
import { may } from "../access";
import { useAccount } from "../session";
import { NewThread } from "../threads/new-thread";
import { ThreadCard } from "../threads/thread-card";
import css from "../threads/threads.module.css";
import { type Place, useTalk, useThreads } from "../threads/use-threads";
import { shorten } from "../words";
import { quoteOf } from "./actions";
import { type Desk, useDesk } from "./desk";

/** What is said about the document and its marks; first that about what is in hand. */
export const CommentsTab = () => {
  const desk = useDesk();
  const { project, document } = desk;
  const { data, error, refetch } = useThreads(project.id, document);
  const talk = useTalk(project.id, document);
  const { thread: asked } = useSearch({ from: "/inside/p/$project/d/$document/" });
  const [settled, setSettled] = useState(false);
  const inHand = useInHand(desk);
  useShown(asked, data !== undefined);
  if (error) return <Trouble error={error} onRetry={refetch} />;
  if (!data) return <Waiting />;
  const about = (thread: Thread) => thread.about.id !== null && thread.about.id === inHand.about.id;
  const shown = data.results
    .filter((thread) => settled || !thread.resolved || thread.thread === asked)
    .sort((a, b) => Number(about(b)) - Number(about(a)));
  const hidden = data.results.length - data.results.filter(({ resolved }) => !resolved).length;
  return (
    <div className={css.tab}>
      <NewThread rooms={data.rooms} talk={talk} {...inHand} />
      <Fault error={talk.error} />
      {hidden > 0 && (
        <Switch
          size="xs"
          label={<Trans>Show resolved ones, too ({hidden})</Trans>}
          checked={settled}
          onChange={(event) => setSettled(event.currentTarget.checked)}
        />
      )}
      {shown.map((thread) => (
        <ThreadCard
          key={thread.thread}
          thread={thread}
          rooms={data.rooms}
          talk={talk}
          leads={may(project.role, "curate")}
          about={<AboutWhat about={thread.about} />}
          current={about(thread) || thread.thread === asked}
        />
      ))}
      {data.results.length === 0 && (
        <Empty title={<Trans>Nobody has said anything yet</Trans>}>
          {project.blind && !may(project.role, "curate") && (
            <Trans>The curators read what you write here; the other annotators do not.</Trans>
          )}
        </Empty>
      )}
    </div>
  );
};

interface InHand {
  readonly about: About;
  readonly words: string;
  readonly place: Place | null;
}

/** The selected mark, else the selected words, else the document. */
const useInHand = (desk: Desk): InHand => {
  const { t } = useLingui();
  const account = useAccount();
  const selection = useCell(desk.selection, (found) => found?.spans ?? null);
  const { snapshot, project } = desk;
  const found = findMark(snapshot, snapshot.selected);
  if (found) {
    const quote = shorten(quoteOf(snapshot.index, found.row.spans), 80);
    const owner = found.set === null ? (project.shared ? null : account.id) : found.set.author;
    return {
      about: { kind: "annotation", id: found.row.id, spans: null, text_version: null },
      words: t`About “${quote}”`,
      place: { room: owner === null ? "everybody" : "set", owner },
    };
  }
  if (selection) {
    const quote = shorten(quoteOf(snapshot.index, selection), 80);
    const { text_version } = snapshot.visible.document;
    return {
      about: { kind: "span", id: null, spans: selection.map(([start, end]) => [start, end]), text_version },
      words: t`About the words “${quote}”`,
      place: null,
    };
  }
  const about = { kind: "document" as const, id: null, spans: null, text_version: null };
  return { about, words: t`About the document`, place: null };
};

const findMark = (
  snapshot: Desk["snapshot"],
  id: string | null,
): { readonly row: Annotation; readonly set: AnnotationSet | null } | null => {
  if (id === null) return null;
  const mine = snapshot.own.annotations.get(id);
  if (mine) return { row: mine, set: null };
  for (const set of snapshot.visible.sets.values()) {
    const row = set.annotations.get(id);
    if (row) return { row, set };
  }
  return null;
};

const AboutWhat = ({ about }: { readonly about: About }) => {
  const { snapshot, goTo, view } = useDesk();
  const { id, spans, kind } = about;
  const mark = findMark(snapshot, id ?? null);
  if (mark)
    return (
      <button type="button" dir="auto" onClick={() => goTo(mark.row.id)}>
        {shorten(quoteOf(snapshot.index, mark.row.spans), 60)}
      </button>
    );
  const first = spans?.[0];
  if (spans && first)
    return (
      <button type="button" dir="auto" onClick={() => view.current?.scrollTo([first[0] ?? 0, first[1] ?? 0])}>
        {shorten(quoteOf(snapshot.index, spans as never), 60)}
      </button>
    );
  if (kind === "document") return <Trans>The document</Trans>;
  if (kind === "link") return <Trans>A link</Trans>;
  return <Trans>A mark that is gone</Trans>;
};

/** Whoever comes for a thread is led to it. */
const useShown = (thread: string | undefined, ready: boolean): void => {
  useEffect(() => {
    if (!thread || !ready) return;
    document.querySelector(`[data-thread="${CSS.escape(thread)}"]`)?.scrollIntoView({ block: "nearest" });
  }, [thread, ready]);
};
