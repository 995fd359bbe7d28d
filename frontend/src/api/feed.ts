/**
 * The live feed of one document: server-sent events while they work, polling while they do not.
 *
 * A browser opens few connections to one origin, so the tabs that show the same document share one: the tab that holds
 * the lock reads and tells the others over a channel. A tab that nobody looks at gives the connection up.
 */

import type { Id, LogEvent } from "../document/model";
import type { SseMessage } from "./sse";
import { createSseParser } from "./sse";
import type { Role } from "./types";

export type FeedStatus = "live" | "polling" | "offline";

export interface FeedOptions {
  readonly project: Id;
  /** Null: nothing of the log, only who is in the project and what concerns one. */
  readonly document: Id | null;
  /** Position and epoch of the state on the screen. */
  readonly after: number;
  readonly epoch: string;
  /** In order of position, perhaps with doubles. */
  readonly onEvents: (events: readonly LogEvent[]) => void;
  readonly onStatus: (status: FeedStatus) => void;
  /** The log is another one (restored from a backup): read the document anew and open a new feed. */
  readonly onReload: (epoch: string) => void;
  /** The server says no: 401 not signed in, 403 or 404 no longer allowed. The feed has closed itself. */
  readonly onDenied: (status: number) => void;
  /** Who else is here, whenever that changes. */
  readonly onHere?: (here: Presence) => void;
  /** Somebody wrote a comment that concerns one. */
  readonly onNotice?: () => void;
}

/** Who else is in the project: by name whom one may know, others by role; `here`: in the same document. */
export interface Presence {
  readonly people: readonly {
    readonly account: Id;
    readonly name: string;
    readonly role: Role;
    readonly here: boolean;
  }[];
  readonly others: readonly { readonly role: Role; readonly here: boolean; readonly count: number }[];
}

export interface Feed {
  readonly status: FeedStatus;
  /** The last position that was told to the page. */
  readonly position: number;
  close(): void;
}

/** What the feed needs of the world; tests give their own. */
export interface FeedWorld {
  readonly fetch: typeof fetch;
  readonly locks: Pick<LockManager, "request"> | null;
  readonly channel: (name: string) => BroadcastChannel | null;
  /** Resolves after a time, or as soon as one of the signals aborts. */
  readonly sleep: (ms: number, signals: readonly AbortSignal[]) => Promise<void>;
  readonly now: () => number;
  readonly hidden: () => boolean;
  /** Calls back when the tab is shown or hidden, or the network comes back; answers how to stop. */
  readonly onWake: (listener: () => void) => () => void;
}

export const SILENCE = 35_000;
export const HELLO_WITHIN = 20_000;
const FAILURES = 3;
const FAILURES_WITHIN = 30_000;
const RETRY = 1_000;
const POLL_SHOWN = 2_000;
const POLL_HIDDEN = 10_000;
const TRY_LIVE_AGAIN = 60_000;
const HIDDEN_GRACE = 30_000;
const BEAT = 10_000;
const LEADER_LOST = 35_000;
const WATCH_EVERY = 5_000;
const PAGE = 500;

export const createFeed = (options: FeedOptions, world: FeedWorld = browser()): Feed => new SharedFeed(options, world);

interface Beat {
  readonly kind: "beat";
  readonly position: number;
  readonly status: FeedStatus;
  readonly epoch: string;
}

/** Everything after one position up to another: who has not come as far as `after` must catch up first. */
interface ToldEvents {
  readonly kind: "events";
  readonly after: number;
  readonly upTo: number;
  readonly events: readonly LogEvent[];
}

/** A tab that has just opened would like a beat. */
interface Ask {
  readonly kind: "ask";
}

/** What stands beside the log; `here` null: a comment concerns one. */
interface Aside {
  readonly kind: "aside";
  readonly here: Presence | null;
}

type Told = Beat | ToldEvents | Ask | Aside;

class Denied extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`HTTP ${status}`);
    this.status = status;
  }
}

class SharedFeed implements Feed {
  status: FeedStatus = "offline";
  position: number;
  private readonly options: FeedOptions;
  private readonly world: FeedWorld;
  private readonly channel: BroadcastChannel | null;
  private readonly closing = new AbortController();
  private readonly unwatch: () => void;
  private wakeUp = new AbortController();
  private leading = false;
  private catching: Promise<void> | null = null;
  private failures: number[] = [];
  private heard = 0;
  private here: Presence | null = null;

  constructor(options: FeedOptions, world: FeedWorld) {
    this.options = options;
    this.world = world;
    this.position = options.after;
    this.heard = world.now();
    this.channel = world.channel(this.name);
    this.channel?.addEventListener("message", this.hear);
    this.unwatch = world.onWake(() => this.wake());
    this.tell({ kind: "ask" });
    void this.compete();
    void this.follow();
  }

  close(): void {
    if (this.closed) return;
    this.closing.abort();
    this.wakeUp.abort();
    this.unwatch();
    this.channel?.close();
  }

  private get name(): string {
    return `palimpsest-feed/${this.options.project}/${this.options.document}`;
  }

  private get closed(): boolean {
    return this.closing.signal.aborted;
  }

  // --- who reads -----------------------------------------------------------------------------------------------

  /** Waits for the lock while the tab is shown, reads while it holds it, lets go when the tab is hidden for long. */
  private async compete(): Promise<void> {
    while (!this.closed) {
      if (this.world.hidden()) await this.rest(HIDDEN_GRACE);
      else await this.hold().catch(() => this.rest(RETRY));
    }
  }

  private async hold(): Promise<void> {
    if (!this.world.locks) return this.lead();
    await this.world.locks.request(this.name, { signal: this.closing.signal }, () => this.lead());
  }

  private async lead(): Promise<void> {
    this.leading = true;
    try {
      await this.read();
    } catch (error) {
      if (!(error instanceof Denied)) throw error;
      this.close();
      this.options.onDenied(error.status);
    } finally {
      this.leading = false;
    }
  }

  private async read(): Promise<void> {
    let hiddenSince: number | null = null;
    const abandoned = (): boolean => {
      hiddenSince = this.world.hidden() ? (hiddenSince ?? this.world.now()) : null;
      return this.closed || (hiddenSince !== null && this.world.now() - hiddenSince >= HIDDEN_GRACE);
    };
    const beats = this.beat();
    while (!abandoned()) {
      if (this.tooManyFailures()) await this.poll(TRY_LIVE_AGAIN, abandoned);
      else await this.listen(abandoned);
    }
    await beats.stop();
  }

  /** Tells the other tabs that somebody reads, and how far. */
  private beat(): { stop(): Promise<void> } {
    const stop = new AbortController();
    const signal = eitherOf(stop.signal, this.closing.signal);
    const run = async (): Promise<void> => {
      while (!signal.aborted) {
        this.tellBeat();
        await this.world.sleep(BEAT, [signal]);
      }
    };
    const running = run();
    const end = (): Promise<void> => {
      stop.abort();
      return running;
    };
    return { stop: end };
  }

  /** A tab that does not read: hears the reader, and asks by itself when the reader is silent or ahead of it. */
  private async follow(): Promise<void> {
    while (!this.closed) {
      await this.rest(this.world.hidden() ? POLL_HIDDEN : BEAT);
      if (this.closed || this.leading || this.world.now() - this.heard < LEADER_LOST) continue;
      await this.catchUp().then(
        () => this.become("polling"),
        (error: unknown) => this.troubled(error),
      );
    }
  }

  private readonly hear = ({ data }: MessageEvent<Told>): void => {
    if (this.leading) {
      if (data.kind !== "ask") return;
      this.tellBeat();
      if (this.here) this.tell({ kind: "aside", here: this.here });
      return;
    }
    if (data.kind === "ask") return;
    if (data.kind === "aside") {
      this.giveAside(data.here);
      return;
    }
    this.heard = this.world.now();
    if (data.kind === "beat") this.hearBeat(data);
    else if (data.after <= this.position) this.give(data.events, data.upTo);
    else void this.catchUp().catch((error: unknown) => this.troubled(error));
  };

  private hearBeat({ epoch, status, position }: Beat): void {
    if (epoch !== this.options.epoch) {
      this.reload(epoch);
      return;
    }
    this.become(status);
    if (position <= this.position) return;
    void this.catchUp().then(
      () => this.give([], position),
      (error: unknown) => this.troubled(error),
    );
  }

  // --- how it is read ------------------------------------------------------------------------------------------

  /** One connection, until it breaks, falls silent or is abandoned. */
  private async listen(abandoned: () => boolean): Promise<void> {
    const breaking = new AbortController();
    const signal = eitherOf(breaking.signal, this.closing.signal);
    const watch = { byte: this.world.now(), hello: false, opened: this.world.now() };
    const dog = this.guard(watch, signal, breaking, abandoned);
    try {
      await this.stream(watch, signal);
      this.failed();
    } catch (error) {
      if (error instanceof Denied) throw error;
      this.failed();
      if (!abandoned()) this.become("offline");
    } finally {
      breaking.abort();
      await dog;
    }
    if (!abandoned()) await this.rest(RETRY);
  }

  private async stream(watch: Watch, signal: AbortSignal): Promise<void> {
    const { project, document } = this.options;
    const what = document === null ? "quiet=true" : `document=${document}`;
    const url = `/api/v1/projects/${project}/feed?${what}&after=${this.position}`;
    const headers = { Accept: "text/event-stream", "Last-Event-ID": String(this.position) };
    const response = await this.world.fetch(url, { headers, credentials: "same-origin", cache: "no-store", signal });
    check(response);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const decoder = new TextDecoder();
    const parser = createSseParser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      watch.byte = this.world.now();
      this.take(parser.push(decoder.decode(value, { stream: true })), watch);
    }
  }

  /** What came in one piece is told in one piece. */
  private take(messages: readonly SseMessage[], watch: Watch): void {
    const events: LogEvent[] = [];
    for (const message of messages) {
      if (message.event === "event") events.push(JSON.parse(message.data) as LogEvent);
      if (message.event === "here") this.hearAside(JSON.parse(message.data) as Presence);
      if (message.event === "notice") this.hearAside(null);
      if (message.event !== "hello") continue;
      watch.hello = true;
      const { epoch } = JSON.parse(message.data) as { epoch: string };
      if (epoch !== this.options.epoch) {
        this.reload(epoch);
        return;
      }
      this.become("live");
    }
    // An id without an event tells of work elsewhere, which a new connection need not look at again.
    this.pass(events, Number(messages.at(-1)?.id ?? 0));
  }

  /** Breaks a connection over which nothing comes: a dead network, or a proxy that holds everything back. */
  private async guard(
    watch: Watch,
    signal: AbortSignal,
    breaking: AbortController,
    abandoned: () => boolean,
  ): Promise<void> {
    while (!signal.aborted) {
      await this.world.sleep(WATCH_EVERY, [signal]);
      const now = this.world.now();
      const heldBack = !watch.hello && now - watch.opened >= HELLO_WITHIN;
      if (heldBack || now - watch.byte >= SILENCE || abandoned()) breaking.abort();
    }
  }

  private async poll(forMs: number, abandoned: () => boolean): Promise<void> {
    const until = this.world.now() + forMs;
    while (!abandoned() && this.world.now() < until) {
      await this.catchUp().then(
        () => this.become("polling"),
        (error: unknown) => this.troubled(error),
      );
      await this.rest(this.world.hidden() ? POLL_HIDDEN : POLL_SHOWN);
    }
    this.failures = [];
  }

  /** Everything after our position, page by page; one reading at a time. */
  private catchUp(): Promise<void> {
    this.catching ??= this.readOn().finally(() => {
      this.catching = null;
    });
    return this.catching;
  }

  private async readOn(): Promise<void> {
    const { project, document } = this.options;
    if (document === null) return;
    for (;;) {
      const url = `/api/v1/projects/${project}/events?document=${document}&after=${this.position}&limit=${PAGE}`;
      const signal = eitherOf(this.closing.signal, AbortSignal.timeout(SILENCE));
      const response = await this.world.fetch(url, { credentials: "same-origin", cache: "no-store", signal });
      check(response);
      const { results } = (await response.json()) as { results: readonly LogEvent[] };
      this.pass(results);
      if (results.length < PAGE || this.closed) return;
    }
  }

  private troubled(error: unknown): void {
    if (error instanceof Denied) {
      this.close();
      this.options.onDenied(error.status);
    } else this.become("offline");
  }

  private failed(): void {
    const now = this.world.now();
    this.failures = [...this.failures.filter((at) => now - at < FAILURES_WITHIN), now];
  }

  private tooManyFailures(): boolean {
    return this.failures.length >= FAILURES;
  }

  // --- telling -------------------------------------------------------------------------------------------------

  /** For this page and, when this tab reads for all, for the others. */
  private pass(events: readonly LogEvent[], upTo = 0): void {
    const after = this.position;
    this.give(events, upTo);
    if (this.leading && this.position > after) this.tell({ kind: "events", after, upTo: this.position, events });
  }

  private give(events: readonly LogEvent[], upTo = 0): void {
    const fresh = events.filter((event) => event.position > this.position);
    this.position = Math.max(this.position, upTo, fresh.at(-1)?.position ?? 0);
    if (fresh.length > 0 && !this.closed) this.options.onEvents(fresh);
  }

  private reload(epoch: string): void {
    this.tell({ kind: "beat", position: 0, status: this.status, epoch });
    this.close();
    this.options.onReload(epoch);
  }

  private become(status: FeedStatus): void {
    if (status === this.status || this.closed) return;
    this.status = status;
    this.options.onStatus(status);
    if (this.leading) this.tellBeat();
  }

  private tellBeat(): void {
    this.tell({ kind: "beat", position: this.position, status: this.status, epoch: this.options.epoch });
  }

  private hearAside(here: Presence | null): void {
    this.giveAside(here);
    this.tell({ kind: "aside", here });
  }

  private giveAside(here: Presence | null): void {
    if (here === null) this.options.onNotice?.();
    else {
      this.here = here;
      this.options.onHere?.(here);
    }
  }

  private tell(told: Told): void {
    if (!this.closed) this.channel?.postMessage(told);
  }

  private rest(ms: number): Promise<void> {
    return this.world.sleep(ms, [this.wakeUp.signal, this.closing.signal]);
  }

  private wake(): void {
    this.wakeUp.abort();
    this.wakeUp = new AbortController();
  }
}

type Watch = { byte: number; hello: boolean; readonly opened: number };

const check = (response: Response): void => {
  if ([401, 403, 404].includes(response.status)) throw new Denied(response.status);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
};

/** AbortSignal.any, which browsers of 2023 lack. */
const eitherOf = (a: AbortSignal, b: AbortSignal): AbortSignal => {
  const either = new AbortController();
  const stop = (): void => either.abort();
  for (const signal of [a, b]) {
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true, signal: either.signal });
  }
  return either.signal;
};

const browser = (): FeedWorld => ({
  fetch: (...args) => fetch(...args),
  locks: navigator.locks ?? null,
  channel: (name) => (typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(name)),
  sleep,
  now: Date.now,
  hidden: () => document.visibilityState === "hidden",
  onWake: (listener) => {
    document.addEventListener("visibilitychange", listener);
    window.addEventListener("online", listener);
    return () => {
      document.removeEventListener("visibilitychange", listener);
      window.removeEventListener("online", listener);
    };
  },
});

const sleep = (ms: number, signals: readonly AbortSignal[]): Promise<void> =>
  new Promise((resolve) => {
    const over = new AbortController();
    const stop = (): void => {
      clearTimeout(timer);
      over.abort();
      resolve();
    };
    const timer = setTimeout(stop, ms);
    for (const signal of signals) {
      if (signal.aborted) stop();
      // Signals outlive many sleeps: they must not keep each of them.
      signal.addEventListener("abort", stop, { signal: over.signal });
    }
  });
