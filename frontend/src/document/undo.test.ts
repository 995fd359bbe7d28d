import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SentCommand } from "../api/outbox";
import type { Place } from "./edits";
import * as edits from "./edits";
import type { AnnotationSet, Command, Id } from "./model";
import { emptySet, fromView, ownSet } from "./model";
import { indexText } from "./offsets";
import { randomCommand } from "./testing/random";
import { ALICE, BOB, createServer, type FakeServer } from "./testing/server";
import type { Ledger, Plan } from "./undo";
import { createLedger, deedsOf } from "./undo";

const place = (server: FakeServer, account = ALICE, shared = false): Place => {
  const state = fromView(server.view(account), { account, shared });
  return { state, index: indexText(state.text) };
};

/** The ledger that a page opened now would have. */
const ledger = (server: FakeServer, account = ALICE, owner: Id | null = account): Ledger =>
  createLedger(
    account,
    deedsOf(
      emptySet(owner, true),
      server.log.filter((event) => event.stream.owner === owner),
    ),
  );

const seen = (set: AnnotationSet): unknown => {
  const plain = (row: object): object => ({ ...row, version: 0, position: 0 });
  const sorted = <T extends { id: string }>(rows: Iterable<T>): object[] =>
    [...rows].sort((a, b) => (a.id < b.id ? -1 : 1)).map(plain);
  const answers = [...set.answers.values()].map(({ suggestion, answer }) => `${suggestion} ${answer}`).sort();
  return [set.status, set.document_labels, sorted(set.annotations.values()), sorted(set.links.values()), answers];
};

const give = (server: FakeServer, commands: readonly Command[], account = ALICE): void => {
  for (const outcome of server.handle(account, commands as readonly SentCommand[]))
    expect(outcome.status).toBe("accepted");
};

const carryOut = (server: FakeServer, plan: Plan): boolean => {
  if ("refusal" in plan) return false;
  give(server, plan.commands);
  return true;
};

const seeds = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 20 });

const play = (given: readonly number[]): { server: FakeServer; moments: unknown[] } => {
  const server = createServer();
  const moments = [seen(ownSet(place(server).state))];
  for (const seed of given) {
    const head = server.head;
    server.handle(ALICE, [randomCommand(place(server), seed)]);
    if (server.head > head) moments.push(seen(ownSet(place(server).state)));
  }
  return { server, moments };
};

describe("undo, read off the log alone", () => {
  test("walks back through every moment, and redo forward again", () => {
    fc.assert(
      fc.property(seeds, (given) => {
        const { server, moments } = play(given);
        for (const moment of moments.slice(0, -1).reverse()) {
          expect(carryOut(server, ledger(server).undo(place(server)))).toBe(true);
          expect(seen(ownSet(place(server).state))).toEqual(moment);
        }
        expect(ledger(server).canUndo).toBe(false);
        for (const moment of moments.slice(1)) {
          expect(carryOut(server, ledger(server).redo(place(server)))).toBe(true);
          expect(seen(ownSet(place(server).state))).toEqual(moment);
        }
        expect(ledger(server).canRedo).toBe(false);
      }),
    );
  });

  test("goes back and forth without end", () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.boolean(), { maxLength: 20 }), (given, ways) => {
        const { server, moments } = play(given);
        let at = moments.length - 1;
        for (const back of ways) {
          const done = carryOut(server, back ? ledger(server).undo(place(server)) : ledger(server).redo(place(server)));
          expect(done).toBe(back ? at > 0 : at < moments.length - 1);
          if (done) at += back ? -1 : 1;
          expect(seen(ownSet(place(server).state))).toEqual(moments[at]);
        }
      }),
    );
  });

  test("forgets what could be redone when something new is done", () => {
    const { server } = play([1, 2, 3, 4, 5]);
    carryOut(server, ledger(server).undo(place(server)));
    expect(ledger(server).canRedo).toBe(true);
    give(server, [edits.addAnnotation(place(server), { label: "actor", spans: [[0, 4]] })]);
    expect(ledger(server).canRedo).toBe(false);
  });

  test("brings back an annotation with its links, and takes both away again", () => {
    const server = createServer();
    const [a, b] = ["a", "b"].map((annotation) =>
      edits.addAnnotation(place(server), { label: "actor", spans: [[0, 4]], annotation }),
    ) as [Command, Command];
    give(server, [a, b]);
    give(server, [edits.addLink(place(server), { type: "target", from: "a", to: "b" })]);
    const before = seen(ownSet(place(server).state));
    give(server, [edits.removeAnnotation(place(server), "a")]);
    const after = seen(ownSet(place(server).state));
    const plan = ledger(server).undo(place(server)) as { commands: readonly Command[] };
    expect(plan.commands.map(({ type }) => type)).toEqual(["add_annotation", "add_link"]);
    expect(new Set(plan.commands.map(({ data }) => data.undoes)).size).toBe(1);
    give(server, plan.commands);
    expect(seen(ownSet(place(server).state))).toEqual(before);
    carryOut(server, ledger(server).redo(place(server)));
    expect(seen(ownSet(place(server).state))).toEqual(after);
  });

  test("leaves alone what a file brought in", () => {
    const server = createServer();
    give(server, [edits.addAnnotation(place(server), { label: "actor", spans: [[0, 4]], origin: "import" })]);
    expect(ledger(server).canUndo).toBe(false);
  });

  test("says that there is nothing", () => {
    expect(ledger(createServer()).undo(place(createServer()))).toEqual({ refusal: { kind: "nothing" } });
  });
});

describe("undo in a set that two people share", () => {
  const shared = (): FakeServer => {
    const server = createServer({ shared: true });
    const at = place(server, ALICE, true);
    give(server, [
      edits.addAnnotation(at, { label: "actor", spans: [[0, 4]], annotation: "a" }),
      edits.addAnnotation(at, { label: "actor", spans: [[10, 15]], annotation: "b" }),
    ]);
    return server;
  };

  test("is refused when somebody else changed the same thing since", () => {
    const server = shared();
    const at = place(server, BOB, true);
    const row = ownSet(at.state).annotations.get("b");
    give(server, [edits.relabel(at, row as never, "location")], BOB);
    const plan = ledger(server, ALICE, null).undo(place(server, ALICE, true));
    expect(plan).toEqual({ refusal: { kind: "changed", entity: "b", author: BOB } });
  });

  test("is refused when somebody else's link hangs on what would go", () => {
    const server = shared();
    give(server, [edits.addLink(place(server, BOB, true), { type: "target", from: "a", to: "b" })], BOB);
    const plan = ledger(server, ALICE, null).undo(place(server, ALICE, true));
    expect(plan).toEqual({ refusal: { kind: "linked", entity: "b", author: BOB } });
  });

  test("does not mind what others did elsewhere, and never undoes their work", () => {
    const server = shared();
    give(
      server,
      [edits.addAnnotation(place(server, BOB, true), { label: "claim", spans: [[0, 15]], annotation: "c" })],
      BOB,
    );
    const plan = ledger(server, ALICE, null).undo(place(server, ALICE, true));
    expect(plan).toMatchObject({ commands: [{ type: "remove_annotation", data: { annotation: "b" } }] });
  });
});

test("a command that was never done leaves no trace", () => {
  const server = createServer();
  give(server, [edits.addAnnotation(place(server), { label: "actor", spans: [[0, 4]], annotation: "a" })]);
  const book = ledger(server);
  const row = ownSet(place(server).state).annotations.get("a");
  const change = edits.relabel(place(server), row as never, "claim");
  const effect = { kind: "annotation", id: "a", before: row, after: row } as never;
  book.record({ command: change.id, author: ALICE, undoes: null, effects: [effect] });
  book.forget(change.id);
  expect(book.undo(place(server))).toMatchObject({ commands: [{ type: "remove_annotation" }] });
});
