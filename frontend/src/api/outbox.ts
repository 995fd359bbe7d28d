/**
 * No edit is lost: commands wait in IndexedDB until the server has acknowledged or refused each one.
 *
 * One tab at a time sends (a Web Lock), in order, at most fifty in one request, one request at a time. A command keeps
 * its id over every retry, so the server does it once. Refusals stay as cards until a person decides.
 */

import type { Id } from "../document/model";
import { BATCH, fitting, isReused, isStored, NOT_STORED, nextBatch, wire } from "./outbox-batch";
import type { Entry, OutboxDb } from "./outbox-db";
import { FORMAT, memoryDb } from "./outbox-db";
import type { Desk } from "./outbox-delivery";
import { Delivery } from "./outbox-delivery";
import type {
  NewEntry,
  Outbox,
  OutboxChange,
  OutboxStatus,
  OutboxWorld,
  Outcome,
  Reply,
  Settled,
} from "./outbox-types";
import { createVersions } from "./versions";

export type { Entry, EntryState, Problem, WireCommand } from "./outbox-db";
export type * from "./outbox-types";

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
  private readonly delivery: Delivery;
  private readonly tidyUp: (() => void)[] = [];
  private db: OutboxDb = memoryDb();
  private storing: Promise<unknown> = Promise.resolve();
  private account: Id | null = null;
  private closed = false;
  private state: OutboxStatus["state"] = "saved";
  private savedPosition = 0;
  private durable = true;
  private lastStatus: OutboxStatus | null = null;

  constructor(world: OutboxWorld) {
    this.world = world;
    this.delivery = new Delivery(this.desk(), world);
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
    this.delivery.start();
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
    this.delivery.wake();
  }

  close(): void {
    this.closed = true;
    this.delivery.wake();
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
    this.delivery.start();
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

  private desk(): Desk {
    return {
      ready: () => this.pending().filter(isStored),
      reload: () => this.reload(),
      post: (batch) => {
        if (this.state === "saved") this.setState("sending");
        return this.post(batch, false);
      },
      settle: (batch, outcomes) => this.settle(batch, outcomes),
      refuse: (entry, problem) => this.write([], [this.reject(entry, "refused", { problem, since: [] })]),
      mayGoOn: () => !this.closed && this.account !== null && this.state !== "signin",
      isSignedOut: () => this.state === "signin",
      setState: (state) => this.setState(state),
    };
  }

  private post(batch: readonly Entry[], keepalive: boolean): Promise<Reply> {
    const { project, account } = batch[0] as Entry;
    for (const entry of batch) this.sent.add(entry.id);
    return this.world.send({ project, account, commands: batch.map(wire), keepalive });
  }

  /** False when the answer left commands out. */
  private async settle(batch: readonly Entry[], outcomes: readonly Outcome[]): Promise<boolean> {
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
    return batch.every((entry) => answers.has(entry.id));
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

  /** The page may be about to close: what is in flight goes once more before what waits, so that order holds. */
  private readonly flush = (): void => {
    if (this.account === null || this.state === "signin") return;
    const batch = fitting(nextBatch(this.pending(), BATCH));
    if (batch.length === 0) return;
    void this.post(batch, true).then(
      (reply) => (reply.kind === "ok" ? this.settle(batch, reply.outcomes) : false),
      () => false,
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

const sameStatus = (a: OutboxStatus, b: OutboxStatus): boolean =>
  a.state === b.state &&
  a.unsent === b.unsent &&
  a.others === b.others &&
  a.cards === b.cards &&
  a.savedPosition === b.savedPosition &&
  a.durable === b.durable;
