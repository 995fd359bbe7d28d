import "fake-indexeddb/auto";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import * as edits from "../document/edits";
import { touches } from "../document/fold";
import { newId } from "../document/ids";
import { fromView } from "../document/model";
import { indexText } from "../document/offsets";
import { ALICE, anAnnotation, BOB, createServer, DOCUMENT, type FakeServer, PROJECT } from "../document/testing/server";
import type { NewEntry, Outbox, OutboxChange, OutboxWorld, Problem, Reply, Send } from "./outbox";
import { createOutbox } from "./outbox";
import type { OutboxDb } from "./outbox-db";
import { memoryDb, openOutboxDb } from "./outbox-db";

type Weather = "fine" | "cut" | "lost" | "busy" | "signin" | "denied";

/** A network that does as it is told, request by request; after that it is fine. */
interface Net {
  readonly weather: Weather[];
  readonly requests: Parameters<Send>[0][];
  readonly send: Send;
}

const REFUSED: Problem = { type: "about:blank", title: "No", status: 400, detail: "" };

const netTo = (server: FakeServer, weather: Weather[] = []): Net => {
  const requests: Parameters<Send>[0][] = [];
  const send: Send = async (request) => {
    requests.push(request);
    const now = weather.shift() ?? "fine";
    if (now === "cut") throw new TypeError("no network");
    if (now === "busy") return { kind: "busy" };
    if (now === "signin") return { kind: "signin" };
    if (now === "denied") return { kind: "refused", problem: REFUSED };
    const outcomes = server.handle(request.account, request.commands);
    if (now === "lost") throw new TypeError("the answer was lost");
    return { kind: "ok", position: server.head, outcomes } satisfies Reply;
  };
  return { weather, requests, send };
};

const open: Outbox[] = [];
afterEach(() => {
  for (const outbox of open.splice(0)) outbox.close();
});

const outboxOn = (net: Net, world: Partial<OutboxWorld> = {}): Outbox => {
  const outbox = createOutbox({
    open: async () => memoryDb(),
    send: net.send,
    locks: null,
    channel: () => null,
    sleep: () => new Promise((resolve) => setTimeout(resolve, 0)),
    random: () => 0,
    now: () => 0,
    ...world,
  });
  open.push(outbox);
  return outbox;
};

/** Until nothing waits any more, or a person must act. */
const quiet = async (outbox: Outbox): Promise<void> => {
  await outbox.ready;
  for (let n = 0; n < 400; n += 1) {
    const { state, unsent } = outbox.status();
    if (unsent === 0 || state === "signin") return;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  throw new Error(`still waiting: ${JSON.stringify(outbox.status())}`);
};

const adding = (annotation: string = newId()): NewEntry => ({
  touches: [annotation],
  project: PROJECT,
  stream: "set/d1",
  base: 0,
  command: {
    id: newId(),
    type: "add_annotation",
    document: DOCUMENT,
    data: anAnnotation([[0, 4]], "Isis", "actor", annotation),
  },
});

const changing = (annotation: string, label: string, base = 0): NewEntry => ({
  ...adding(annotation),
  base,
  command: {
    id: newId(),
    type: "change_annotation",
    document: DOCUMENT,
    data: anAnnotation([[0, 4]], "Isis", label, annotation),
  },
});

const commandsIn = (server: FakeServer): readonly string[] => server.log.map((event) => event.command);
const idsOf = (entries: readonly NewEntry[]): readonly string[] => entries.map(({ command }) => command.id);

describe("the outbox", () => {
  test("sends what it is given, in order, and is empty after", async () => {
    const server = createServer();
    const outbox = outboxOn(netTo(server));
    outbox.signedIn(ALICE);
    const entries = [adding(), adding(), adding()];
    for (const entry of entries) void outbox.add([entry]);
    expect(outbox.status()).toMatchObject({ unsent: 3, state: "sending" });
    await quiet(outbox);
    expect(commandsIn(server)).toEqual(idsOf(entries));
    expect(outbox.status()).toMatchObject({ state: "saved", unsent: 0, savedPosition: 3, durable: false });
  });

  test("sends at most fifty at once, and one request at a time", async () => {
    const net = netTo(createServer());
    const outbox = outboxOn(net);
    outbox.signedIn(ALICE);
    await outbox.add(Array.from({ length: 120 }, () => adding()));
    await quiet(outbox);
    expect(net.requests.map(({ commands }) => commands.length)).toEqual([50, 50, 20]);
  });

  test("does everything once, in order, whatever the network does", async () => {
    const weathers = fc.array(fc.constantFrom<Weather>("fine", "cut", "lost", "busy"), { maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(weathers, fc.integer({ min: 1, max: 12 }), async (weather, count) => {
        const server = createServer();
        const outbox = outboxOn(netTo(server, [...weather]));
        outbox.signedIn(ALICE);
        const entries = Array.from({ length: count }, () => adding());
        for (const entry of entries) void outbox.add([entry]);
        await quiet(outbox);
        expect(commandsIn(server)).toEqual(idsOf(entries));
        expect(outbox.entries()).toEqual([]);
        outbox.close();
      }),
      { numRuns: 60 },
    );
  });

  test("never lets one's own edits clash with each other, whatever the network does", async () => {
    const weathers = fc.array(fc.constantFrom<Weather>("fine", "cut", "lost", "busy"), { maxLength: 15 });
    await fc.assert(
      fc.asyncProperty(weathers, fc.array(fc.boolean(), { maxLength: 12 }), async (weather, pauses) => {
        const server = createServer();
        const outbox = outboxOn(netTo(server, [...weather]));
        outbox.signedIn(ALICE);
        void outbox.add([adding("a")]);
        // Always with the base that the page had at first: its echoes never come.
        for (const [k, pause] of pauses.entries()) {
          void outbox.add([changing("a", k % 2 === 0 ? "claim" : "actor")]);
          if (pause) await new Promise((resolve) => setTimeout(resolve, 0));
        }
        await quiet(outbox);
        expect(outbox.entries()).toEqual([]);
        expect(server.log.length).toBe(1 + pauses.length);
        const labels = pauses.map((_, k) => (k % 2 === 0 ? "claim" : "actor"));
        expect(server.log.map(({ data }) => data.label)).toEqual(["actor", ...labels]);
        outbox.close();
      }),
      { numRuns: 60 },
    );
  });

  test("keeps a clash with somebody else as a card, and goes on with the rest", async () => {
    const server = createServer({ shared: true });
    server.handle(BOB, [{ ...adding("a").command }]);
    server.handle(BOB, [{ ...changing("a", "claim").command }]);
    const outbox = outboxOn(netTo(server));
    const changes: OutboxChange[] = [];
    outbox.subscribe((change) => changes.push(change));
    outbox.signedIn(ALICE);
    const [mine, other] = [changing("a", "location", 1), adding("b")];
    await outbox.add([mine, other]);
    await quiet(outbox);
    expect(outbox.entries()).toMatchObject([{ id: mine.command.id, state: "conflict", since: [{ author: BOB }] }]);
    expect(outbox.status()).toMatchObject({ cards: 1, unsent: 0, state: "saved" });
    expect(changes.map(({ kind }) => kind)).toEqual(["queued", "rejected", "settled"]);
    await outbox.discard(mine.command.id);
    expect(outbox.status().cards).toBe(0);
  });

  test("stops at a closed door and goes on after the sign-in, with nothing lost", async () => {
    const server = createServer();
    const outbox = outboxOn(netTo(server, ["signin"]));
    outbox.signedIn(ALICE);
    await outbox.add([adding()]);
    await quiet(outbox);
    expect(outbox.status()).toMatchObject({ state: "signin", unsent: 1 });
    await outbox.add([adding()]);
    expect(server.log.length).toBe(0);
    outbox.signedIn(ALICE);
    await quiet(outbox);
    expect(server.log.length).toBe(2);
  });

  test("never sends what somebody else left on the device", async () => {
    const server = createServer();
    const db = memoryDb();
    const first = outboxOn(netTo(server, ["signin"]), { open: async () => db });
    first.signedIn(BOB);
    await first.add([adding()]);
    await quiet(first);
    const second = outboxOn(netTo(server), { open: async () => db });
    second.signedIn(ALICE);
    await second.add([adding()]);
    await quiet(second);
    expect(server.log.map(({ author }) => author)).toEqual([ALICE]);
    expect(second.status()).toMatchObject({ others: 1, unsent: 0 });
    expect(second.foreign()).toMatchObject([{ account: BOB }]);
    second.signedIn(BOB);
    await quiet(second);
    expect(server.log.map(({ author }) => author)).toEqual([ALICE, BOB]);
  });

  test("finds the one command that the server refuses to read, and lets the others through", async () => {
    const server = createServer();
    const net = netTo(server);
    const bad = adding();
    const picky: Send = async (request) =>
      request.commands.some(({ id }) => id === bad.command.id)
        ? { kind: "refused", problem: REFUSED }
        : net.send(request);
    const outbox = outboxOn({ ...net, send: picky });
    outbox.signedIn(ALICE);
    const [before, after] = [adding(), adding()];
    await outbox.add([before, bad, after]);
    await quiet(outbox);
    expect(commandsIn(server)).toEqual(idsOf([before, after]));
    expect(outbox.entries()).toMatchObject([{ id: bad.command.id, state: "refused", problem: REFUSED }]);
  });

  test("lets other documents pass when the server chokes on one", async () => {
    const server = createServer();
    const net = netTo(server);
    const stuck = { ...adding(), command: { ...adding().command, document: "d2" } };
    let chokes = 12;
    const choking: Send = async (request) => {
      if (!request.commands.some(({ id }) => id === stuck.command.id) || chokes === 0) return net.send(request);
      chokes -= 1;
      return { kind: "busy" };
    };
    const outbox = outboxOn({ ...net, send: choking });
    const states = new Set<string>();
    outbox.onStatus(({ state }) => states.add(state));
    outbox.signedIn(ALICE);
    const free = adding();
    await outbox.add([stuck, free]);
    await quiet(outbox);
    expect(commandsIn(server)).toEqual(idsOf([free, stuck]));
    expect(states).toContain("blocked");
  });

  test("takes an id that the server knows with another base for what it is: done", async () => {
    const server = createServer();
    const outbox = outboxOn({
      ...netTo(server),
      send: async ({ commands }) => ({
        kind: "ok",
        position: 0,
        outcomes: commands.map(({ id }) => ({
          ...{ id, status: "refused", first: null, last: null, version: null, since: [] },
          problem: { ...REFUSED, type: "urn:palimpsest:command-id-reused", status: 422 },
        })),
      }),
    });
    outbox.signedIn(ALICE);
    await outbox.add([adding()]);
    await quiet(outbox);
    expect(outbox.entries()).toEqual([]);
  });

  test("takes nothing from nobody", async () => {
    await expect(outboxOn(netTo(createServer())).add([adding()])).rejects.toThrow();
  });

  test("goes on in memory when the database breaks, and says so", async () => {
    const server = createServer();
    const broken: OutboxDb = {
      ...memoryDb(),
      durable: true,
      add: async () => {
        throw new DOMException("full", "QuotaExceededError");
      },
    };
    const outbox = outboxOn(netTo(server), { open: async () => broken });
    outbox.signedIn(ALICE);
    await outbox.add([adding()]);
    await quiet(outbox);
    expect(server.log.length).toBe(1);
    expect(outbox.status().durable).toBe(false);
  });
});

test("a page that is being left sends what waits once more, in an order that holds", async () => {
  const server = createServer();
  const net = netTo(server, ["cut"]);
  const outbox = outboxOn(net, { sleep: () => new Promise(() => {}) });
  outbox.signedIn(ALICE);
  await outbox.add([adding("a"), changing("a", "claim"), adding("b")]);
  for (let n = 0; n < 20; n += 1) await new Promise((resolve) => setTimeout(resolve, 0));
  Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
  await new Promise((resolve) => setTimeout(resolve, 0));
  Reflect.deleteProperty(document, "visibilityState");
  expect(net.requests.at(-1)?.keepalive).toBe(true);
  expect(server.log.map(({ entity }) => entity)).toEqual(["a"]);
  expect(outbox.status()).toMatchObject({ unsent: 2 });
  outbox.wake();
  await quiet(outbox);
  expect(server.log.map(({ entity }) => entity)).toEqual(["a", "a", "b"]);
});

describe("over IndexedDB", () => {
  const name = (): string => `outbox-${newId()}`;

  test("nothing is lost when a tab dies at any moment", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom<Weather>("fine", "lost", "cut"), { maxLength: 6 }),
        fc.nat(8),
        async (weather, life) => {
          const server = createServer();
          const file = name();
          const entries = Array.from({ length: 4 }, (_, k) => (k === 0 ? adding("a") : changing("a", `l${k}`)));
          const first = outboxOn(netTo(server, [...weather]), { open: () => openOutboxDb(file) });
          first.signedIn(ALICE);
          for (const entry of entries) await first.add([entry]);
          for (let n = 0; n < life; n += 1) await new Promise((resolve) => setTimeout(resolve, 0));
          first.close();
          const second = outboxOn(netTo(server), { open: () => openOutboxDb(file) });
          await second.ready;
          second.signedIn(ALICE);
          await quiet(second);
          expect(commandsIn(server)).toEqual(idsOf(entries));
          expect(second.entries()).toEqual([]);
          second.close();
        },
      ),
      { numRuns: 25 },
    );
  });

  test("cards are there after a reload", async () => {
    const server = createServer();
    const file = name();
    const first = outboxOn(netTo(server, ["denied"]), { open: () => openOutboxDb(file) });
    first.signedIn(ALICE);
    const entry = adding();
    await first.add([entry]);
    await quiet(first);
    first.close();
    const second = outboxOn(netTo(server), { open: () => openOutboxDb(file) });
    second.signedIn(ALICE);
    await second.ready;
    expect(second.entries()).toMatchObject([{ id: entry.command.id, state: "refused", problem: REFUSED }]);
    expect(second.status().durable).toBe(true);
  });
});

describe("two tabs", () => {
  /** Locks and channels as browsers have them, for outboxes of one process. */
  const tabs = () => {
    let tail: Promise<unknown> = Promise.resolve();
    const request = (_: string, work: () => Promise<unknown>): Promise<unknown> => {
      const next = tail.then(work);
      tail = next.catch(() => {});
      return next;
    };
    const channelName = newId();
    const file = newId();
    return (net: Net): Outbox =>
      outboxOn(net, {
        open: () => openOutboxDb(file),
        locks: { request } as unknown as LockManager,
        channel: () => new BroadcastChannel(channelName),
      });
  };
  const until = async (done: () => boolean): Promise<void> => {
    for (let n = 0; n < 400 && !done(); n += 1) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(done()).toBe(true);
  };

  test("send one after the other and tell each other", async () => {
    const server = createServer();
    const tab = tabs();
    const [net, otherNet] = [netTo(server, ["cut"]), netTo(server)];
    const [one, two] = [tab(net), tab(otherNet)];
    const heard: string[] = [];
    two.subscribe((change) => heard.push(change.kind));
    for (const outbox of [one, two]) outbox.signedIn(ALICE);
    await Promise.all([one.ready, two.ready]);
    const entries = [adding("a"), changing("a", "claim"), changing("a", "actor")];
    await one.add([entries[0] as NewEntry]);
    await two.add([entries[1] as NewEntry]);
    await one.add([entries[2] as NewEntry]);
    await until(() => one.status().unsent === 0 && two.status().unsent === 0);
    expect(commandsIn(server)).toEqual(idsOf(entries));
    await until(() => heard.filter((kind) => kind === "settled").length === 3);
  });

  test("stop when another one signs in as somebody else", async () => {
    const server = createServer();
    const tab = tabs();
    const [one, two] = [tab(netTo(server)), tab(netTo(server))];
    await Promise.all([one.ready, two.ready]);
    one.signedIn(ALICE);
    await until(() => two.status().state === "signin");
    two.signedIn(BOB);
    await until(() => one.status().state === "signin");
    await one.add([adding()]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.log.length).toBe(0);
  });
});

test("an annotation made offline, changed and linked arrives as it was left", async () => {
  const server = createServer();
  const net = netTo(server, ["cut", "cut", "lost"]);
  const outbox = outboxOn(net);
  outbox.signedIn(ALICE);
  const state = fromView(server.view(ALICE), { account: ALICE, shared: false });
  const place = { state, index: indexText(state.text) };
  const [a, b] = ["a", "b"].map((annotation) =>
    edits.addAnnotation(place, { label: "actor", spans: [[0, 4]], annotation }),
  );
  const link = edits.addLink(place, { type: "target", from: "a", to: "b" });
  const commands = [a, b, link].flatMap((command) => command ?? []);
  await outbox.add(
    commands.map((command) => ({ project: PROJECT, stream: "set/d1", base: 0, command, touches: touches(command) })),
  );
  await quiet(outbox);
  expect(server.view(ALICE).sets[0]).toMatchObject({ annotations: [{ id: "a" }, { id: "b" }], links: [{ from: "a" }] });
});
