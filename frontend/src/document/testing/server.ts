/** A server in memory for tests: a log with versions and positions, and the clash rule by entity. */

import type { Outcome, SentCommand } from "../../api/outbox";
import { newId } from "../ids";
import type { Command, DocumentView, Id, LogEvent, SetView, Span } from "../model";

export const PROJECT = "p1";
export const DOCUMENT = "d1";
export const ALICE = "alice";
export const BOB = "bob";
export const TEXT = "Isis held Raqqa.\nHariri said that Assad 😀 lost the city.";

export interface FakeServer {
  readonly log: readonly LogEvent[];
  readonly head: number;
  handle(author: Id, commands: readonly SentCommand[]): readonly Outcome[];
  view(me: Id): DocumentView;
  /** Events that concern nobody here: they only use up positions. */
  elsewhere(): void;
}

interface Rows {
  status: "open" | "finished";
  version: number;
  annotations: Map<Id, SetView["annotations"][number]>;
  links: Map<Id, SetView["links"][number]>;
  labels: Map<string, string>;
  answers: Map<Id, SetView["answers"][number]>;
}

type Change = readonly [type: string, entity: Id | null, data: object];

export const createServer = ({ shared = false, text = TEXT } = {}): FakeServer => {
  const log: LogEvent[] = [];
  const sets = new Map<Id | null, Rows>();
  const known = new Map<Id, Outcome>();
  let position = 0;

  const rows = (owner: Id | null): Rows => {
    const found = sets.get(owner);
    if (found) return found;
    const made: Rows = {
      ...{ status: "open", version: 0, annotations: new Map(), links: new Map() },
      ...{ labels: new Map(), answers: new Map() },
    };
    sets.set(owner, made);
    return made;
  };

  const write = (owner: Id | null, author: Id, command: Id, [type, entity, data]: Change): void => {
    const set = rows(owner);
    position += 1;
    set.version += 1;
    const stream = { id: `set/${owner}`, kind: "annotation_set", subject: DOCUMENT, owner };
    const [version, at] = [set.version, { position, version: set.version }];
    log.push({
      position,
      version,
      stream,
      recorded_at: `t${position}`,
      author,
      type,
      schema_version: 1,
      entity,
      command,
      data: data as LogEvent["data"],
    });
    keep(set, type, data as never, at);
  };

  /** `heard`: events before the request; commands of one request do not clash with each other. */
  const one = (author: Id, sent: SentCommand, heard: readonly LogEvent[]): Outcome => {
    const before = known.get(sent.id);
    if (before) return { ...before, status: "duplicate" };
    const owner = shared ? null : author;
    const set = rows(owner);
    const changes = decide(set, sent as unknown as Command);
    if (typeof changes === "string") return refused(sent.id, changes);
    const since = clashes(heard, owner, sent, changes);
    const answer = { id: sent.id, first: null, last: null, problem: null, since: [] };
    if (since.length > 0 || (sent.expected ?? 0) > heard.filter((event) => event.stream.owner === owner).length)
      return { ...answer, status: "conflict", version: set.version, since };
    const first = position + 1;
    for (const change of changes) write(owner, author, sent.id, change);
    const outcome: Outcome = { ...answer, status: "accepted", first, last: position, version: set.version };
    known.set(sent.id, outcome);
    return outcome;
  };

  const view = (me: Id): DocumentView => ({
    position,
    epoch: "e1",
    text,
    document: {
      id: DOCUMENT,
      title: "Title",
      source_url: null,
      published: null,
      text_version: 1,
      length: Array.from(text).length,
      languages: [],
      archived: false,
      version: 0,
      meta: {},
    },
    sets: [...sets.entries()]
      .filter(([, set]) => set.version > 0)
      .map(([owner, set]) => ({
        author: owner,
        name: owner ?? "",
        shared,
        mine: owner === me || shared,
        status: set.status,
        version: set.version,
        annotations: [...set.annotations.values()],
        links: [...set.links.values()],
        document_labels: Object.fromEntries(set.labels),
        answers: [...set.answers.values()],
      })),
    suggestions: [],
  });

  return {
    log,
    get head() {
      return position;
    },
    handle: (author, commands) => {
      const heard = [...log];
      return commands.map((sent) => one(author, sent, heard));
    },
    view,
    elsewhere: () => {
      position += 1;
    },
  };
};

const refused = (id: Id, title: string): Outcome => ({
  id,
  status: "refused",
  first: null,
  last: null,
  version: null,
  problem: { type: "urn:palimpsest:refused", title, status: 422, detail: title },
  since: [],
});

/** Events since the expected version that touch what the command touches. */
function clashes(
  log: readonly LogEvent[],
  owner: Id | null,
  sent: SentCommand,
  changes: readonly Change[],
): LogEvent[] {
  if (sent.expected === undefined || changes.length === 0) return [];
  const data = sent.data as { from?: Id; to?: Id };
  const touched = new Set([...changes.map(([, entity]) => entity), data.from, data.to]);
  return log.filter((event) => {
    if (event.stream.owner !== owner || event.version <= (sent.expected as number)) return false;
    return event.entity === null || touched.has(event.entity) || touched.has(null);
  });
}

function decide(set: Rows, { type, data }: Command): readonly Change[] | string {
  if (type === "finish_set") return set.status === "open" ? [["set_finished", null, data]] : [];
  if (type === "reopen_set") return set.status === "finished" ? [["set_reopened", null, data]] : [];
  if (set.status === "finished") return "The set is finished.";
  switch (type) {
    case "add_annotation":
      return set.annotations.has(data.annotation) ? "It is there." : [["annotation_added", data.annotation, data]];
    case "change_annotation":
      return set.annotations.has(data.annotation)
        ? [["annotation_changed", data.annotation, data]]
        : "It is not there.";
    case "remove_annotation": {
      if (!set.annotations.has(data.annotation)) return [];
      const links = [...set.links.values()].filter(
        ({ from, to }) => from === data.annotation || to === data.annotation,
      );
      const { undoes } = data;
      return [
        ...links.map(({ id }): Change => ["link_removed", id, { link: id, ...(undoes ? { undoes } : {}) }]),
        ["annotation_removed", data.annotation, data],
      ];
    }
    case "add_link":
    case "change_link": {
      if (!set.annotations.has(data.from) || !set.annotations.has(data.to)) return "An end is not there.";
      if (set.links.has(data.link) === (type === "add_link")) return "Wrong link.";
      return [[type === "add_link" ? "link_added" : "link_changed", data.link, data]];
    }
    case "remove_link":
      return set.links.has(data.link) ? [["link_removed", data.link, data]] : [];
    case "set_document_label":
      return [["document_label_set", `label-${data.label}`, data]];
    case "clear_document_label":
      return set.labels.has(data.label) ? [["document_label_cleared", `label-${data.label}`, data]] : [];
    case "reject_suggestion":
      return set.answers.get(data.suggestion)?.answer === "rejected"
        ? []
        : [["suggestion_answered", `answer-${data.suggestion}`, { ...data, answer: "rejected", annotation: null }]];
    case "reoffer_suggestion":
      return set.answers.has(data.suggestion) ? [["suggestion_reoffered", `answer-${data.suggestion}`, data]] : [];
  }
}

function keep(set: Rows, type: string, data: never, at: { position: number; version: number }): void {
  const { annotation, link, quote: _, undoes: __, ...rest } = data as Record<string, never>;
  if (type === "annotation_added" || type === "annotation_changed")
    set.annotations.set(annotation as never, { id: annotation, ...rest, ...at } as never);
  if (type === "annotation_removed") set.annotations.delete(annotation as never);
  if (type === "link_added" || type === "link_changed")
    set.links.set(link as never, { id: link, ...rest, ...at } as never);
  if (type === "link_removed") set.links.delete(link as never);
  if (type === "document_label_set") set.labels.set(rest.label as never, rest.value as never);
  if (type === "document_label_cleared") set.labels.delete(rest.label as never);
  if (type === "suggestion_answered")
    set.answers.set(rest.suggestion as never, {
      suggestion: rest.suggestion as never,
      answer: rest.answer as never,
      annotation: (annotation as never) ?? null,
    });
  if (type === "suggestion_reoffered") set.answers.delete(rest.suggestion as never);
  if (type === "set_finished") set.status = "finished";
  if (type === "set_reopened") set.status = "open";
}

/** An annotation as a command gives it; the quote is the caller's care. */
export const anAnnotation = (spans: readonly Span[], quote: string, label = "actor", annotation = newId()) => ({
  annotation,
  label,
  spans,
  quote,
  attributes: {},
  entity: null,
  origin: "hand" as const,
  text_version: 1,
});
