/**
 * What a document is on this page: confirmed rows folded from the log's events, pending commands on top.
 * Everything here is readonly data and pure functions; shapes are those of the HTTP contract.
 */

import type { Span } from "./offsets";

export type { Span } from "./offsets";

export type Id = string;
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Attributes = Readonly<Record<string, Json>>;
export type Origin = "hand" | "import" | "suggestion" | "propagated";
export type SetStatus = "open" | "finished";

export interface Annotation {
  readonly id: Id;
  readonly label: string;
  readonly spans: readonly Span[];
  readonly attributes: Attributes;
  readonly entity: Id | null;
  readonly origin: Origin;
  readonly text_version: number;
  /** Version of the set's stream that last changed this row. */
  readonly version: number;
  readonly position: number;
}

export interface Link {
  readonly id: Id;
  readonly type: string;
  readonly from: Id;
  readonly to: Id;
  readonly attributes: Attributes;
  readonly version: number;
  readonly position: number;
}

/** What somebody said to a suggestion. Where it came from is told by events only, not by a reading of the document. */
export interface SuggestionAnswer {
  readonly suggestion: Id;
  readonly answer: "accepted" | "changed" | "rejected";
  /** The mark that came of it. */
  readonly annotation: Id | null;
  readonly source?: Id | undefined;
  readonly source_version?: number | undefined;
  readonly label?: string | undefined;
  readonly latency_ms?: number | undefined;
}

/** What a machine says might be marked. */
export interface Suggestion {
  readonly id: Id;
  readonly label: string;
  readonly spans: readonly Span[];
  readonly attributes: Attributes;
  readonly entity: Id | null;
  readonly score: number | null;
}

/** What one source suggests for the text as it is. */
export interface SourceSuggestions {
  readonly source: Id;
  readonly name: string;
  readonly kind: string;
  readonly version: number;
  readonly text_version: number;
  readonly position: number;
  readonly suggestions: readonly Suggestion[];
}

/** One author's reading of the document; `author` is null for the set that a shared project has. */
export interface AnnotationSet {
  readonly author: Id | null;
  readonly name: string;
  readonly shared: boolean;
  readonly mine: boolean;
  readonly status: SetStatus;
  readonly version: number;
  readonly annotations: ReadonlyMap<Id, Annotation>;
  readonly links: ReadonlyMap<Id, Link>;
  readonly document_labels: Readonly<Record<string, string>>;
  /** By suggestion. */
  readonly answers: ReadonlyMap<Id, SuggestionAnswer>;
}

export interface LanguageRange {
  readonly start: number;
  readonly end: number;
  readonly lang: string;
}

export interface DocumentInfo {
  readonly id: Id;
  readonly title: string;
  readonly source_url: string | null;
  readonly published: string | null;
  readonly text_version: number;
  readonly length: number;
  readonly languages: readonly LanguageRange[];
  readonly archived: boolean;
  /** Version of the document's own stream. */
  readonly version: number;
  readonly meta: { readonly [key: string]: Json };
}

/** Answer of GET /documents/{d}. */
export interface DocumentView {
  readonly position: number;
  readonly epoch: string;
  readonly document: DocumentInfo;
  readonly text: string;
  readonly sets: readonly SetView[];
  readonly suggestions: readonly SourceSuggestions[];
}

export interface SetView {
  readonly author: Id | null;
  readonly name: string;
  readonly shared: boolean;
  readonly mine: boolean;
  readonly status: SetStatus;
  readonly version: number;
  readonly annotations: readonly Annotation[];
  readonly links: readonly Link[];
  readonly document_labels: Readonly<Record<string, string>>;
  readonly answers: readonly SuggestionAnswer[];
}

/** Key of a set within its document: the author's id, or SHARED. */
export type SetKey = string;
export const SHARED: SetKey = "shared";
export const keyOf = (owner: Id | null): SetKey => owner ?? SHARED;

export interface DocumentState {
  /** The last position of the project's log that this state contains. */
  readonly position: number;
  readonly epoch: string;
  readonly document: DocumentInfo;
  readonly text: string;
  readonly sets: ReadonlyMap<SetKey, AnnotationSet>;
  readonly suggestions: readonly SourceSuggestions[];
  /** Who reads, and where their edits go: their own set, or the shared one. */
  readonly me: Reader;
}

export interface Reader {
  readonly account: Id;
  readonly shared: boolean;
}

export interface StreamRef {
  readonly id: Id;
  readonly kind: string;
  readonly subject: Id | null;
  readonly owner: Id | null;
}

/** One event as the API tells it. */
export interface LogEvent {
  readonly position: number;
  readonly version: number;
  readonly stream: StreamRef;
  readonly recorded_at: string;
  readonly author: Id;
  readonly type: string;
  readonly schema_version: number;
  readonly entity: Id | null;
  readonly command: Id;
  readonly data: { readonly [key: string]: Json };
}

export interface AnnotationData {
  readonly annotation: Id;
  readonly label: string;
  readonly spans: readonly Span[];
  readonly quote: string;
  readonly attributes: Attributes;
  readonly entity: Id | null;
  readonly origin: Origin;
  readonly text_version: number;
}

/** The suggestion that is answered, as it was seen. */
export interface AnsweredData {
  readonly suggestion: Id;
  readonly source: Id;
  readonly source_version: number;
  readonly label: string;
  readonly latency_ms: number;
}

export interface LinkData {
  readonly link: Id;
  readonly type: string;
  readonly from: Id;
  readonly to: Id;
  readonly attributes: Attributes;
}

export interface CommandData {
  readonly add_annotation: AnnotationData & { readonly answers?: AnsweredData };
  readonly change_annotation: AnnotationData;
  readonly remove_annotation: { readonly annotation: Id };
  readonly add_link: LinkData;
  readonly change_link: LinkData;
  readonly remove_link: { readonly link: Id };
  readonly set_document_label: { readonly label: string; readonly value: string };
  readonly clear_document_label: { readonly label: string };
  readonly reject_suggestion: AnsweredData;
  readonly reoffer_suggestion: { readonly suggestion: Id };
  readonly finish_set: { readonly [none in never]: never };
  readonly reopen_set: { readonly reason: string };
}

export type CommandType = keyof CommandData;

/** A wish to change the reader's set of one document. `undoes` names the command that this one takes back. */
export type Command = {
  readonly [T in CommandType]: {
    readonly id: Id;
    readonly type: T;
    readonly document: Id;
    readonly data: CommandData[T] & { readonly undoes?: Id };
  };
}[CommandType];

export const emptySet = (author: Id | null, mine: boolean, name = ""): AnnotationSet => ({
  author,
  name,
  shared: author === null,
  mine,
  status: "open",
  version: 0,
  annotations: new Map(),
  links: new Map(),
  document_labels: {},
  answers: new Map(),
});

export const fromView = (view: DocumentView, me: Reader): DocumentState => ({
  position: view.position,
  epoch: view.epoch,
  document: view.document,
  text: view.text,
  sets: new Map(view.sets.map((set) => [keyOf(set.shared ? null : set.author), fromSet(set)])),
  suggestions: view.suggestions ?? [],
  me,
});

const fromSet = (set: SetView): AnnotationSet => ({
  ...set,
  annotations: new Map(set.annotations.map((row) => [row.id, row])),
  links: new Map(set.links.map((row) => [row.id, row])),
  answers: new Map((set.answers ?? []).map((answer) => [answer.suggestion, answer])),
});

/** The document before anybody worked on it: where a fold of its history begins. */
export const blank = (state: DocumentState): DocumentState => ({ ...state, position: 0, sets: new Map() });

export const ownKey = (me: Reader): SetKey => keyOf(me.shared ? null : me.account);

/** The set that the reader's commands change; empty until the first one. */
export const ownSet = (state: DocumentState): AnnotationSet =>
  state.sets.get(ownKey(state.me)) ?? emptySet(state.me.shared ? null : state.me.account, true);
