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

export interface LinkData {
  readonly link: Id;
  readonly type: string;
  readonly from: Id;
  readonly to: Id;
  readonly attributes: Attributes;
}

export interface CommandData {
  readonly add_annotation: AnnotationData;
  readonly change_annotation: AnnotationData;
  readonly remove_annotation: { readonly annotation: Id };
  readonly add_link: LinkData;
  readonly change_link: LinkData;
  readonly remove_link: { readonly link: Id };
  readonly set_document_label: { readonly label: string; readonly value: string };
  readonly clear_document_label: { readonly label: string };
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
});

export const fromView = (view: DocumentView, me: Reader): DocumentState => ({
  position: view.position,
  epoch: view.epoch,
  document: view.document,
  text: view.text,
  sets: new Map(view.sets.map((set) => [keyOf(set.shared ? null : set.author), fromSet(set)])),
  me,
});

const fromSet = (set: SetView): AnnotationSet => ({
  ...set,
  annotations: new Map(set.annotations.map((row) => [row.id, row])),
  links: new Map(set.links.map((row) => [row.id, row])),
});

/** The document before anybody worked on it: where a fold of its history begins. */
export const blank = (state: DocumentState): DocumentState => ({ ...state, position: 0, sets: new Map() });

export const ownKey = (me: Reader): SetKey => keyOf(me.shared ? null : me.account);

/** The set that the reader's commands change; empty until the first one. */
export const ownSet = (state: DocumentState): AnnotationSet =>
  state.sets.get(ownKey(state.me)) ?? emptySet(state.me.shared ? null : state.me.account, true);
