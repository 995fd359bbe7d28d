/**
 * One document on the screen: confirmed state from the log, this person's pending commands on top, and what they have
 * selected. An external store in React's sense; free of any framework.
 */

import type { Entry, NewEntry, OutboxChange, Problem } from "../api/outbox";
import type { Place } from "./edits";
import { renew } from "./edits";
import { applyCommand, applyCommands, applyEvents, predict, touches } from "./fold";
import type { AnnotationSet, Command, DocumentState, DocumentView, Id, LogEvent, Reader } from "./model";
import { emptySet, fromView, keyOf, ownSet } from "./model";
import type { TextIndex } from "./offsets";
import { indexText } from "./offsets";
import type { Deed, Ledger, Refusal } from "./undo";
import { createLedger, deedsOf, isOwnWork } from "./undo";

/** A command that the server did not do, kept until the person decides. */
export interface Card {
  readonly id: Id;
  readonly command: Command;
  readonly kind: "conflict" | "refused";
  readonly problem: Problem | null;
  /** What somebody else did to the same thing. */
  readonly since: readonly LogEvent[];
}

export interface Snapshot {
  readonly confirmed: DocumentState;
  /** Confirmed with the pending commands on top: what is drawn. */
  readonly visible: DocumentState;
  /** The reader's own set in `visible`. */
  readonly own: AnnotationSet;
  readonly index: TextIndex;
  /** Annotations and links with a command that the server has not answered. */
  readonly unsent: ReadonlySet<Id>;
  readonly selected: Id | null;
  readonly armed: string | null;
  readonly cards: readonly Card[];
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Events are missing and the document is being read again. */
  readonly behind: boolean;
}

export interface DocumentStore {
  subscribe(listener: () => void): () => void;
  getSnapshot(): Snapshot;
  /** Where edits.ts builds commands. */
  place(): Place;
  /** Paints at once, stores, sends. Commands that would change nothing are dropped. */
  dispatch(...commands: readonly Command[]): void;
  /** Events of the feed, in order of position; doubles are dropped, a gap makes it read the document again. */
  receive(events: readonly LogEvent[]): void;
  /** A fresh answer of GET /documents/{d}. */
  reset(view: DocumentView): void;
  /** Events from before this page was opened, so that undo reaches back to them. */
  seed(history: readonly LogEvent[]): void;
  select(id: Id | null): void;
  arm(label: string | null): void;
  /** How many commands were given since the document was opened. */
  given(): number;
  /** Null when done, else why not. */
  undo(): Refusal | null;
  redo(): Refusal | null;
  /** Gives the refused command again, fitted to what is there now; false when nothing is left to act on. */
  redoCard(id: Id): boolean;
  discardCard(id: Id): void;
  close(): void;
}

/** The part of the outbox that a document needs. */
export interface CommandQueue {
  add(entries: readonly NewEntry[]): Promise<void>;
  entries(document?: Id): readonly Entry[];
  discard(id: Id): Promise<void>;
  subscribe(listener: (change: OutboxChange) => void): () => void;
}

export interface DocumentStoreOptions {
  readonly project: Id;
  readonly view: DocumentView;
  readonly me: Reader;
  readonly outbox: CommandQueue;
  /** GET /documents/{d}, at least at this position. */
  readonly refetch: (atLeast: number) => Promise<DocumentView>;
  /** Runs the work after a pause; for tests. */
  readonly later?: (work: () => void) => void;
}

export const createDocumentStore = (options: DocumentStoreOptions): DocumentStore => new OpenDocument(options);

/** A given command; `last` is the position of its last event once the server has done it. */
interface Pending {
  readonly command: Command;
  readonly last: number | null;
}

const PAUSE = 3_000;
const NOTHING: ReadonlySet<Id> = new Set();

class OpenDocument implements DocumentStore {
  private readonly project: Id;
  private readonly outbox: CommandQueue;
  private readonly refetch: (atLeast: number) => Promise<DocumentView>;
  private readonly later: (work: () => void) => void;
  private readonly listeners = new Set<() => void>();
  private readonly leaveOutbox: () => void;
  private confirmed: DocumentState;
  private visible: DocumentState;
  private index: TextIndex;
  private pending = new Map<Id, Pending>();
  private cards: readonly Card[] = [];
  private ledger: Ledger;
  /** Deeds since the page was opened, to be put behind those of the history when it comes. */
  private deeds: Deed[] = [];
  private selected: Id | null = null;
  private armed: string | null = null;
  private waiting: readonly LogEvent[] = [];
  private reading = false;
  /** The event that a fresh answer did not explain; it is then taken as it is. */
  private puzzling = 0;
  private count = 0;
  private snapshot: Snapshot | null = null;
  private closed = false;

  constructor({ project, view, me, outbox, refetch, later }: DocumentStoreOptions) {
    this.later = later ?? ((work) => void setTimeout(work, PAUSE));
    this.project = project;
    this.outbox = outbox;
    this.refetch = refetch;
    this.confirmed = fromView(view, me);
    this.visible = this.confirmed;
    this.index = indexText(view.text);
    this.ledger = createLedger(me.account);
    for (const entry of outbox.entries(view.document.id)) this.adopt(entry);
    this.leaveOutbox = outbox.subscribe((change) => this.hear(change));
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  getSnapshot(): Snapshot {
    this.snapshot ??= {
      confirmed: this.confirmed,
      visible: this.visible,
      own: ownSet(this.visible),
      index: this.index,
      unsent: this.unsent(),
      selected: this.selected,
      armed: this.armed,
      cards: this.cards,
      canUndo: this.ledger.canUndo,
      canRedo: this.ledger.canRedo,
      behind: this.reading,
    };
    return this.snapshot;
  }

  place(): Place {
    return { state: this.visible, index: this.index };
  }

  dispatch(...commands: readonly Command[]): void {
    const base = ownSet(this.confirmed).version;
    const given = commands.filter((wanted) => this.give(wanted));
    if (given.length === 0) return;
    this.count += given.length;
    const stream = `set/${this.confirmed.document.id}`;
    const entries = given.map((wanted) => ({
      project: this.project,
      command: wanted,
      stream,
      base,
      touches: touches(wanted),
    }));
    void this.outbox.add(entries).catch(() => this.lose(given));
    this.changed();
  }

  receive(events: readonly LogEvent[]): void {
    if (this.closed) return;
    if (this.reading) {
      this.waiting = [...this.waiting, ...events];
      return;
    }
    const { fit, gap } = this.sift(events);
    this.confirm(fit);
    if (gap.length > 0) this.readAgain(gap);
  }

  reset(view: DocumentView): void {
    const again = view.epoch !== this.confirmed.epoch;
    if (!again && view.position < this.confirmed.position) return;
    this.index = view.text === this.confirmed.text ? this.index : indexText(view.text);
    this.confirmed = fromView(view, this.confirmed.me);
    this.settleUpTo(again ? Number.POSITIVE_INFINITY : view.position);
    this.refold();
  }

  seed(history: readonly LogEvent[]): void {
    const { me } = this.confirmed;
    const own = history.filter((event) => isOwnWork(this.confirmed, event));
    const past = deedsOf(emptySet(me.shared ? null : me.account, true), own);
    const known = new Set(past.map((deed) => deed.command));
    this.ledger = createLedger(me.account, [...past, ...this.deeds.filter((deed) => !known.has(deed.command))]);
    this.changed();
  }

  select(id: Id | null): void {
    if (id === this.selected) return;
    this.selected = id;
    this.changed();
  }

  arm(label: string | null): void {
    if (label === this.armed) return;
    this.armed = label;
    this.changed();
  }

  given(): number {
    return this.count;
  }

  undo(): Refusal | null {
    return this.compensate(this.ledger.undo(this.place()));
  }

  redo(): Refusal | null {
    return this.compensate(this.ledger.redo(this.place()));
  }

  redoCard(id: Id): boolean {
    const card = this.cards.find((one) => one.id === id);
    const again = card ? renew(this.place(), card.command) : null;
    if (!again) return false;
    this.dispatch(again);
    this.discardCard(id);
    return true;
  }

  discardCard(id: Id): void {
    this.dropCard(id);
    void this.outbox.discard(id);
  }

  close(): void {
    this.closed = true;
    this.leaveOutbox();
    this.listeners.clear();
  }

  // --- commands ------------------------------------------------------------------------------------------------

  /** Puts a command on top of what is visible; false when it changes nothing. */
  private give(wanted: Command): boolean {
    const events = predict(this.visible, wanted);
    if (events.length === 0) return false;
    this.remember(deedsOf(ownSet(this.visible), events));
    this.pending.set(wanted.id, { command: wanted, last: null });
    this.visible = applyCommand(this.visible, wanted);
    return true;
  }

  private compensate(plan: ReturnType<Ledger["undo"]>): Refusal | null {
    if ("refusal" in plan) return plan.refusal;
    this.dispatch(...plan.commands);
    return null;
  }

  private remember(deeds: readonly Deed[]): void {
    for (const deed of deeds) {
      this.deeds.push(deed);
      this.ledger.record(deed);
    }
  }

  private forget(id: Id): void {
    this.deeds = this.deeds.filter((deed) => deed.command !== id);
    this.ledger.forget(id);
  }

  /** The outbox could not even take them: say so rather than show what will not be. */
  private lose(commands: readonly Command[]): void {
    const problem = { type: "about:blank", title: "Nobody is signed in", status: 401, detail: "" };
    for (const lost of commands) this.reject({ id: lost.id, command: lost, kind: "refused", problem, since: [] });
  }

  // --- the outbox ----------------------------------------------------------------------------------------------

  private hear(change: OutboxChange): void {
    const entries = change.kind === "queued" ? change.entries : [change.entry];
    const here = entries.filter((entry) => entry.document === this.confirmed.document.id);
    for (const entry of here) {
      if (change.kind === "queued" || change.kind === "rejected") this.adopt(entry);
      else if (change.kind === "settled") this.acknowledge(entry.id, change.last);
      else this.dropCard(entry.id);
    }
  }

  /** An entry from an earlier visit, from another tab, or back with a refusal. */
  private adopt(entry: Entry): void {
    const { id, command, state, problem, since } = entry;
    if (!isWork(command)) return;
    if (state !== "queued") this.reject({ id, command, kind: state, problem, since });
    else if (!this.pending.has(id)) {
      if (!this.give(command)) this.pending.set(id, { command, last: null });
      this.changed();
    }
  }

  private acknowledge(id: Id, last: number | null): void {
    const known = this.pending.get(id);
    if (!known) return;
    if (last === null || last <= this.confirmed.position) this.pending.delete(id);
    else this.pending.set(id, { ...known, last });
    this.refold();
  }

  private reject(card: Card): void {
    this.pending.delete(card.id);
    this.forget(card.id);
    this.cards = [...this.cards.filter((one) => one.id !== card.id), card];
    this.refold();
  }

  private dropCard(id: Id): void {
    this.cards = this.cards.filter((card) => card.id !== id);
    this.changed();
  }

  // --- the log -------------------------------------------------------------------------------------------------

  /** Splits off what follows a gap. Positions skip other documents; versions of one stream skip nothing. */
  private sift(events: readonly LogEvent[]): { fit: readonly LogEvent[]; gap: readonly LogEvent[] } {
    const versions = new Map<string, number>();
    const fit: LogEvent[] = [];
    let have = this.confirmed.position;
    for (const [k, event] of events.entries()) {
      if (event.position <= have) continue;
      const line = lineOf(event);
      const known = versions.get(line) ?? this.versionOf(event);
      const missing = known !== null && event.version > known + 1;
      const otherText = event.type === "text_added";
      if ((missing || otherText) && event.position !== this.puzzling) return { fit, gap: events.slice(k) };
      versions.set(line, event.version);
      have = event.position;
      fit.push(event);
    }
    return { fit, gap: [] };
  }

  /** The version that we have of the event's stream; null for streams that this page does not fold. */
  private versionOf(event: LogEvent): number | null {
    if (event.stream.kind === "document") return this.confirmed.document.version;
    if (event.stream.kind !== "annotation_set") return null;
    return this.confirmed.sets.get(keyOf(event.stream.owner))?.version ?? 0;
  }

  private confirm(events: readonly LogEvent[]): void {
    if (events.length === 0) return;
    const own = events.filter((event) => isOwnWork(this.confirmed, event) && !this.ledger.knows(event.command));
    this.remember(deedsOf(ownSet(this.confirmed), own));
    this.confirmed = applyEvents(this.confirmed, events);
    for (const event of events) if (this.isEcho(event)) this.pending.delete(event.command);
    this.settleUpTo(this.confirmed.position);
    this.refold();
  }

  /** The event about the very thing that a pending command names; its links' events may come before or after. */
  private isEcho(event: LogEvent): boolean {
    const known = this.pending.get(event.command);
    const subject = known ? subjectOf(known.command) : null;
    return known !== undefined && (subject === null || subject === event.entity);
  }

  private settleUpTo(position: number): void {
    for (const [id, { last }] of this.pending) if (last !== null && last <= position) this.pending.delete(id);
  }

  private readAgain(gap: readonly LogEvent[]): void {
    const [first] = gap;
    this.reading = true;
    this.waiting = gap;
    this.changed();
    const position = first?.position ?? 0;
    void this.refetch(position).then(
      (view) => this.caughtUp(view, position),
      () => this.later(() => this.stillBehind()),
    );
  }

  private caughtUp(view: DocumentView, puzzling: number): void {
    if (this.closed) return;
    this.reading = false;
    this.puzzling = puzzling;
    this.reset(view);
    const { waiting } = this;
    this.waiting = [];
    this.receive(waiting);
  }

  private stillBehind(): void {
    if (!this.closed && this.reading) this.readAgain(this.waiting);
  }

  // --- telling -------------------------------------------------------------------------------------------------

  private refold(): void {
    this.visible = applyCommands(
      this.confirmed,
      [...this.pending.values()].map((one) => one.command),
    );
    this.changed();
  }

  private unsent(): ReadonlySet<Id> {
    if (this.pending.size === 0) return NOTHING;
    const open = [...this.pending.values()].filter((one) => one.last === null);
    return new Set(open.flatMap((one) => subjectOf(one.command) ?? []));
  }

  private changed(): void {
    this.snapshot = null;
    for (const listener of [...this.listeners]) listener();
  }
}

const lineOf = ({ stream }: LogEvent): string => `${stream.kind}/${stream.owner ?? ""}`;

/** The annotation or link that a command is about. */
const subjectOf = ({ data }: Command): Id | null => {
  if ("annotation" in data) return data.annotation;
  return "link" in data ? data.link : null;
};

const WORK: ReadonlySet<string> = new Set<Command["type"]>([
  "add_annotation",
  "change_annotation",
  "remove_annotation",
  "add_link",
  "change_link",
  "remove_link",
  "set_document_label",
  "clear_document_label",
  "reject_suggestion",
  "reoffer_suggestion",
  "finish_set",
  "reopen_set",
]);

const isWork = (command: { readonly type: string }): command is Command => WORK.has(command.type);
