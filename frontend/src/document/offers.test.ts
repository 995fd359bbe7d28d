import { expect, test } from "vitest";
import type { Annotation, AnnotationSet, SourceSuggestions } from "./model";
import { emptySet } from "./model";
import { openOffers, REPEATS, repeated, repeatedLinks, repeatsOf } from "./offers";
import { indexText } from "./offsets";
import { uuid5 } from "./uuid5";

const row = (id: string, label: string, start: number, end: number, more: Partial<Annotation> = {}): Annotation => ({
  ...{ id, label, spans: [[start, end]], attributes: {}, entity: null, origin: "hand", text_version: 1 },
  ...{ version: 1, position: 1, ...more },
});

const setOf = (...rows: readonly Annotation[]): AnnotationSet => ({
  ...emptySet("alice", true),
  annotations: new Map(rows.map((one) => [one.id, one])),
});

const source = (id: string, ...spans: readonly (readonly [string, number, number])[]): SourceSuggestions => ({
  ...{ source: id, name: id, kind: "dictionary", version: 2, text_version: 1, position: 9 },
  suggestions: spans.map(([label, start, end]) => ({
    ...{ id: `${id}/${start}-${end}`, label, spans: [[start, end]], attributes: {}, entity: null, score: null },
  })),
});

const LABELS = new Set(["actor", "location"]);
const ids = (offers: readonly { readonly id: string }[]): readonly string[] => offers.map(({ id }) => id);

test("ids that follow from names are those of the standard", () => {
  expect(uuid5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "python.org")).toBe("886313e1-3b8a-5372-9b90-0c9aee199e5d");
  expect(uuid5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "🚀".repeat(40))).toBe("c1bad38d-263d-5f75-8e4d-30703fd8de2b");
});

test("what is marked, taken or rejected is not offered, and what two sources say is offered once", () => {
  const sources = [source("a", ["actor", 0, 5], ["location", 6, 9]), source("b", ["actor", 0, 5], ["claim", 1, 2])];
  expect(ids(openOffers(sources, setOf(), LABELS))).toEqual(["a/0-5", "a/6-9"]);
  expect(ids(openOffers(sources, setOf(row("1", "actor", 0, 5)), LABELS))).toEqual(["a/6-9"]);
  const rejected = { suggestion: "a/0-5", answer: "rejected" as const, annotation: null };
  const own = { ...setOf(), answers: new Map([["a/0-5", rejected]]) };
  expect(ids(openOffers(sources, own, LABELS))).toEqual(["a/6-9"]);
});

test("a taken suggestion comes back when its mark is gone", () => {
  const taken = { suggestion: "a/0-5", answer: "changed" as const, annotation: "1" };
  const answers = new Map([["a/0-5", taken]]);
  const sources = [source("a", ["actor", 0, 5])];
  expect(openOffers(sources, { ...setOf(row("1", "actor", 0, 7)), answers }, LABELS)).toEqual([]);
  expect(ids(openOffers(sources, { ...setOf(), answers }, LABELS))).toEqual(["a/0-5"]);
});

test("marks of a sentence are offered where it stands again, links too", () => {
  const sentence = "🚀 Assad took the town of Bukamal.";
  const text = `${sentence}\nSomething else happened there.\n${sentence}`;
  const index = indexText(text);
  const repeats = repeatsOf(index, []);
  expect(repeats).toHaveLength(1);
  const by = index.paragraphs[2]?.start ?? 0;
  const claim = row("c", "claim", 2, 33);
  const own = {
    ...setOf(row("1", "actor", 2, 7, { entity: "e" }), claim),
    links: new Map([["k", { id: "k", type: "claimant", from: "c", to: "1", attributes: {}, version: 1, position: 1 }]]),
  };
  const made = repeated({ id: "d", text_version: 1 }, own, repeats, "Same as above");
  expect(made.suggestions.map(({ label, spans, entity }) => [label, spans, entity])).toEqual([
    ["actor", [[2 + by, 7 + by]], "e"],
    ["claim", [[2 + by, 33 + by]], null],
  ]);
  expect(made.suggestions[0]?.id).toBe(uuid5(REPEATS, `d/1/actor/${2 + by}-${7 + by}/e`));
  const copies = [row("2", "actor", 2 + by, 7 + by), row("d", "claim", 2 + by, 33 + by)];
  const both = { ...own, annotations: new Map([...own.annotations, ...copies.map((one) => [one.id, one] as const)]) };
  expect(repeatedLinks(both, repeats, copies[1] as Annotation)).toEqual([
    { type: "claimant", from: "d", to: "2", attributes: {} },
  ]);
});
