/** The words of the outbox: what it takes, tells and needs. */

import type { Id, LogEvent } from "../document/model";
import type { Entry, OutboxDb, Problem, WireCommand } from "./outbox-db";

export interface Outcome {
  readonly id: Id;
  readonly status: "accepted" | "duplicate" | "conflict" | "refused";
  readonly first: number | null;
  readonly last: number | null;
  readonly version: number | null;
  readonly problem: Problem | null;
  readonly since: readonly LogEvent[];
}

export type Reply =
  | { readonly kind: "ok"; readonly position: number; readonly outcomes: readonly Outcome[] }
  /** Nobody is signed in, or somebody else is. */
  | { readonly kind: "signin" }
  /** The whole request was refused. */
  | { readonly kind: "refused"; readonly problem: Problem }
  /** The server is there but cannot answer now. */
  | { readonly kind: "busy"; readonly after?: number };

export type SentCommand = WireCommand & { readonly expected?: number };

/** Rejects when the network fails; `account` is whose commands they are. */
export type Send = (request: {
  readonly project: Id;
  readonly account: Id;
  readonly commands: readonly SentCommand[];
  readonly keepalive: boolean;
}) => Promise<Reply>;

export interface NewEntry {
  readonly project: Id;
  readonly command: WireCommand;
  readonly stream: string;
  readonly base: number | null;
  /** Entities that the command changes or relies on; left out: all of the stream. */
  readonly touches?: readonly Id[];
}

/** The server has done it; `last` is the position of its last event, null when nothing had to change. */
export interface Settled {
  readonly kind: "settled";
  readonly entry: Entry;
  readonly last: number | null;
  /** Version of the stream after it, and how many events it took. */
  readonly version: number | null;
  readonly events: number;
}

export type OutboxChange =
  | { readonly kind: "queued"; readonly entries: readonly Entry[] }
  | Settled
  | { readonly kind: "rejected"; readonly entry: Entry }
  | { readonly kind: "discarded"; readonly entry: Entry };

export interface OutboxStatus {
  readonly state: "saved" | "sending" | "offline" | "signin" | "blocked";
  /** Commands of this account that the server has not answered. */
  readonly unsent: number;
  /** Commands of other accounts on this device; never sent under this login. */
  readonly others: number;
  /** Refused commands that wait for a decision. */
  readonly cards: number;
  /** The highest position that acknowledged a command here. */
  readonly savedPosition: number;
  /** False: kept in memory only, lost when the page closes. */
  readonly durable: boolean;
}

export interface Outbox {
  /** Resolves when what was left from earlier is known. */
  readonly ready: Promise<void>;
  /** Who is signed in; null stops sending. Call it after each sign-in, also to go on after "signin". */
  signedIn(account: Id | null): void;
  /** Takes the commands at once; resolves when they are stored. */
  add(entries: readonly NewEntry[]): Promise<void>;
  /** Entries of this account, in order, also refused ones; of one document if given. */
  entries(document?: Id): readonly Entry[];
  /** Entries of other accounts. */
  foreign(): readonly Entry[];
  /** Throws a refused entry away. */
  discard(id: Id): Promise<void>;
  subscribe(listener: (change: OutboxChange) => void): () => void;
  status(): OutboxStatus;
  onStatus(listener: (status: OutboxStatus) => void): () => void;
  /** Try now rather than after the pause. */
  wake(): void;
  close(): void;
}

/** What the outbox needs of the world; tests give their own. */
export interface OutboxWorld {
  readonly open: () => Promise<OutboxDb>;
  readonly send: Send;
  readonly locks: Pick<LockManager, "request"> | null;
  readonly channel: () => BroadcastChannel | null;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
  readonly now: () => number;
}
