import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Outcome } from "../api/outbox";
import * as edits from "./edits";
import { newId } from "./ids";
import type { AnnotationSet, DocumentState, LogEvent } from "./model";
import { fromView, ownSet } from "./model";
import type { DocumentStore } from "./store";
import { createDocumentStore } from "./store";
import type { FakeQueue } from "./testing/queue";
import { createQueue } from "./testing/queue";
import { randomCommand } from "./testing/random";
import { ALICE, anAnnotation, BOB, createServer, DOCUMENT, type FakeServer, PROJECT } from "./testing/server";

interface Desk {
  readonly server: FakeServer;
  readonly queue: FakeQueue;
  readonly store: DocumentStore;
  readonly refetches: number;
  /** Lets waiting promises run. */
  rest(): Promise<void>;
}

const desk = (server = createServer(), { shared = false } = {}): Desk => {
  const queue = createQueue(ALICE);
  const count = { refetches: 0 };
  const store = createDocumentStore({
    project: PROJECT,
    view: server.view(ALICE),
    me: { account: ALICE, shared },
    outbox: queue,
    refetch: async () => {
      count.refetches += 1;
      return server.view(ALICE);
    },
    later: (work) => void Promise.resolve().then(work),
  });
  const rest = async (): Promise<void> => {
    for (let n = 0; n < 10; n += 1) await Promise.resolve();
  };
  return {
    ...{ server, queue, store, rest },
    get refetches() {
      return count.refetches;
    },
  };
};

const seen = (set: AnnotationSet): unknown => {
  const sorted = <T extends { id: string }>(rows: Iterable<T>): T[] => [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
  return [set.status, set.document_labels, set.version, sorted(set.annotations.values()), sorted(set.links.values())];
};
const whole = (state: DocumentState): unknown => [...state.sets].sort().map(([key, set]) => [key, seen(set)]);

/** Sends everything that waits, and answers at once. */
const send = ({ queue, server }: Desk, author = ALICE): readonly Outcome[] => {
  const outcomes = server.handle(author, queue.take(50));
  queue.settle(outcomes);
  return outcomes;
};

const add = ({ store }: Desk, start = 0, end = 4, annotation = newId()): string => {
  store.dispatch(edits.addAnnotation(store.place(), { label: "actor", spans: [[start, end]], annotation }));
  return annotation;
};

describe("a document on the screen", () => {
  test("shows an edit before anybody has heard of it", () => {
    const at = desk();
    const id = add(at);
    const { own, unsent, confirmed } = at.store.getSnapshot();
    expect(own.annotations.get(id)?.spans).toEqual([[0, 4]]);
    expect(unsent.has(id)).toBe(true);
    expect(ownSet(confirmed).annotations.size).toBe(0);
  });

  test("keeps showing it between the answer and the echo, and counts it as sent", () => {
    const at = desk();
    const id = add(at);
    send(at);
    expect(at.store.getSnapshot().unsent.size).toBe(0);
    expect(at.store.getSnapshot().own.annotations.has(id)).toBe(true);
    at.store.receive(at.server.log);
    expect(seen(at.store.getSnapshot().own)).toEqual(
      seen(ownSet(fromView(at.server.view(ALICE), { account: ALICE, shared: false }))),
    );
  });

  test("gives the same snapshot until something changes", () => {
    const at = desk();
    const before = at.store.getSnapshot();
    expect(at.store.getSnapshot()).toBe(before);
    at.store.select("x");
    expect(at.store.getSnapshot()).not.toBe(before);
  });

  test("does not send what changes nothing", () => {
    const at = desk();
    at.store.dispatch(edits.removeAnnotation(at.store.place(), "unknown"));
    expect(at.queue.waiting).toEqual([]);
  });

  test("drops doubles and reads the document again when events are missing", async () => {
    const at = desk();
    for (const n of [1, 2, 3]) at.server.handle(BOB, [bob(n)]);
    at.store.receive([at.server.log[0] as LogEvent]);
    at.store.receive([at.server.log[0] as LogEvent]);
    expect(at.refetches).toBe(0);
    at.store.receive([at.server.log[2] as LogEvent]);
    expect(at.store.getSnapshot().behind).toBe(true);
    await at.rest();
    expect(at.refetches).toBe(1);
    expect(at.store.getSnapshot().behind).toBe(false);
    expect(at.store.getSnapshot().confirmed.sets.get(BOB)?.annotations.size).toBe(3);
  });

  test("takes a jump in positions for what it is: work on other documents", () => {
    const at = desk();
    at.server.handle(BOB, [bob(1)]);
    at.server.elsewhere();
    at.server.handle(BOB, [bob(2)]);
    at.store.receive(at.server.log);
    expect(at.refetches).toBe(0);
    expect(at.store.getSnapshot().confirmed.sets.get(BOB)?.annotations.size).toBe(2);
  });

  test("reads again after a failure to read", async () => {
    const server = createServer();
    const queue = createQueue(ALICE);
    let fail = true;
    const store = createDocumentStore({
      ...{ project: PROJECT, view: server.view(ALICE), me: { account: ALICE, shared: false }, outbox: queue },
      refetch: async () => {
        if (!fail) return server.view(ALICE);
        fail = false;
        throw new Error("no network");
      },
      later: (work) => void Promise.resolve().then(work),
    });
    for (const n of [1, 2]) server.handle(BOB, [bob(n)]);
    store.receive([server.log[1] as LogEvent]);
    for (let n = 0; n < 20; n += 1) await Promise.resolve();
    expect(store.getSnapshot().behind).toBe(false);
    expect(store.getSnapshot().confirmed.sets.get(BOB)?.annotations.size).toBe(2);
  });

  test("takes up what an earlier visit left in the outbox", () => {
    const first = desk();
    const id = add(first);
    const again = createDocumentStore({
      ...{ project: PROJECT, view: first.server.view(ALICE), me: { account: ALICE, shared: false } },
      ...{ outbox: first.queue, refetch: async () => first.server.view(ALICE) },
    });
    expect(again.getSnapshot().own.annotations.has(id)).toBe(true);
    expect(again.getSnapshot().unsent.has(id)).toBe(true);
  });

  test("starts anew when the log is another one", () => {
    const at = desk();
    add(at);
    send(at);
    at.store.reset({ ...createServer().view(ALICE), epoch: "e2" });
    expect(at.store.getSnapshot().own.annotations.size).toBe(0);
  });
});

const bob = (n: number) => ({
  id: newId(),
  type: "add_annotation",
  data: anAnnotation([[0, 4]], "Isis", "actor", `b${n}`),
});

describe("a refused edit", () => {
  const clash = (): Desk & { id: string } => {
    const server = createServer({ shared: true });
    server.handle(BOB, [{ id: newId(), type: "add_annotation", data: anAnnotation([[0, 4]], "Isis", "actor", "x") }]);
    const at = desk(server, { shared: true });
    server.handle(BOB, [
      { id: newId(), type: "change_annotation", data: anAnnotation([[0, 4]], "Isis", "claim", "x") },
    ]);
    const row = at.store.getSnapshot().own.annotations.get("x");
    at.store.dispatch(edits.relabel(at.store.place(), row as never, "location"));
    const id = at.queue.waiting[0]?.id as string;
    send(at);
    at.store.receive(server.log);
    return Object.assign(at, { id });
  };

  test("becomes a card that shows what happened, and the screen shows what holds", () => {
    const at = clash();
    const { cards, own, canUndo } = at.store.getSnapshot();
    expect(cards).toMatchObject([{ id: at.id, kind: "conflict", since: [{ author: BOB, data: { label: "claim" } }] }]);
    expect(own.annotations.get("x")?.label).toBe("claim");
    expect(canUndo).toBe(false);
  });

  test("can be given again on what is there now", () => {
    const at = clash();
    expect(at.store.redoCard(at.id)).toBe(true);
    expect(at.store.getSnapshot().cards).toEqual([]);
    send(at);
    at.store.receive(at.server.log);
    expect(at.store.getSnapshot().own.annotations.get("x")?.label).toBe("location");
    expect(at.queue.entries()).toEqual([]);
  });

  test("can be thrown away", () => {
    const at = clash();
    at.store.discardCard(at.id);
    expect(at.store.getSnapshot().cards).toEqual([]);
    expect(at.queue.entries()).toEqual([]);
  });
});

describe("undo on the screen", () => {
  test("takes back what was not even sent, and does it again", () => {
    const at = desk();
    const id = add(at);
    expect(at.store.undo()).toBeNull();
    expect(at.store.getSnapshot().own.annotations.has(id)).toBe(false);
    expect(at.store.redo()).toBeNull();
    expect(at.store.getSnapshot().own.annotations.has(id)).toBe(true);
    for (const outcome of send(at)) expect(outcome.status).toBe("accepted");
    at.store.receive(at.server.log);
    expect(at.store.getSnapshot().own.annotations.has(id)).toBe(true);
    expect(at.store.getSnapshot()).toMatchObject({ canUndo: true, canRedo: false });
  });

  test("reaches back before this visit once the history is there", () => {
    const server = createServer();
    server.handle(ALICE, [
      { id: newId(), type: "add_annotation", data: anAnnotation([[0, 4]], "Isis", "actor", "old") },
    ]);
    const at = desk(server);
    expect(at.store.getSnapshot().canUndo).toBe(false);
    add(at);
    at.store.seed(server.log);
    expect([at.store.undo(), at.store.undo(), at.store.undo()]).toEqual([null, null, { kind: "nothing" }]);
    expect(at.store.getSnapshot().own.annotations.size).toBe(0);
  });
});

describe("whatever the order of answers, echoes and losses", () => {
  type Step = readonly [
    kind: "edit" | "send" | "lose" | "answer" | "feed" | "skip" | "bob" | "undo" | "redo",
    n: number,
  ];
  const step = fc.tuple(
    fc.constantFrom("edit", "edit", "edit", "send", "lose", "answer", "feed", "feed", "skip", "bob", "undo", "redo"),
    fc.nat(1_000_000),
  ) as fc.Arbitrary<Step>;

  const run = async (shared: boolean, steps: readonly Step[]): Promise<Desk> => {
    const at = desk(createServer({ shared }), { shared });
    const answers: (readonly Outcome[])[] = [];
    let fed = 0;
    for (const [kind, n] of steps) {
      if (kind === "edit") at.store.dispatch(randomCommand(at.store.place(), n));
      if (kind === "undo") at.store.undo();
      if (kind === "redo") at.store.redo();
      const free = answers.length === 0;
      if (kind === "send" && free) answers.push(at.server.handle(ALICE, at.queue.take(1 + (n % 3))));
      // The server did it, the answer never came, and it is asked again later.
      if (kind === "lose" && free) {
        const batch = at.queue.take(1);
        at.server.handle(ALICE, batch);
        answers.push(at.server.handle(ALICE, batch));
      }
      if (kind === "answer") at.queue.settle(answers.shift() ?? []);
      if (kind === "bob") {
        const state = fromView(at.server.view(BOB), { account: BOB, shared });
        at.server.handle(BOB, [randomCommand({ state, index: at.store.place().index }, n)]);
      }
      // Versions show a loss within a stream; the feed itself sees to it that no other stream loses anything.
      if (kind === "skip" && shared) fed = Math.min(at.server.log.length, fed + (n % 3));
      if (kind === "feed") {
        const upTo = Math.min(at.server.log.length, fed + 1 + (n % 4));
        at.store.receive(at.server.log.slice(Math.max(0, fed - (n % 2)), upTo));
        fed = upTo;
        await at.rest();
      }
    }
    // In the end everything gets through, in an order that keeps what waits behind in its place.
    while (answers.length > 0) at.queue.settle(answers.shift() ?? []);
    while (at.queue.waiting.length > 0) send(at);
    at.store.receive(at.server.log);
    await at.rest();
    return at;
  };

  test("in one's own set nothing is ever refused for one's own doing, and the page ends up with the log's state", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const at = await run(false, steps);
        const { visible, confirmed, cards, unsent, behind } = at.store.getSnapshot();
        expect(cards.filter(({ kind }) => kind === "conflict")).toEqual([]);
        expect(behind).toBe(false);
        expect(unsent.size).toBe(0);
        expect(whole(confirmed)).toEqual(whole(fromView(at.server.view(ALICE), { account: ALICE, shared: false })));
        expect(whole(visible)).toEqual(whole(confirmed));
      }),
      { numRuns: 200 },
    );
  });

  test("in a shared set every edit is in the log or on a card", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const at = await run(true, steps);
        const { visible, confirmed } = at.store.getSnapshot();
        expect(whole(confirmed)).toEqual(whole(fromView(at.server.view(ALICE), { account: ALICE, shared: true })));
        expect(whole(visible)).toEqual(whole(confirmed));
        expect(at.store.getSnapshot().cards.length).toBe(at.queue.entries(DOCUMENT).length);
      }),
      { numRuns: 200 },
    );
  });
});
