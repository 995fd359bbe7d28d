/** Shapes of the HTTP API that pages outside the document itself read. The document's own are in document/model.ts. */

export type Id = string;
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Role = "annotator" | "curator" | "manager" | "viewer";
export type Span = readonly [start: number, end: number];

/** RFC 9457. `pointer` names the place in the request that is wrong. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance?: string;
  readonly pointer?: string;
  readonly errors?: readonly { readonly pointer?: string; readonly detail: string }[];
}

export interface Account {
  readonly id: Id;
  readonly username: string;
  readonly name: string;
}

export interface Me {
  readonly account: Account | null;
  readonly csrf: string;
}

export interface ProjectRow {
  readonly id: Id;
  readonly name: string;
  readonly role: Role;
  readonly archived: boolean;
  readonly documents: number;
  readonly position: number;
}

export interface Policy {
  readonly kind: string;
  readonly threshold: number;
}

export interface Project {
  readonly id: Id;
  readonly name: string;
  readonly role: Role;
  readonly languages: readonly string[];
  readonly blind: boolean;
  readonly shared: boolean;
  readonly archived: boolean;
  readonly policy: Policy;
  readonly position: number;
  readonly epoch: string;
}

export type AttributeKind = "choice" | "text" | "number" | "boolean" | "codebook" | "integer" | "strings" | "entities";

export interface Attribute {
  readonly key: string;
  readonly name: string;
  readonly kind: AttributeKind;
  readonly values: readonly string[];
  readonly required: boolean;
  readonly default: Json;
}

export interface Label {
  readonly key: string;
  readonly name: string;
  readonly color: string;
  readonly shortcut: string;
  readonly entity_type: string | null;
  readonly attributes: readonly Attribute[];
  readonly description: string;
  readonly retired: boolean;
  readonly replaced_by: string | null;
}

export interface LinkType {
  readonly key: string;
  readonly name: string;
  /** Null takes any label. */
  readonly from_label: string | null;
  readonly to_label: string | null;
  readonly attributes: readonly Attribute[];
  readonly description: string;
  readonly retired: boolean;
}

export interface EntityType {
  readonly key: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly description: string;
}

export interface DocumentLabel {
  readonly key: string;
  readonly name: string;
  readonly values: readonly string[];
  readonly description: string;
}

export interface Schema {
  readonly position: number;
  readonly version: number;
  readonly labels: readonly Label[];
  readonly link_types: readonly LinkType[];
  readonly entity_types: readonly EntityType[];
  readonly document_labels: readonly DocumentLabel[];
  readonly published: { readonly name: string; readonly version: string; readonly current?: boolean } | null;
}

export interface Member {
  readonly account: { readonly id: Id; readonly name: string };
  readonly role: Role;
}

export interface Author {
  readonly id: Id;
  readonly name: string;
}

export type MyStatus = "none" | "open" | "finished";

export interface BoardRow {
  readonly document: Id;
  readonly title: string;
  readonly language: string;
  readonly languages: readonly string[];
  readonly length: number;
  readonly published: string | null;
  readonly archived: boolean;
  /** These counts are null for those who may not know them. */
  readonly sets: number | null;
  readonly finished: number | null;
  readonly annotations: number | null;
  readonly disputed: number | null;
  readonly decided: number | null;
  readonly gold: number | null;
  readonly my_status: MyStatus;
  readonly position: number;
}

export interface Page<Row> {
  readonly results: readonly Row[];
  readonly next: string | null;
}

export interface Entity {
  readonly id: Id;
  readonly entity_type: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly attributes: { readonly [key: string]: Json };
  readonly note: string;
  readonly version: number;
  readonly position: number;
  readonly merged_into: Id | null;
}

export interface Register {
  readonly position: number;
  readonly entities: readonly Entity[];
}

export interface Vote {
  readonly author: Id;
  readonly annotation: Id;
  readonly version: number;
}

export interface Candidate {
  readonly key: string;
  readonly label: string;
  readonly spans: readonly Span[];
  readonly quote: string;
  readonly attributes: { readonly [key: string]: Json };
  readonly entity: Id | null;
  readonly votes: readonly Vote[];
}

export type Conflict = "label" | "boundary" | "existence" | "attribute";
export type Verdict = "accept" | "edit" | "reject" | "none_of_these";
export type Reason = "ambiguous_text" | "guideline_gap" | "slip" | "other";

export interface Decision {
  readonly decision: Id;
  readonly item: string;
  readonly verdict: Verdict;
  readonly annotation: {
    readonly label: string;
    readonly spans: readonly Span[];
    readonly attributes: { readonly [key: string]: Json };
    readonly entity: Id | null;
  } | null;
  readonly votes: readonly Vote[];
  readonly reason: Reason | null;
  readonly note: string;
  readonly author?: Id;
  readonly position?: number;
}

export interface CurationItem {
  readonly item: string;
  readonly status: "agreed" | "disputed" | "decided";
  readonly stale: boolean;
  readonly candidates: readonly Candidate[];
  readonly conflict: Conflict | null;
  readonly decision: Decision | null;
}

export interface GoldLabel {
  readonly id: Id;
  readonly label: string;
  readonly spans: readonly Span[];
  readonly quote: string;
  readonly attributes: { readonly [key: string]: Json };
  readonly entity: Id | null;
  readonly status: "agreed" | "consensus" | "decided";
  readonly confidence: number | null;
  readonly provenance: {
    readonly votes: readonly Vote[];
    readonly policy: { readonly [key: string]: Json } | null;
    readonly decision: Decision | null;
    readonly schema_version: number | null;
    readonly positions: readonly number[];
  };
}

export interface Curation {
  readonly position: number;
  readonly voters: readonly { readonly author: Id; readonly name: string }[];
  readonly items: readonly CurationItem[];
  readonly gold: readonly GoldLabel[];
  readonly finished: boolean;
  readonly version: number;
}

export interface Job {
  readonly id: Id;
  readonly kind: string;
  readonly state: "waiting" | "running" | "done" | "failed";
  readonly name: string;
  readonly options: { readonly [key: string]: Json };
  /** Bytes of an import, documents of an export; the total is null until it is known. */
  readonly progress: { readonly done: number; readonly total: number | null };
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly report: { readonly [key: string]: Json } | null;
  readonly error: string | null;
  /** What keeps it waiting, in words. */
  readonly notice: string | null;
  readonly worker_seen_seconds: number | null;
  readonly file: {
    readonly url: string;
    readonly name: string;
    readonly size: number;
    readonly sha256: string;
  } | null;
}

export interface Ready {
  readonly ok: boolean;
  readonly database: Json;
  readonly broker: Json;
  readonly worker_seen_seconds: number | null;
  readonly projections: readonly {
    readonly name: string;
    readonly project: Id;
    readonly lag_events: number;
    readonly lag_seconds: number;
    readonly state: string;
  }[];
}

export interface Outcome {
  readonly id: Id;
  readonly status: "accepted" | "duplicate" | "conflict" | "refused";
  readonly first: number | null;
  readonly last: number | null;
  readonly version: number | null;
  readonly problem: Problem | null;
}

export interface CommandAnswer {
  readonly position: number;
  readonly outcomes: readonly Outcome[];
}
