/** Events into state, and commands into the events they will become. Pure; one copy of a map per call, rows shared. */

import type {
  Annotation,
  AnnotationSet,
  Attributes,
  Command,
  CommandData,
  DocumentInfo,
  DocumentState,
  Id,
  Json,
  Link,
  LogEvent,
  SetKey,
  SourceSuggestions,
  Span,
  Suggestion,
  SuggestionAnswer,
} from "./model";
import { emptySet, keyOf, ownKey, ownSet } from "./model";

/** The state after one more event. Positions are the caller's care; an event about something unknown to us is kept out. */
export const applyEvent = (state: DocumentState, event: LogEvent): DocumentState => applyEvents(state, [event]);

/** The state after events in order of position. */
export const applyEvents = (state: DocumentState, events: readonly LogEvent[]): DocumentState => {
  if (events.length === 0) return state;
  const draft = new Draft(state);
  for (const event of events) record(draft, event);
  return draft.close();
};

/** What the page shows once the command is given and before the server answers. */
export const applyCommand = (state: DocumentState, command: Command): DocumentState => applyCommands(state, [command]);

/** What the page draws: confirmed rows with the pending commands on top. */
export const applyCommands = (confirmed: DocumentState, pending: readonly Command[]): DocumentState => {
  if (pending.length === 0) return confirmed;
  const draft = new Draft(confirmed);
  for (const command of pending) for (const event of predictOn(draft.own(), confirmed, command)) record(draft, event);
  return draft.close(confirmed.position);
};

/** The events that the command will become if nothing comes between; none when it has nothing to change. */
export const predict = (state: DocumentState, command: Command): readonly LogEvent[] =>
  predictOn(ownSet(state), state, command);

/** Entities that a command changes or relies on, as the server's clash rule counts them; empty: the whole set. */
export const touches = (command: Command): readonly Id[] => {
  switch (command.type) {
    case "add_annotation":
    case "change_annotation":
    case "remove_annotation":
      return [command.data.annotation];
    case "add_link":
    case "change_link":
      return [command.data.link, command.data.from, command.data.to];
    case "remove_link":
      return [command.data.link];
    case "reject_suggestion":
    case "reoffer_suggestion":
      return [command.data.suggestion];
    default:
      return [];
  }
};

/** Reads an annotation out of an event; texts and other attributes are one record here. */
export const annotationOf = (event: LogEvent): Annotation => {
  const { data } = event;
  return {
    id: String(data.annotation ?? event.entity),
    label: String(data.label),
    spans: data.spans as unknown as readonly Span[],
    attributes: merged(data),
    entity: (data.entity as Id | null | undefined) ?? null,
    origin: (data.origin as Annotation["origin"] | undefined) ?? "hand",
    text_version: data.text_version as number,
    version: event.version,
    position: event.position,
  };
};

export const linkOf = (event: LogEvent): Link => {
  const { data } = event;
  return {
    id: String(data.link ?? event.entity),
    type: String(data.type),
    from: String(data.from),
    to: String(data.to),
    attributes: merged(data),
    version: event.version,
    position: event.position,
  };
};

export const answerOf = ({ data }: LogEvent): SuggestionAnswer => ({
  suggestion: String(data.suggestion),
  answer: data.answer as SuggestionAnswer["answer"],
  annotation: (data.annotation as Id | null | undefined) ?? null,
  source: data.source as Id | undefined,
  source_version: data.source_version as number | undefined,
  label: data.label as string | undefined,
  latency_ms: data.latency_ms as number | undefined,
});

const merged = (data: LogEvent["data"]): Attributes => ({
  ...(data.attributes as Attributes | undefined),
  ...(data.texts as Attributes | undefined),
});

/** A state under change: copies a map the first time it is written to, then writes in place. */
class Draft {
  position: number;
  document: DocumentInfo;
  suggestions: readonly SourceSuggestions[];
  private readonly base: DocumentState;
  private readonly sets: Map<SetKey, AnnotationSet>;
  private readonly open = new Map<SetKey, OpenSet>();

  constructor(base: DocumentState) {
    this.base = base;
    this.position = base.position;
    this.document = base.document;
    this.suggestions = base.suggestions;
    this.sets = new Map(base.sets);
  }

  own(): AnnotationSet {
    return this.open.get(ownKey(this.base.me)) ?? ownSet(this.base);
  }

  set(owner: Id | null): OpenSet {
    const { me } = this.base;
    const key = keyOf(owner);
    const known = this.open.get(key);
    if (known) return known;
    const before = this.sets.get(key) ?? emptySet(owner, key === ownKey(me));
    const opened = {
      ...before,
      annotations: new Map(before.annotations),
      links: new Map(before.links),
      answers: new Map(before.answers),
    };
    this.open.set(key, opened);
    return opened;
  }

  close(position = this.position): DocumentState {
    for (const [key, set] of this.open) this.sets.set(key, set);
    const sets = this.open.size > 0 ? this.sets : this.base.sets;
    return { ...this.base, position, document: this.document, suggestions: this.suggestions, sets };
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type OpenSet = Omit<Mutable<AnnotationSet>, "annotations" | "links" | "answers"> & {
  annotations: Map<Id, Annotation>;
  links: Map<Id, Link>;
  answers: Map<Id, SuggestionAnswer>;
};

function record(draft: Draft, event: LogEvent): void {
  draft.position = Math.max(draft.position, event.position);
  if (event.stream.kind === "annotation_set") recordWork(draft, event);
  else if (event.stream.kind === "document") recordDocument(draft, event);
  else if (event.type === "suggestions_made") recordSuggestions(draft, event);
}

/** All that the source suggests, anew. Its name is told when the document is read; until then it is that of before. */
function recordSuggestions(draft: Draft, { data, position }: LogEvent): void {
  const source = String(data.source);
  const known = draft.suggestions.find((one) => one.source === source);
  const others = draft.suggestions.filter((one) => one.source !== source);
  const fits = data.text_version === draft.document.text_version;
  const made: SourceSuggestions = {
    source,
    name: known?.name ?? "",
    kind: known?.kind ?? "",
    version: data.source_version as number,
    text_version: data.text_version as number,
    position,
    suggestions: data.suggestions as unknown as readonly Suggestion[],
  };
  draft.suggestions = fits ? [...others, made] : others;
}

function recordWork(draft: Draft, event: LogEvent): void {
  const set = draft.set(event.stream.owner);
  set.version = Math.max(set.version, event.version);
  switch (event.type) {
    case "annotation_added":
    case "annotation_changed": {
      const row = annotationOf(event);
      set.annotations.set(row.id, row);
      break;
    }
    case "annotation_removed":
      set.annotations.delete(String(event.data.annotation ?? event.entity));
      break;
    case "link_added":
    case "link_changed": {
      const row = linkOf(event);
      set.links.set(row.id, row);
      break;
    }
    case "link_removed":
      set.links.delete(String(event.data.link ?? event.entity));
      break;
    case "document_label_set":
      set.document_labels = { ...set.document_labels, [String(event.data.label)]: String(event.data.value) };
      break;
    case "document_label_cleared":
      set.document_labels = without(set.document_labels, String(event.data.label));
      break;
    case "suggestion_answered":
      set.answers.set(String(event.data.suggestion), answerOf(event));
      break;
    case "suggestion_reoffered":
      set.answers.delete(String(event.data.suggestion));
      break;
    case "set_finished":
      set.status = "finished";
      break;
    case "set_reopened":
      set.status = "open";
      break;
  }
}

function recordDocument(draft: Draft, event: LogEvent): void {
  const info: Mutable<DocumentInfo> = { ...draft.document, version: Math.max(draft.document.version, event.version) };
  if (event.type === "languages_set") info.languages = event.data.languages as unknown as DocumentInfo["languages"];
  if (event.type === "document_changed")
    Object.assign(info, pick(event.data, ["title", "source_url", "published", "meta"]));
  if (event.type === "document_archived") info.archived = true;
  if (event.type === "document_restored") info.archived = false;
  draft.document = info;
}

const without = (labels: Readonly<Record<string, string>>, label: string): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => key !== label));

const pick = (data: LogEvent["data"], keys: readonly string[]): Record<string, Json> =>
  Object.fromEntries(keys.flatMap((key) => (key in data ? [[key, data[key] as Json]] : [])));

type Plan = readonly [type: string, entity: Id | null, data: object];

function predictOn(set: AnnotationSet, state: DocumentState, command: Command): readonly LogEvent[] {
  const owner = state.me.shared ? null : state.me.account;
  const stream = { id: "", kind: "annotation_set", subject: command.document, owner };
  return plan(set, command).map(([type, entity, data]) => ({
    position: state.position,
    version: set.version,
    stream,
    recorded_at: "",
    author: state.me.account,
    type,
    schema_version: 1,
    entity,
    command: command.id,
    data: data as LogEvent["data"],
  }));
}

function plan(set: AnnotationSet, command: Command): readonly Plan[] {
  const data: object = command.data;
  switch (command.type) {
    case "add_annotation":
      return set.annotations.has(command.data.annotation) ? [] : added(command.data, data);
    case "change_annotation":
      return set.annotations.has(command.data.annotation)
        ? [["annotation_changed", command.data.annotation, data]]
        : [];
    case "remove_annotation":
      return removal(set, command.data.annotation, data);
    case "add_link":
      return linkable(set, command.data) && !set.links.has(command.data.link)
        ? [["link_added", command.data.link, data]]
        : [];
    case "change_link":
      return linkable(set, command.data) && set.links.has(command.data.link)
        ? [["link_changed", command.data.link, data]]
        : [];
    case "remove_link":
      return set.links.has(command.data.link) ? [["link_removed", command.data.link, data]] : [];
    case "set_document_label":
      return [["document_label_set", null, data]];
    case "clear_document_label":
      return command.data.label in set.document_labels ? [["document_label_cleared", null, data]] : [];
    case "reject_suggestion":
      return set.answers.get(command.data.suggestion)?.answer === "rejected"
        ? []
        : [["suggestion_answered", null, { ...data, answer: "rejected", annotation: null }]];
    case "reoffer_suggestion":
      return set.answers.has(command.data.suggestion) ? [["suggestion_reoffered", null, data]] : [];
    case "finish_set":
      return set.status === "open" ? [["set_finished", null, data]] : [];
    case "reopen_set":
      return set.status === "finished" ? [["set_reopened", null, data]] : [];
  }
}

/** The page calls every taken suggestion accepted; whether it was changed the server says. */
function added(wanted: CommandData["add_annotation"], data: object): readonly Plan[] {
  const { answers, annotation } = wanted;
  const mark: Plan = ["annotation_added", annotation, data];
  return answers ? [mark, ["suggestion_answered", null, { ...answers, answer: "accepted", annotation }]] : [mark];
}

function removal(set: AnnotationSet, annotation: Id, data: object): readonly Plan[] {
  if (!set.annotations.has(annotation)) return [];
  const links = [...set.links.values()].filter((link) => link.from === annotation || link.to === annotation);
  const gone = links.map((link): Plan => ["link_removed", link.id, { ...data, link: link.id }]);
  return [...gone, ["annotation_removed", annotation, data]];
}

const linkable = (set: AnnotationSet, link: { readonly from: Id; readonly to: Id }): boolean =>
  set.annotations.has(link.from) && set.annotations.has(link.to);
