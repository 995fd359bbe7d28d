import { expect, test } from "vitest";
import type { Annotation, DocumentState } from "../../document/model";
import { emptySet } from "../../document/model";
import { createItems } from "../items";
import { compare } from "./compare";

const row = (id: string, change: Partial<Annotation> = {}): Annotation => ({
  id,
  label: "actor",
  spans: [[0, 4]],
  attributes: {},
  entity: null,
  origin: "hand",
  text_version: 1,
  version: 1,
  position: 1,
  ...change,
});

const state = (...rows: readonly Annotation[]): DocumentState => ({
  position: 1,
  epoch: "e",
  document: {} as DocumentState["document"],
  text: "",
  sets: new Map([["alice", { ...emptySet("alice", true), annotations: new Map(rows.map((one) => [one.id, one])) }]]),
  suggestions: [],
  me: { account: "alice", shared: false },
});

const changes = (before: DocumentState, after: DocumentState) => {
  const { items, ...counts } = compare(before, after, () => true, createItems(), createItems());
  return { counts, items: items.map(({ id, change }) => [id, change]) };
};

test("what came since is added, what went is removed", () => {
  expect(changes(state(row("a")), state(row("b")))).toEqual({
    counts: { added: 1, removed: 1, changed: 0 },
    items: [
      ["b", "added"],
      ["a", "removed"],
    ],
  });
});

test("what changed is drawn as it was and as it is", () => {
  expect(changes(state(row("a")), state(row("a", { spans: [[0, 9]] })))).toEqual({
    counts: { added: 0, removed: 0, changed: 1 },
    items: [
      ["a", "added"],
      ["a/before", "removed"],
    ],
  });
});

test("a new version of the same content is no difference", () => {
  expect(changes(state(row("a")), state(row("a", { version: 7, position: 9 })))).toEqual({
    counts: { added: 0, removed: 0, changed: 0 },
    items: [["a", undefined]],
  });
});
