import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { newId } from "../document/ids";
import type { LogEvent } from "../document/model";
import { ALICE, anAnnotation, createServer, DOCUMENT, type FakeServer, PROJECT } from "../document/testing/server";
import type { Feed, FeedOptions, FeedStatus, FeedWorld } from "./feed";
import { createFeed } from "./feed";

/** A connection that the test writes into. */
interface Line {
  readonly url: string;
  say(text: string): void;
  breakOff(): void;
  end(): void;
  readonly open: boolean;
}

interface Air {
  readonly lines: Line[];
  readonly polls: string[];
  /** What the feed's address answers; a number is a refusal, null a dead network. */
  feed: "open" | number | null;
  events: "fine" | number | null;
  hidden: boolean;
  wake(): void;
  readonly world: FeedWorld;
}

const air = (server: FakeServer, locks: FeedWorld["locks"] = null, channelName: string | null = null): Air => {
  const wakers = new Set<() => void>();
  const state: Air = {
    lines: [],
    polls: [],
    feed: "open",
    events: "fine",
    hidden: false,
    wake: () => {
      for (const waker of [...wakers]) waker();
    },
    world: {
      fetch: (async (url: string, init: RequestInit) =>
        url.includes("/feed?") ? connect(state, url, init) : poll(state, server, url)) as unknown as typeof fetch,
      locks,
      channel: () => (channelName ? new BroadcastChannel(channelName) : null),
      sleep: (ms, signals) =>
        new Promise((resolve) => {
          const timer = setTimeout(resolve, ms);
          const stop = (): void => {
            clearTimeout(timer);
            resolve();
          };
          for (const signal of signals) {
            if (signal.aborted) stop();
            signal.addEventListener("abort", stop, { once: true });
          }
        }),
      now: () => Date.now(),
      hidden: () => state.hidden,
      onWake: (listener) => {
        wakers.add(listener);
        return () => void wakers.delete(listener);
      },
    },
  };
  return state;
};

function connect(state: Air, url: string, { signal }: RequestInit): Response {
  if (state.feed === null) throw new TypeError("no network");
  if (state.feed !== "open") return new Response("{}", { status: state.feed });
  let open = true;
  let out: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      out = controller;
    },
  });
  const shut = (how: () => void) => (): void => {
    if (open) how();
    open = false;
  };
  signal?.addEventListener(
    "abort",
    shut(() => out.error(new DOMException("", "AbortError"))),
  );
  state.lines.push({
    url,
    say: (text) => out.enqueue(new TextEncoder().encode(text)),
    breakOff: shut(() => out.error(new TypeError("broken"))),
    end: shut(() => out.close()),
    get open() {
      return open;
    },
  });
  return new Response(body, { status: 200 });
}

function poll(state: Air, server: FakeServer, url: string): Response {
  state.polls.push(url);
  if (state.events === null) throw new TypeError("no network");
  if (state.events !== "fine") return new Response("{}", { status: state.events });
  const after = Number(new URL(url, "http://x").searchParams.get("after"));
  return Response.json({
    results: server.log.filter((event) => event.position > after),
    next: null,
    head: server.head,
  });
}

const HELLO = 'event: hello\ndata: {"epoch":"e1","position":0}\n\n';
const wire = (event: LogEvent): string => `id: ${event.position}\nevent: event\ndata: ${JSON.stringify(event)}\n\n`;
const positions = (told: readonly LogEvent[]): readonly number[] => told.map((event) => event.position);

interface Told {
  readonly events: LogEvent[];
  readonly statuses: FeedStatus[];
  readonly reloads: string[];
  readonly denials: number[];
  readonly feed: Feed;
}

const open: Feed[] = [];

const listen = (world: FeedWorld, options: Partial<FeedOptions> = {}): Told => {
  const told = {
    events: [] as LogEvent[],
    statuses: [] as FeedStatus[],
    reloads: [] as string[],
    denials: [] as number[],
  };
  const feed = createFeed(
    {
      ...{ project: PROJECT, document: DOCUMENT, after: 0, epoch: "e1" },
      onEvents: (events) => told.events.push(...events),
      onStatus: (status) => told.statuses.push(status),
      onReload: (epoch) => told.reloads.push(epoch),
      onDenied: (status) => told.denials.push(status),
      ...options,
    },
    world,
  );
  open.push(feed);
  return { ...told, feed };
};

const serverWith = (count: number): FakeServer => {
  const server = createServer();
  for (let k = 0; k < count; k += 1) more(server);
  return server;
};
const more = (server: FakeServer): void =>
  void server.handle(ALICE, [{ id: newId(), type: "add_annotation", data: anAnnotation([[0, 4]], "Isis") }]);
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const lastLine = (state: Air): Line => state.lines.at(-1) as Line;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  for (const feed of open.splice(0)) feed.close();
  vi.useRealTimers();
});

describe("the feed", () => {
  test("tells events as they come, once each, and is live from the first word", async () => {
    const server = serverWith(3);
    const state = air(server);
    const { events, statuses } = listen(state.world);
    await pass(0);
    lastLine(state).say(HELLO);
    for (const event of [...server.log, ...server.log]) lastLine(state).say(wire(event));
    await pass(0);
    expect(positions(events)).toEqual([1, 2, 3]);
    expect(statuses).toEqual(["live"]);
  });

  test("goes on after a cut where it was", async () => {
    const server = serverWith(2);
    const state = air(server);
    const { events, feed } = listen(state.world);
    await pass(0);
    lastLine(state).say(HELLO + wire(server.log[0] as LogEvent));
    await pass(0);
    lastLine(state).breakOff();
    await pass(1_000);
    expect(lastLine(state).url).toContain("after=1");
    lastLine(state).say(HELLO + wire(server.log[1] as LogEvent));
    await pass(0);
    expect(positions(events)).toEqual([1, 2]);
    expect(feed.status).toBe("live");
  });

  test("need not look again at what happened elsewhere", async () => {
    const state = air(createServer());
    listen(state.world);
    await pass(0);
    lastLine(state).say(`${HELLO}: alive\nid: 41\n\n`);
    await pass(0);
    lastLine(state).end();
    await pass(1_000);
    expect(lastLine(state).url).toContain("after=41");
  });

  test("stays connected as long as it hears the heart beat, and gives up on silence", async () => {
    const state = air(createServer());
    listen(state.world);
    await pass(0);
    lastLine(state).say(HELLO);
    for (let n = 0; n < 10; n += 1) {
      await pass(15_000);
      lastLine(state).say(": alive\n\n");
    }
    expect(state.lines.length).toBe(1);
    await pass(45_000);
    expect(state.lines.length).toBe(2);
  });

  test("polls after three failures in half a minute, and tries again each minute", async () => {
    const server = serverWith(2);
    const state = air(server);
    state.feed = null;
    const { events, feed } = listen(state.world);
    await pass(5_000);
    expect(feed.status).toBe("polling");
    expect(positions(events)).toEqual([1, 2]);
    more(server);
    await pass(2_000);
    expect(positions(events)).toEqual([1, 2, 3]);
    state.feed = "open";
    await pass(61_000);
    lastLine(state).say(HELLO);
    await pass(0);
    expect(feed.status).toBe("live");
  });

  test("gives up on a proxy that holds everything back", async () => {
    const server = serverWith(1);
    const state = air(server);
    const { feed, events } = listen(state.world);
    await pass(90_000);
    expect(feed.status).not.toBe("live");
    expect(positions(events).length + state.lines.length).toBeGreaterThan(2);
  });

  test("says that there is no network, and recovers", async () => {
    const server = serverWith(1);
    const state = air(server);
    Object.assign(state, { feed: null, events: null });
    const { feed, events } = listen(state.world);
    await pass(10_000);
    expect(feed.status).toBe("offline");
    state.events = "fine";
    await pass(3_000);
    expect(feed.status).toBe("polling");
    expect(positions(events)).toEqual([1]);
  });

  test("asks for the document anew when the log is another one", async () => {
    const state = air(createServer());
    const { reloads } = listen(state.world);
    await pass(0);
    lastLine(state).say('event: hello\ndata: {"epoch":"e2","position":0}\n\n');
    await pass(0);
    expect(reloads).toEqual(["e2"]);
    expect(lastLine(state).open).toBe(false);
  });

  test.each([401, 403, 404])("ends when the server says %i", async (status) => {
    const state = air(createServer());
    state.feed = status;
    const { denials } = listen(state.world);
    await pass(60_000);
    expect(denials).toEqual([status]);
    expect(state.polls).toEqual([]);
  });

  test("gives its connection up when nobody looks for long, and asks now and then", async () => {
    const server = createServer();
    const state = air(server);
    const { events } = listen(state.world);
    await pass(0);
    lastLine(state).say(HELLO);
    state.hidden = true;
    await pass(40_000);
    expect(lastLine(state).open).toBe(false);
    more(server);
    await pass(60_000);
    expect(positions(events)).toEqual([1]);
    state.hidden = false;
    state.wake();
    await pass(0);
    expect(state.lines.length).toBe(2);
  });
});

describe("tabs that show the same document", () => {
  /** One lock for all, given in turn. */
  const lock = (): FeedWorld["locks"] => {
    let tail: Promise<unknown> = Promise.resolve();
    const request = (
      _: string,
      { signal }: { signal: AbortSignal },
      work: () => Promise<unknown>,
    ): Promise<unknown> => {
      const next = tail.then(() => (signal.aborted ? undefined : work()));
      tail = next.catch(() => {});
      return next;
    };
    return { request } as unknown as LockManager;
  };
  const settle = async (): Promise<void> => {
    // Messages between tabs do not run on the timers of the test.
    vi.useRealTimers();
    await new Promise((resolve) => setTimeout(resolve, 20));
    vi.useFakeTimers();
  };

  test("share one connection, and the next one takes it over", async () => {
    const server = serverWith(2);
    const [shared, name] = [lock(), newId()];
    const [one, two] = [air(server, shared, name), air(server, shared, name)];
    const first = listen(one.world);
    await pass(0);
    lastLine(one).say(HELLO);
    await pass(0);
    const second = listen(two.world);
    await settle();
    expect(second.feed.status).toBe("live");
    lastLine(one).say(wire(server.log[0] as LogEvent));
    await pass(0);
    await settle();
    expect([positions(first.events), positions(second.events)]).toEqual([[1], [1]]);
    expect(two.lines).toEqual([]);
    first.feed.close();
    await pass(0);
    expect(lastLine(two).url).toContain("after=1");
  });

  test("a late comer catches up before it goes on", async () => {
    const server = serverWith(3);
    const [shared, name] = [lock(), newId()];
    const [one, two] = [air(server, shared, name), air(server, shared, name)];
    listen(one.world);
    await pass(0);
    lastLine(one).say(HELLO + wire(server.log[0] as LogEvent) + wire(server.log[1] as LogEvent));
    await pass(0);
    await settle();
    const second = listen(two.world);
    lastLine(one).say(wire(server.log[2] as LogEvent));
    await pass(0);
    await settle();
    await pass(0);
    expect(positions(second.events)).toEqual([1, 2, 3]);
    expect(two.polls.length).toBe(1);
  });
});
