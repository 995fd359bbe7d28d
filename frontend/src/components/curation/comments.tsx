import { Trans, useLingui } from "@lingui/react/macro";
import { Drawer } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import type { About, Thread } from "../../api/types";
import { quote } from "../../document/offsets";
import { Empty, Fault, Trouble, Waiting } from "../../ui/states";
import { NewThread } from "../threads/new-thread";
import { ThreadCard } from "../threads/thread-card";
import css from "../threads/threads.module.css";
import { useTalk, useThreads } from "../threads/use-threads";
import { shorten } from "../words";
import { type Bench, useBench } from "./bench";

interface Props {
  readonly onClose: () => void;
}

/** What is said about the question in hand, and all else about the document. */
const Comments = ({ onClose }: Props) => {
  const { t } = useLingui();
  const bench = useBench();
  const { project, document, current } = bench;
  const { data, error, refetch } = useThreads(project.id, document);
  const talk = useTalk(project.id, document);
  const { thread: asked } = useSearch({ from: "/inside/p/$project/d/$document/curate" });
  const ids = marksOf(bench);
  const isAbout = ({ about }: Thread) =>
    about.id !== null && about.id !== undefined && (about.id === current?.key || ids.has(about.id));
  const inHand = current
    ? {
        about: { kind: "item", id: current.key, spans: null, text_version: null } as About,
        words: t`About this question: “${shorten(wordsOf(bench), 80)}”`,
      }
    : {
        about: { kind: "document", id: null, spans: null, text_version: null } as About,
        words: t`About the document`,
      };
  const threads = [...(data?.results ?? [])].sort(
    (a, b) => Number(isAbout(b)) - Number(isAbout(a)) || Number(a.resolved) - Number(b.resolved),
  );
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={440}
      title={t`Comments`}
      closeButtonProps={{ "aria-label": t`Close` }}
      overlayProps={{ backgroundOpacity: 0.15 }}
    >
      {error ? (
        <Trouble error={error} onRetry={refetch} />
      ) : !data ? (
        <Waiting />
      ) : (
        <div className={css.tab}>
          <NewThread rooms={data.rooms} talk={talk} place={null} {...inHand} />
          <Fault error={talk.error} />
          {threads.map((thread) => (
            <ThreadCard
              key={thread.thread}
              thread={thread}
              rooms={data.rooms}
              talk={talk}
              leads
              about={<AboutWhat about={thread.about} onGo={onClose} />}
              current={isAbout(thread) || thread.thread === asked}
            />
          ))}
          {threads.length === 0 && <Empty title={<Trans>Nobody has said anything yet</Trans>} />}
        </div>
      )}
    </Drawer>
  );
};

/** Marks that the question in hand is about. */
const marksOf = ({ current }: Bench): ReadonlySet<string> => {
  if (!current) return new Set();
  const votes =
    current.kind === "label" ? current.item.candidates.flatMap(({ votes }) => votes) : [...current.item.votes];
  return new Set(votes.flatMap(({ annotation }) => (annotation === null ? [] : [annotation])));
};

const wordsOf = ({ current, index, schema }: Bench): string => {
  if (!current) return "";
  if (current.kind === "label") return quote(index, (current.item.candidates[0]?.spans ?? []) as never);
  return schema.link_types.find(({ key }) => key === current.item.type)?.name ?? current.item.type;
};

const AboutWhat = ({ about, onGo }: { readonly about: About; readonly onGo: () => void }) => {
  const { questions, open, index } = useBench();
  const question = questions.find(({ key, kind, item }) => {
    if (key === about.id) return true;
    const votes = kind === "label" ? item.candidates.flatMap((one) => one.votes) : item.votes;
    return about.id !== null && votes.some(({ annotation }) => annotation === about.id);
  });
  if (question) {
    const go = () => {
      open(question.key);
      onGo();
    };
    const words = question.kind === "label" ? quote(index, (question.item.candidates[0]?.spans ?? []) as never) : null;
    return (
      <button type="button" dir="auto" onClick={go}>
        {words ? shorten(words, 60) : <Trans>A link</Trans>}
      </button>
    );
  }
  if (about.spans) return <bdi>{shorten(quote(index, about.spans as never), 60)}</bdi>;
  return about.kind === "document" ? <Trans>The document</Trans> : <Trans>A mark that is gone</Trans>;
};

export default Comments;
