/** The API's shapes under the names that the pages use. What JSON Schema leaves open is said here. */

import type { components } from "./schema";

type Schemas = components["schemas"];

export type Id = string;
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };
export type Span = readonly [start: number, end: number];

/** RFC 9457. `pointer` names the place in the request that is wrong. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly pointer?: string | null;
}

export type Me = Schemas["Me"];
export type Account = Schemas["MyAccount"];
export type Preferences = Required<Schemas["Preferences"]>;
export type ProjectRow = Schemas["ProjectRow"];
export type Project = Schemas["ProjectOut"];
export type Role = Project["role"];

/** What may be left out of a command is always there in an answer. */
type Whole<T> = Required<T>;
type Described<T> = Omit<Whole<T>, "attributes"> & { readonly attributes: readonly Attribute[] };

export type Attribute = Whole<Schemas["Attribute"]>;
export type AttributeKind = Attribute["kind"];
export type Label = Described<Schemas["Label"]>;
export type LinkType = Described<Schemas["LinkType"]>;
export type EntityType = Described<Schemas["EntityType"]>;
export type DocumentLabel = Whole<Schemas["DocumentLabel"]>;
export type Schema = Omit<Schemas["SchemaView"], "labels" | "link_types" | "entity_types" | "document_labels"> & {
  readonly labels: readonly Label[];
  readonly link_types: readonly LinkType[];
  readonly entity_types: readonly EntityType[];
  readonly document_labels: readonly DocumentLabel[];
};

export type Guideline = Schemas["GuidelineView"];
export type GuidelineSection = Guideline["sections"][number];
export type GuidelineVersion = Schemas["VersionView"];

export type Threads = Schemas["ThreadsOut"];
export type Thread = Threads["results"][number];
export type ThreadComment = Thread["comments"][number];
export type ThreadRoom = Thread["room"];
export type Room = Threads["rooms"][number];
export type About = Thread["about"];
export type Notice = Schemas["NoticeView"];

export type Member = Schemas["MemberOut"];
export type Author = Schemas["AccountView"];

export type Work = Schemas["WorkOut"];
export type Seat = Work["waiting"][number];
export type Skipped = Work["skipped"][number];
export type Assignment = Schemas["AssignmentOut"];
export type PersonAtWork = Assignment["people"][number];

export type ErasurePreview = Schemas["ErasurePreview"];
export type ErasureScope = ErasurePreview["scope"];
export type ErasureBasis = Schemas["ErasureIn"]["basis"];
export type Restoration = Schemas["RestorationOut"];
export type RestoredMark = Restoration["added"][number];
export type Rebuild = Schemas["RebuildView"];

export type BoardRow = Schemas["BoardRow"];
export type Orphan = Schemas["OrphanView"];
export type Place = Schemas["QuotedPlace"];
export type MyStatus = BoardRow["my_status"];
export interface Page<Row> {
  readonly results: readonly Row[];
  readonly next: string | null;
}

export type Entity = Schemas["EntityView"];
export type Acceptance = Schemas["AcceptanceView"];
export type Mention = Schemas["MentionView"];
export type Source = Schemas["SourceView"];
export type Register = Schemas["RegisterView"];

export type Vote = Schemas["annotator.queries.curation.VoteView"];
export type Voter = Schemas["VoterView"];
export type Candidate = Schemas["CandidateView"];
export type CurationItem = Schemas["ItemView"];
export type LinkItem = Schemas["LinkItemView"];
export type DocumentLabelVotes = Schemas["DocumentLabelVotes"];
export type ItemStatus = CurationItem["status"];
export type Conflict = NonNullable<CurationItem["conflict"]>;
export type Decision = Schemas["DecisionView"];
export type Verdict = Decision["verdict"];
export type Reason = NonNullable<Decision["reason"]>;
export type GoldLabel = Schemas["GoldLabelView"];
export type GoldLink = Schemas["GoldLinkView"];
export type Curation = Schemas["CurationView"];

export type Webhook = Schemas["WebhookView"];
export type WebhookWish = Required<Schemas["WebhookChange"]>;
export type WebhookTried = Schemas["TestOut"];
export type Release = Schemas["ReleaseView"];
export type GoldChange = Schemas["GoldChange"];

export type Job = Omit<Schemas["JobView"], "options" | "report"> & {
  readonly options: JsonObject;
  readonly report: JsonObject | null;
};

/** GET /readyz, which stands outside the API's description. */
export interface Ready {
  readonly ok: boolean;
  readonly database: string;
  readonly broker: string;
  readonly worker_seen_seconds: number | null;
  readonly projections: readonly {
    readonly name: string;
    /** Null where all projects are taken together. */
    readonly project: Id | null;
    readonly lag_events: number;
    readonly lag_seconds: number;
    readonly state: string;
    readonly position: number | null;
    readonly head: number | null;
    readonly error: string | null;
    readonly error_position: number | null;
    readonly attempts: number;
  }[];
}

export type Outcome = Schemas["OutcomeOut"];

export type AgreementView = Schemas["AgreementView"];
export type AgreementReport = Schemas["AgreementReport"];
export type AgreementRow = Schemas["RowView"];
export type Measure = Schemas["Measure"];
export type AgreementPair = Schemas["PairView"];
export type Marker = Schemas["MarkerView"];
export type Compared = Schemas["ComparedView"];

export type Certificate = Schemas["Certificate"];
export type Policy = Certificate["policy"]["policy"];
export type QueueEntry = Schemas["QueueEntry"];
export type QueuePage = Schemas["QueuePage"];
export type Quality = Schemas["QualityView"];
export type MyDocument = Schemas["MyDocument"];
export type MyResults = Schemas["MyResults"];
export type MyMark = Schemas["MyMark"];
export type Why = Schemas["Why"];
export type Appeal = Schemas["AppealView"];
export type Policies = Schemas["Policies"];
export type WhatIf = Schemas["WhatIf"];
