import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as edits from "./edits";
import { applyCommand, applyCommands, applyEvent, applyEvents } from "./fold";
import { newId } from "./ids";
import type { AnnotationSet, Command, DocumentState, LogEvent } from "./model";
import { fromView, ownSet } from "./model";
import { indexText } from "./offsets";
import { randomCommand } from "./testing/random";
import { ALICE, anAnnotation, BOB, createServer, DOCUMENT, type FakeServer } from "./testing/server";

const ME = { account: ALICE, shared: false };
const begin = (server: FakeServer): DocumentState => fromView(server.view(ALICE), ME);

/** What a reader sees: without versions and positions, which only the server gives. */
const seen = (set: AnnotationSet): unknown => {
  const plain = (row: object): object => ({ ...row, version: 0, position: 0 });
  const sorted = <T extends { id: string }>(rows: Iterable<T>): object[] =>
    [...rows].sort((a, b) => (a.id < b.id ? -1 : 1)).map(plain);
  return [set.status, set.document_labels, sorted(set.annotations.values()), sorted(set.links.values())];
};

/** A session of one person: commands made from what the state is at each moment. */
const session = (seeds: readonly number[]): { server: FakeServer; commands: Command[] } => {
  const server = createServer();
  const commands: Command[] = [];
  for (const seed of seeds) {
    const state = fromView(server.view(ALICE), ME);
    const wanted = randomCommand({ state, index: indexText(state.text) }, seed);
    commands.push(wanted);
    server.handle(ALICE, [wanted]);
  }
  return { server, commands };
};

const seeds = fc.array(fc.nat(1_000_000), { maxLength: 25 });

describe("folding events", () => {
  test("gives what the server shows", () => {
    fc.assert(
      fc.property(seeds, (given) => {
        const { server } = session(given);
        const folded = applyEvents(begin(createServer()), server.log);
        expect(seen(ownSet(folded))).toEqual(seen(ownSet(begin(server))));
        expect(folded.position).toBe(server.head);
        expect(ownSet(folded).version).toBe(ownSet(begin(server)).version);
      }),
    );
  });

  test("gives the same one by one, at once, and in pieces", () => {
    fc.assert(
      fc.property(seeds, fc.nat(30), (given, cut) => {
        const { log } = session(given).server;
        const start = begin(createServer());
        const atOnce = applyEvents(start, log);
        expect(log.reduce(applyEvent, start)).toEqual(atOnce);
        expect(applyEvents(applyEvents(start, log.slice(0, cut)), log.slice(cut))).toEqual(atOnce);
      }),
    );
  });

  test("depends only on the last event of each thing", () => {
    fc.assert(
      fc.property(seeds, (given) => {
        const { log } = session(given).server;
        const last = new Map<string, LogEvent>();
        for (const event of log) last.set(event.entity ?? event.stream.kind, event);
        const short = log.filter((event) => last.get(event.entity ?? event.stream.kind) === event);
        const start = begin(createServer());
        expect(seen(ownSet(applyEvents(start, short)))).toEqual(seen(ownSet(applyEvents(start, log))));
      }),
    );
  });

  test("keeps rows that did not change", () => {
    const server = createServer();
    server.handle(ALICE, [{ id: newId(), type: "add_annotation", data: anAnnotation([[0, 4]], "Isis") }]);
    const before = begin(server);
    server.handle(ALICE, [{ id: newId(), type: "add_annotation", data: anAnnotation([[10, 15]], "Raqqa") }]);
    const after = applyEvent(before, server.log[1] as LogEvent);
    const [first] = ownSet(before).annotations.keys();
    expect(ownSet(after).annotations.get(first as string)).toBe(ownSet(before).annotations.get(first as string));
    expect(ownSet(before).annotations.size).toBe(1);
  });

  test("gives another author a set of their own", () => {
    const server = createServer();
    server.handle(BOB, [{ id: newId(), type: "add_annotation", data: anAnnotation([[0, 4]], "Isis") }]);
    const state = applyEvents(begin(createServer()), server.log);
    expect(state.sets.get(BOB)?.annotations.size).toBe(1);
    expect(state.sets.get(BOB)?.mine).toBe(false);
    expect(ownSet(state).annotations.size).toBe(0);
  });

  test("puts texts among the attributes and reads the document's own events", () => {
    const stream = { id: "s", kind: "document", subject: DOCUMENT, owner: null };
    const event = (type: string, version: number, data: LogEvent["data"]): LogEvent => ({
      ...{ position: version, version, stream, recorded_at: "", author: ALICE, type, schema_version: 1 },
      ...{ entity: null, command: newId(), data },
    });
    const state = applyEvents(begin(createServer()), [
      event("languages_set", 1, { languages: [{ start: 0, end: 4, lang: "it" }] }),
      event("document_changed", 2, { title: "New", source_url: null, published: null, meta: { a: 1 } }),
      event("document_archived", 3, { reason: "" }),
    ]);
    expect(state.document).toMatchObject({ title: "New", archived: true, version: 3, meta: { a: 1 } });
    expect(state.document.languages).toEqual([{ start: 0, end: 4, lang: "it" }]);
  });
});

describe("a pending command", () => {
  test("shows what its echo will show", () => {
    fc.assert(
      fc.property(seeds, fc.nat(1_000_000), (given, seed) => {
        const { server } = session(given);
        const state = begin(server);
        const wanted = randomCommand({ state, index: indexText(state.text) }, seed);
        const heard = server.log.length;
        const [outcome] = server.handle(ALICE, [wanted]);
        const echoed = applyEvents(state, server.log.slice(heard));
        if (outcome?.status === "accepted")
          expect(seen(ownSet(applyCommand(state, wanted)))).toEqual(seen(ownSet(echoed)));
      }),
    );
  });

  test("on top of its own echo changes nothing more", () => {
    fc.assert(
      fc.property(seeds, fc.nat(1_000_000), (given, seed) => {
        const { server } = session(given);
        const wanted = randomCommand({ state: begin(server), index: indexText(begin(server).text) }, seed);
        const [outcome] = server.handle(ALICE, [wanted]);
        if (outcome?.status === "accepted")
          expect(seen(ownSet(applyCommand(begin(server), wanted)))).toEqual(seen(ownSet(begin(server))));
      }),
    );
  });

  test("is applied the same alone and in a row", () => {
    fc.assert(
      fc.property(seeds, (given) => {
        const { commands } = session(given);
        const start = begin(createServer());
        expect(seen(ownSet(commands.reduce(applyCommand, start)))).toEqual(
          seen(ownSet(applyCommands(start, commands))),
        );
      }),
    );
  });

  test("leaves position and version to the log", () => {
    const state = begin(createServer());
    const add = edits.addAnnotation({ state, index: indexText(state.text) }, { label: "actor", spans: [[0, 4]] });
    const shown = applyCommand(state, add);
    expect(shown.position).toBe(state.position);
    expect(ownSet(shown).version).toBe(0);
  });
});

test("one edit among 3,000 annotations is folded within a millisecond", () => {
  const server = createServer();
  for (let k = 0; k < 3000; k += 1)
    server.handle(ALICE, [{ id: newId(), type: "add_annotation", data: anAnnotation([[0, 4]], "Isis") }]);
  const state = begin(server);
  const add = edits.addAnnotation({ state, index: indexText(state.text) }, { label: "actor", spans: [[0, 4]] });
  const times = Array.from({ length: 50 }, () => {
    const from = performance.now();
    applyCommand(state, add);
    return performance.now() - from;
  }).sort((a, b) => a - b);
  expect(times[10]).toBeLessThan(1);
});
