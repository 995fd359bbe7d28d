import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, useComputedColorScheme } from "@mantine/core";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { authorsQuery, projectQuery, schemaQuery } from "../../api/queries";
import type { Id } from "../../api/types";
import { blank, type DocumentView, fromView, keyOf, type LogEvent, type Reader } from "../../document/model";
import { indexText } from "../../document/offsets";
import { createTimeline } from "../../document/timeline";
import type { TextGroup, TextItem, TextViewApi } from "../../document/view";
import { Empty } from "../../ui/states";
import { may } from "../access";
import { createItems } from "../items";
import { TextPane } from "../text-pane";
import { moment } from "../words";
import { authorColors } from "./author-colors";
import { compare, type Difference } from "./compare";
import { EventList } from "./event-list";
import { Player } from "./player";
import { RestoreDialog } from "./restore-dialog";
import css from "./scrubber.module.css";
import { Slider } from "./slider";
import { tellAll } from "./tell";
import { textVersionAt, useTextAt } from "./text-at";

const ROUTE = "/inside/p/$project/d/$document/history";

interface Props {
  readonly project: Id;
  readonly view: DocumentView;
  readonly events: readonly LogEvent[];
  readonly me: Reader;
}

/** The document at any moment of its history: fold the events up to there. */
export const Scrubber = ({ project, view, events, me }: Props) => {
  const { t } = useLingui();
  const { at, compare: comparing = false, with: other } = useSearch({ from: ROUTE });
  const navigate = useNavigate({ from: "/p/$project/d/$document/history" });
  const schema = useSuspenseQuery(schemaQuery(project)).data;
  const names = useAuthorNames(project, view);
  const scheme = useComputedColorScheme("light");

  const timeline = useMemo(() => createTimeline(blank(fromView(view, me)), events), [view, me, events]);
  const first = events[0]?.position ?? 0;
  const last = Math.max(view.position, events[events.length - 1]?.position ?? 0);
  const position = Math.min(at ?? last, last);
  const n = timeline.countAt(position);
  const event = n > 0 ? events[n - 1] : undefined;
  const words = useMemo(() => {
    const current = indexText(view.text);
    return tellAll(events, schema, (version) => (version === view.document.text_version ? current : null));
  }, [events, schema, view]);
  const authors = useMemo(() => [...new Set(events.map((one) => one.author))], [events]);
  const colors = useMemo(() => authorColors(authors, scheme), [authors, scheme]);
  const nameOf = (id: string): string => names.get(id) ?? t`somebody`;

  const go = (to: number) =>
    navigate({ search: (old) => ({ ...old, at: to >= last ? undefined : to }), replace: true, resetScroll: false });
  const search = (change: { readonly compare?: boolean | undefined; readonly with?: number | undefined }) =>
    navigate({ search: ({ at: here }) => ({ at: here, ...change }), replace: true, resetScroll: false });
  // The other moment, as a count of events; null: now.
  const held = other === undefined ? null : timeline.countAt(other);
  const [restoring, setRestoring] = useState<{ readonly annotation: Id | null } | null>(null);
  const { role } = useSuspenseQuery(projectQuery(project)).data;
  const own = event && isOwnMark(event, me) ? event.entity : null;
  const sentence = event
    ? t`Event ${n} of ${events.length}: ${nameOf(event.author)} ${words[n - 1] ?? ""}, ${moment(event.recorded_at)}`
    : t`Before the first event`;

  if (events.length === 0)
    return (
      <main id="main" className={css.alone}>
        <Empty title={<Trans>Nothing has happened here that you may see</Trans>} />
      </main>
    );
  return (
    <div className={css.page}>
      <section className={css.controls} aria-label={t`Moment`}>
        <Slider
          events={events}
          first={first}
          last={last}
          n={n}
          position={position}
          onChange={go}
          words={sentence}
          colors={colors}
        />
        <p className={css.sentence} dir="auto">
          {sentence}
        </p>
        <div className={css.row}>
          <Player events={events} n={n} onGo={(to) => go(events[to - 1]?.position ?? last)} />
          <Checkbox
            size="xs"
            label={held === null ? t`Compare with now` : t`Compare with event ${held}`}
            checked={comparing}
            onChange={({ currentTarget: { checked } }) => search({ compare: checked || undefined, with: other })}
          />
          {held === null ? (
            <Button
              size="xs"
              variant="default"
              disabled={n === 0}
              onClick={() => search({ compare: true, with: position })}
            >
              <Trans>Compare other moments with this one</Trans>
            </Button>
          ) : (
            <Button size="xs" variant="default" onClick={() => search({ compare: comparing || undefined })}>
              <Trans>Compare with now again</Trans>
            </Button>
          )}
          <CopyLink position={position} />
          {may(role, "annotate") && (
            <Button
              size="xs"
              variant="default"
              disabled={n === events.length}
              onClick={() => setRestoring({ annotation: null })}
            >
              <Trans>Restore this state…</Trans>
            </Button>
          )}
          {own && may(role, "annotate") && n < events.length && (
            <Button size="xs" variant="default" onClick={() => setRestoring({ annotation: own })}>
              <Trans>Restore this mark…</Trans>
            </Button>
          )}
        </div>
      </section>
      <Moment
        key={view.document.id}
        project={project}
        view={view}
        timeline={timeline}
        n={n}
        position={position}
        event={event}
        comparing={comparing}
        other={held ?? events.length}
        names={names}
      />
      {restoring && (
        <RestoreDialog
          project={project}
          document={view.document.id}
          at={position}
          when={sentence}
          annotation={restoring.annotation}
          schema={schema}
          onClose={() => setRestoring(null)}
        />
      )}
      <aside className={css.events} aria-label={t`Events`}>
        <EventList events={events} words={words} n={n} nameOf={nameOf} colors={colors} onGo={go} />
      </aside>
    </div>
  );
};

/** Whether an event is about a mark that this reader may bring back. */
const isOwnMark = ({ stream, type }: LogEvent, { account, shared }: Reader): boolean =>
  stream.kind === "annotation_set" && type.startsWith("annotation_") && stream.owner === (shared ? null : account);

const useAuthorNames = (project: Id, view: DocumentView): ReadonlyMap<string, string> => {
  const { data } = useQuery(authorsQuery(project));
  return useMemo(() => {
    const sets = view.sets.flatMap(({ author, name }) => (author === null ? [] : [[author, name] as const]));
    return new Map([...sets, ...(data ?? []).map(({ id, name }) => [id, name] as const)]);
  }, [data, view]);
};

interface MomentProps {
  readonly project: Id;
  readonly view: DocumentView;
  readonly timeline: ReturnType<typeof createTimeline>;
  readonly n: number;
  readonly position: number;
  readonly event: LogEvent | undefined;
  readonly comparing: boolean;
  /** The moment to compare with, as a count of events. */
  readonly other: number;
  readonly names: ReadonlyMap<string, string>;
}

const Moment = ({ project, view, timeline, n, position, event, comparing, other, names }: MomentProps) => {
  const { t } = useLingui();
  const schema = useSuspenseQuery(schemaQuery(project)).data;
  const pane = useRef<TextViewApi | null>(null);
  const [makeOld] = useState(createItems);
  const [makeNew] = useState(createItems);
  const text = useTextAt(project, view, timeline.events, n);
  const state = timeline.at(n);
  const [before, after] = other < n ? [timeline.at(other), state] : [state, timeline.at(other)];
  const sameText = textVersionAt(timeline.events, other) === text.version;
  const groups = useGroups(timeline.events, names, t`Shared`);
  const all = () => true;
  const found: Difference =
    comparing && sameText
      ? compare(before, after, all, makeOld, makeNew)
      : { items: itemsOf(state.sets, makeOld), added: 0, removed: 0, changed: 0 };

  // What the event is about comes into view, unless it is gone by then.
  const about = event?.entity ?? null;
  useEffect(() => {
    pane.current?.select(about, { scroll: true });
  }, [about]);

  return (
    <main id="main" className={css.text} data-position={position}>
      {comparing && (
        <p className={css.legend} role="status">
          {sameText ? (
            <>
              <Trans>
                Between events {Math.min(n, other)} and {Math.max(n, other)}:
              </Trans>{" "}
              <Plural value={found.added} one="# added" other="# added" />
              {" · "}
              <Plural value={found.removed} one="# removed" other="# removed" />
              {" · "}
              <Plural value={found.changed} one="# changed" other="# changed" />
            </>
          ) : (
            <Trans>The text was another one at the other moment, so marks cannot be compared.</Trans>
          )}
        </p>
      )}
      {text.value === null ? (
        <Empty title={<Trans>There was no text yet</Trans>} />
      ) : text.value === "" && text.version > 0 && view.document.length > 0 ? (
        <Empty title={<Trans>The text was erased</Trans>} />
      ) : (
        <TextPane
          ref={pane}
          text={text.value}
          languages={view.document.languages}
          labels={schema.labels}
          groups={groups}
          items={found.items}
          readOnly
        />
      )}
    </main>
  );
};

const itemsOf = (
  sets: ReturnType<ReturnType<typeof createTimeline>["at"]>["sets"],
  make: ReturnType<typeof createItems>,
): readonly TextItem[] =>
  [...sets].flatMap(([key, set]) => [...set.annotations.values()].map((row) => make(row, { group: key })));

/** One block of lanes for each set that the history knows. */
const useGroups = (
  events: readonly LogEvent[],
  names: ReadonlyMap<string, string>,
  shared: string,
): readonly TextGroup[] =>
  useMemo(() => {
    const owners = events.flatMap(({ stream }) => (stream.kind === "annotation_set" ? [stream.owner] : []));
    return [...new Set(owners)].map((owner, _, all) => ({
      key: keyOf(owner),
      name: owner === null ? shared : (names.get(owner) ?? owner),
      fill: all.length === 1,
    }));
  }, [events, names, shared]);

const CopyLink = ({ position }: { readonly position: number }) => {
  const [copied, setCopied] = useState<number | null>(null);
  const copy = async () => {
    const url = new URL(window.location.href);
    url.searchParams.set("at", String(position));
    await navigator.clipboard.writeText(url.href);
    setCopied(position);
  };
  return (
    <Button size="xs" variant="default" onClick={() => void copy()}>
      {copied === position ? <Trans>Copied</Trans> : <Trans>Copy link to this moment</Trans>}
    </Button>
  );
};
