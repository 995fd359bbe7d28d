/**
 * No edit is lost: commands wait in IndexedDB until the server has acknowledged or refused each one.
 *
 * One tab at a time sends (a Web Lock), in order, at most fifty in one request, one request at a time. A command keeps
 * its id over every retry, so the server does it once. Refusals stay as cards until a person decides.
 */

import type { Id, LogEvent } from "../document/model";
import type { Entry, OutboxDb, Problem, WireCommand } from "./outbox-db";
import { FORMAT, memoryDb } from "./outbox-db";
import { createVersions } from "./versions";

export type { Entry, EntryState, Problem, WireCommand } from "./outbox-db";

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

const BATCH = 50;
const KEEPALIVE_BYTES = 60_000;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
/** Failures of one and the same request before others get their turn. */
const PATIENCE = 4;
const RETRIES_OF_OWN_CLASH = 3;

export const createOutbox = (world: OutboxWorld): Outbox => new QueuedOutbox(world);

class QueuedOutbox implements Outbox {
  readonly ready: Promise<void>;
  private readonly world: OutboxWorld;
  private readonly channel: BroadcastChannel | null;
  private readonly listeners = new Set<(change: OutboxChange) => void>();
  private readonly statusListeners = new Set<(status: OutboxStatus) => void>();
  private readonly rows = new Map<Id, Entry>();
  private readonly versions = createVersions();
  private readonly done = new Set<Id>();
  private readonly sent = new Set<Id>();
  private readonly tidyUp: (() => void)[] = [];
  private db: OutboxDb = memoryDb();
  private storing: Promise<unknown> = Promise.resolve();
  private account: Id | null = null;
  private draining = false;
  private closed = false;
  private state: OutboxStatus["state"] = "saved";
  private savedPosition = 0;
  private durable = true;
  private lastStatus: OutboxStatus | null = null;
  private wakeUp: () => void = () => {};

  constructor(world: OutboxWorld) {
    this.world = world;
    this.channel = world.channel();
    this.channel?.addEventListener("message", this.hear);
    this.ready = this.start();
    this.watchPage();
  }

  signedIn(account: Id | null): void {
    const changed = account !== this.account;
    this.account = account;
    if (changed) this.tell({ kind: "account", account });
    this.setState(account === null ? "signin" : this.pending().length > 0 ? "sending" : "saved");
    this.wake();
  }

  async add(wanted: readonly NewEntry[]): Promise<void> {
    const account = this.account;
    if (account === null) throw new NobodySignedIn();
    const entries = wanted.map((entry) => this.entryOf(entry, account));
    for (const entry of entries) this.rows.set(entry.id, entry);
    this.announce({ kind: "queued", entries });
    if (this.state === "saved") this.setState("sending");
    else this.report();
    await this.store(entries);
    this.tell({ kind: "queued", entries: entries.map((entry) => this.rows.get(entry.id) ?? entry) });
    this.kick();
  }

  entries(document?: Id): readonly Entry[] {
    const mine = this.ordered().filter((entry) => entry.account === this.account);
    return document === undefined ? mine : mine.filter((entry) => entry.document === document);
  }

  foreign(): readonly Entry[] {
    return this.ordered().filter((entry) => entry.account !== this.account);
  }

  async discard(id: Id): Promise<void> {
    const entry = this.rows.get(id);
    if (!entry || entry.state === "queued") return;
    this.rows.delete(id);
    this.announce({ kind: "discarded", entry });
    this.report();
    await this.write([entry], []);
    this.tell({ kind: "discarded", entry });
  }

  subscribe(listener: (change: OutboxChange) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  status(): OutboxStatus {
    this.lastStatus ??= this.readStatus();
    return this.lastStatus;
  }

  onStatus(listener: (status: OutboxStatus) => void): () => void {
    this.statusListeners.add(listener);
    return () => void this.statusListeners.delete(listener);
  }

  wake(): void {
    this.wakeUp();
    this.kick();
  }

  close(): void {
    this.closed = true;
    this.wakeUp();
    this.channel?.close();
    for (const undo of this.tidyUp) undo();
    this.listeners.clear();
    this.statusListeners.clear();
    void this.storing.finally(() => this.db.close());
  }

  // --- storing -------------------------------------------------------------------------------------------------

  private async start(): Promise<void> {
    this.storing = this.world.open().then((db) => {
      this.db = db;
      this.durable = db.durable;
    });
    await this.reload();
    this.kick();
  }

  private entryOf(wanted: NewEntry, account: Id): Entry {
    const { command, project, stream, base, touches = [] } = wanted;
    return {
      id: command.id,
      seq: NOT_STORED,
      format: FORMAT,
      account,
      project,
      document: command.document ?? null,
      stream,
      touches,
      command,
      base: base === null ? null : this.versions.advance(stream, base),
      state: "queued",
      made_at: this.world.now(),
      problem: null,
      since: [],
      tries: 0,
    };
  }

  /** Writes follow one another, so that the order of storing is the order of giving. */
  private store(entries: readonly Entry[]): Promise<void> {
    const work = this.storing.then(async () => {
      const latest = entries.map((entry) => this.rows.get(entry.id) ?? entry);
      await this.stored(await this.durably((db) => db.add(latest)));
    });
    this.storing = work.catch(() => {});
    return work;
  }

  /** While entries were being stored an acknowledgement may have moved their bases, or even settled them. */
  private async stored(entries: readonly Entry[]): Promise<void> {
    const settled = entries.filter((entry) => !this.rows.has(entry.id));
    const moved: Entry[] = [];
    for (const entry of entries) {
      const known = this.rows.get(entry.id);
      if (!known) continue;
      const numbered = { ...known, seq: entry.seq };
      this.rows.set(entry.id, numbered);
      if (numbered.base !== entry.base || numbered.state !== entry.state) moved.push(numbered);
    }
    if (settled.length + moved.length > 0) await this.durably((db) => db.change(settled, moved));
  }

  private write(removed: readonly Entry[], updated: readonly Entry[]): Promise<void> {
    const work = this.storing.then(() => this.durably((db) => db.change(removed, updated)));
    this.storing = work.catch(() => {});
    return work;
  }

  /** A database that fails (full disk, closed by the browser) is left for memory, with what is known so far. */
  private async durably<T>(action: (db: OutboxDb) => Promise<T>): Promise<T> {
    try {
      return await action(this.db);
    } catch (error) {
      if (!this.db.durable) throw error;
      this.db.close();
      this.db = memoryDb();
      this.durable = false;
      const kept = await this.db.add(this.ordered().filter(isStored));
      for (const entry of kept) this.rows.set(entry.id, entry);
      this.report();
      return action(this.db);
    }
  }

  /** Another tab may have sent, added or changed entries since; what waits to be stored is not in the database yet. */
  private reload(): Promise<void> {
    const work = this.storing.then(async () => this.merge(await this.db.all()));
    this.storing = work.catch(() => {});
    return work.catch(() => {});
  }

  private merge(stored: readonly Entry[]): void {
    const known = new Set(stored.map((entry) => entry.id));
    for (const entry of this.rows.values()) {
      if (!known.has(entry.id) && isStored(entry)) this.rows.delete(entry.id);
    }
    const fresh = stored.filter((entry) => !this.rows.has(entry.id) && !this.done.has(entry.id));
    for (const entry of stored) if (!this.done.has(entry.id)) this.rows.set(entry.id, entry);
    if (fresh.length > 0) this.announce({ kind: "queued", entries: fresh });
    this.report();
  }

  private ordered(): readonly Entry[] {
    return [...this.rows.values()].sort((a, b) => a.seq - b.seq);
  }

  private pending(): readonly Entry[] {
    return this.ordered().filter((entry) => entry.account === this.account && entry.state === "queued");
  }

  // --- sending -------------------------------------------------------------------------------------------------

  private kick(): void {
    if (this.draining || this.closed || this.account === null || this.state === "signin") return;
    if (this.pending().length === 0) return;
    this.draining = true;
    const work = this.locked(() => this.drain());
    void work.then(
      () => this.drained(),
      // A page that is being put away gets no lock; it is asked for again when the page is back.
      () => {
        this.draining = false;
      },
    );
  }

  private drained(): void {
    this.draining = false;
    this.kick();
  }

  private async locked(work: () => Promise<void>): Promise<void> {
    if (!this.world.locks) return work();
    await this.world.locks.request("palimpsest-outbox", work);
  }

  private async drain(): Promise<void> {
    await this.reload();
    const course: Course = { limit: BATCH, failures: 0, stalled: new Set<string>() };
    while (!this.closed && !this.isSignedOut()) {
      const batch = this.nextBatch(course.limit, course.stalled);
      if (batch.length > 0) await this.deliver(batch, course);
      else if (course.stalled.size > 0) await this.rest(course);
      else break;
    }
    if (this.pending().length === 0 && !this.isSignedOut()) this.setState("saved");
  }

  private isSignedOut(): boolean {
    return this.state === "signin";
  }

  private nextBatch(limit: number, stalled: ReadonlySet<string>): readonly Entry[] {
    const waiting = this.pending().filter((entry) => isStored(entry) && !stalled.has(lineOf(entry)));
    return independent(waiting.filter((entry) => entry.project === waiting[0]?.project)).slice(0, limit);
  }

  private async deliver(batch: readonly Entry[], course: Course): Promise<void> {
    if (this.state === "saved") this.setState("sending");
    const reply = await this.post(batch, false).catch((): null => null);
    if (reply === null) return this.failed("offline", course);
    switch (reply.kind) {
      case "signin":
        return this.setState("signin");
      case "busy":
        return this.busy(batch, course, reply.after);
      case "refused":
        return this.refusedWhole(batch, reply.problem, course);
      case "ok":
        course.limit = BATCH;
        course.failures = 0;
        if (!this.isSignedOut()) this.setState("sending");
        return this.settle(batch, reply.outcomes);
    }
  }

  private post(batch: readonly Entry[], keepalive: boolean): Promise<Reply> {
    const { project, account } = batch[0] as Entry;
    for (const entry of batch) this.sent.add(entry.id);
    return this.world.send({ project, account, commands: batch.map(wire), keepalive });
  }

  private async failed(state: "offline" | "blocked" | "sending", course: Course, atLeast = 0): Promise<void> {
    course.failures += 1;
    this.setState(state);
    await this.pause(Math.max(atLeast, backoff(course.failures, this.world.random())));
  }

  /** One command may be what the server chokes on: send singly, then let other documents go first. */
  private async busy(batch: readonly Entry[], course: Course, after = 0): Promise<void> {
    if (course.failures >= 1) course.limit = 1;
    if (batch.length === 1 && course.failures >= PATIENCE) {
      course.stalled.add(lineOf(batch[0] as Entry));
      course.failures = 0;
      return this.setState("blocked");
    }
    await this.failed(course.failures >= 2 ? "blocked" : "sending", course, after);
  }

  private async rest(course: Course): Promise<void> {
    this.setState("blocked");
    await this.pause(LONGEST_PAUSE);
    course.stalled.clear();
  }

  private async refusedWhole(batch: readonly Entry[], problem: Problem, course: Course): Promise<void> {
    if (batch.length > 1) course.limit = 1;
    else await this.write([], [this.reject(batch[0] as Entry, "refused", { problem, since: [] })]);
  }

  private async settle(batch: readonly Entry[], outcomes: readonly Outcome[]): Promise<void> {
    const answers = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
    const removed: Entry[] = [];
    const updated = new Map<Id, Entry>();
    for (const entry of batch) {
      const outcome = answers.get(entry.id);
      if (!outcome || !this.rows.has(entry.id)) continue;
      if (outcome.status === "accepted" || outcome.status === "duplicate" || isReused(outcome)) {
        for (const moved of this.accept(entry, outcome)) updated.set(moved.id, moved);
        removed.push(entry);
      } else {
        const own = outcome.status === "conflict" && this.isOwnClash(entry, outcome);
        updated.set(entry.id, own ? this.retry(entry, outcome) : this.reject(entry, outcome.status, outcome));
      }
    }
    for (const entry of removed) updated.delete(entry.id);
    await this.write(removed, [...updated.values()].filter(isStored));
    // An answer that leaves commands out would otherwise be asked for again without end.
    if (batch.some((entry) => !answers.has(entry.id))) await this.pause(FIRST_PAUSE);
  }

  /** Gives the entries whose base moved past the accepted one. */
  private accept(entry: Entry, { first, last, version }: Outcome): readonly Entry[] {
    const events = first === null || last === null ? 0 : Math.max(0, last - first + 1);
    const change = { kind: "settled", entry, last: events > 0 ? last : null, version, events } as const;
    const moved = this.take(change);
    this.announce(change);
    this.report();
    this.tell(change);
    return moved;
  }

  /** What waits behind on the same stream was made knowing the settled command: its base moves past it. */
  private take({ entry, last, version, events }: Settled): readonly Entry[] {
    this.rows.delete(entry.id);
    this.done.add(entry.id);
    this.savedPosition = Math.max(this.savedPosition, last ?? 0);
    if (version === null) return [];
    this.versions.record(entry.stream, version - events, version);
    const behind = this.pending().filter((other) => other.stream === entry.stream);
    const moved = behind.map((other) => this.advanced(other)).filter((other) => other !== this.rows.get(other.id));
    for (const other of moved) this.rows.set(other.id, other);
    return moved;
  }

  private advanced(entry: Entry): Entry {
    // What was sent once is only ever sent again as it was: to the server it is the same request.
    if (entry.base === null || this.sent.has(entry.id)) return entry;
    const base = this.versions.advance(entry.stream, entry.base);
    return base === entry.base ? entry : { ...entry, base };
  }

  /** Everything that came between is this person's own, sent from here; or the log was set back to an older state. */
  private isOwnClash(entry: Entry, outcome: Outcome): boolean {
    if (entry.tries >= RETRIES_OF_OWN_CLASH || outcome.version === null) return false;
    return outcome.since.every((event) => this.done.has(event.command));
  }

  private retry(entry: Entry, outcome: Outcome): Entry {
    const again = { ...entry, base: outcome.version, tries: entry.tries + 1 };
    this.sent.delete(entry.id);
    this.rows.set(entry.id, again);
    return again;
  }

  private reject(entry: Entry, state: "conflict" | "refused", answer: Pick<Outcome, "problem" | "since">): Entry {
    const card: Entry = { ...entry, state, problem: answer.problem, since: answer.since };
    this.rows.set(card.id, card);
    this.announce({ kind: "rejected", entry: card });
    this.report();
    this.tell({ kind: "rejected", entry: card });
    return card;
  }

  private pause(ms: number): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.wakeUp = resolve;
    });
    return Promise.race([this.world.sleep(ms), woken]).finally(() => {
      this.wakeUp = () => {};
    });
  }

  /** The page may be about to close: what is in flight goes once more before what waits, so that order holds. */
  private readonly flush = (): void => {
    if (this.account === null || this.state === "signin") return;
    const [first] = this.pending();
    if (!first) return;
    const batch = fitting(
      this.pending()
        .filter((entry) => entry.project === first.project)
        .slice(0, BATCH),
    );
    if (batch.length === 0) return;
    void this.post(batch, true).then(
      (reply) => (reply.kind === "ok" ? this.settle(batch, reply.outcomes) : undefined),
      () => {},
    );
  };

  // --- the other tabs and the page -----------------------------------------------------------------------------

  private readonly hear = (message: MessageEvent<Told>): void => {
    const told = message.data;
    switch (told.kind) {
      case "account":
        this.hearAccount(told.account);
        return;
      case "queued": {
        const fresh = told.entries.filter((entry) => !this.rows.has(entry.id) && !this.done.has(entry.id));
        for (const entry of fresh) this.rows.set(entry.id, entry);
        if (fresh.length > 0) this.announce({ kind: "queued", entries: fresh });
        break;
      }
      case "settled":
        this.take(told);
        this.announce(told);
        break;
      case "rejected":
        this.rows.set(told.entry.id, told.entry);
        this.announce(told);
        break;
      case "discarded":
        this.rows.delete(told.entry.id);
        this.announce(told);
        break;
    }
    if (this.pending().length === 0 && this.state === "sending") this.setState("saved");
    else this.report();
  };

  private hearAccount(account: Id | null): void {
    if (account !== this.account) this.setState("signin");
    else if (this.state === "signin") this.signedIn(account);
  }

  private tell(told: Told): void {
    if (!this.closed) this.channel?.postMessage(told);
  }

  private announce(change: OutboxChange): void {
    for (const listener of [...this.listeners]) listener(change);
  }

  private setState(state: OutboxStatus["state"]): void {
    this.state = state;
    this.report();
  }

  private report(): void {
    const before = this.lastStatus;
    const status = this.readStatus();
    this.lastStatus = status;
    if (before && sameStatus(before, status)) return;
    for (const listener of [...this.statusListeners]) listener(status);
  }

  private readStatus(): OutboxStatus {
    const rows = [...this.rows.values()];
    const mine = rows.filter((entry) => entry.account === this.account);
    const unsent = mine.filter((entry) => entry.state === "queued").length;
    return {
      state: this.state,
      unsent,
      others: rows.length - mine.length,
      cards: mine.length - unsent,
      savedPosition: this.savedPosition,
      durable: this.durable,
    };
  }

  private watchPage(): void {
    if (typeof window === "undefined") return;
    const seen = (): void => (document.visibilityState === "hidden" ? this.flush() : this.wake());
    const online = (): void => this.wake();
    document.addEventListener("visibilitychange", seen);
    window.addEventListener("pagehide", this.flush);
    window.addEventListener("online", online);
    this.tidyUp.push(() => document.removeEventListener("visibilitychange", seen));
    this.tidyUp.push(() => window.removeEventListener("pagehide", this.flush));
    this.tidyUp.push(() => window.removeEventListener("online", online));
  }
}

/** Commands can be given only by somebody who is signed in. */
export class NobodySignedIn extends Error {}

type Told = OutboxChange | { readonly kind: "account"; readonly account: Id | null };
type Course = { limit: number; failures: number; readonly stalled: Set<string> };

/** Sorts behind everything that is stored. */
const NOT_STORED = Number.MAX_SAFE_INTEGER;
const isStored = (entry: Entry): boolean => entry.seq !== NOT_STORED;

const lineOf = (entry: Entry): string => entry.document ?? entry.project;

/** Ids are made here and used once: one that the server knows with another `expected` is a command already done. */
const isReused = ({ status, problem }: Outcome): boolean =>
  status === "refused" && (problem?.type.endsWith("command-id-reused") ?? false);

const wire = ({ command, base }: Entry): SentCommand => (base === null ? command : { ...command, expected: base });

/** 1, 2, 4 … 30 seconds, each shortened by chance so that a crowd does not return at once. */
const backoff = (failures: number, random: number): number =>
  Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - 1)) * (0.5 + random / 2);

/** Browsers refuse larger bodies with keepalive. */
const fitting = (batch: readonly Entry[]): readonly Entry[] => {
  let size = 0;
  const over = batch.findIndex((entry) => {
    size += JSON.stringify(entry.command).length * 3;
    return size > KEEPALIVE_BYTES;
  });
  return over < 0 ? batch : batch.slice(0, over);
};

/**
 * Those that may go in one request: of two that touch the same thing only the first. So each is sent with a base that
 * holds all that its author did to the thing before, and an answer that got lost can be asked for again in any company.
 */
const independent = (waiting: readonly Entry[]): readonly Entry[] => {
  const touched = new Map<string, Set<Id> | "all">();
  const blocked = new Set<string>();
  return waiting.filter(({ stream, touches }) => {
    const before = touched.get(stream);
    const meets = before === "all" || (before && (touches.length === 0 || touches.some((id) => before.has(id))));
    if (blocked.has(stream) || meets) {
      blocked.add(stream);
      return false;
    }
    touched.set(stream, touches.length === 0 ? "all" : new Set([...(before ?? []), ...touches]));
    return true;
  });
};

const sameStatus = (a: OutboxStatus, b: OutboxStatus): boolean =>
  a.state === b.state &&
  a.unsent === b.unsent &&
  a.others === b.others &&
  a.cards === b.cards &&
  a.savedPosition === b.savedPosition &&
  a.durable === b.durable;
