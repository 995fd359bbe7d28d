import { expect, test } from "vitest";
import { type Annotation, emptySet } from "../../document/model";
import { indexText } from "../../document/offsets";
import { occurrences } from "./occurrences";

const set = (rows: readonly Partial<Annotation>[]) => ({
  ...emptySet("me", true),
  annotations: new Map(rows.map((row, k) => [`${k}`, { id: `${k}`, label: "actor", ...row } as Annotation])),
});

const find = (text: string, words: string, rows: readonly Partial<Annotation>[] = [], exactCase = false) =>
  occurrences(indexText(text), set(rows), { words, label: "actor", exactCase }).map(({ span }) => span);

test("whole words in any case, in the order of the text", () => {
  expect(find("Iran, Iranian, IRAN.\nNear iran", "Iran")).toEqual([
    [0, 4],
    [15, 19],
    [26, 30],
  ]);
  expect(find("Iran, Iranian, IRAN.\nNear iran", "Iran", [], true)).toEqual([[0, 4]]);
});

test("what is marked with the label already is left out, with another label it is not", () => {
  const rows = [{ spans: [[0, 4]] }, { label: "place", spans: [[5, 9]] }] as Partial<Annotation>[];
  expect(find("Iran Iran", "Iran", rows)).toEqual([[5, 9]]);
});

test("offsets are code points, and signs in the words mean themselves", () => {
  expect(find("😀 a.c abc a.c", "a.c")).toEqual([
    [2, 5],
    [10, 13],
  ]);
});

test("Arabic words are whole too, and Chinese needs no spaces", () => {
  expect(find("حزب الله وحزب", "حزب")).toEqual([[0, 3]]);
  expect(find("我在北京，北京很大", "北京")).toEqual([
    [2, 4],
    [5, 7],
  ]);
});

test("what lies around is shown, within the paragraph", () => {
  const [only] = occurrences(indexText("One.\nThe Iran deal.\nTwo."), set([]), {
    words: "iran",
    label: "actor",
    exactCase: false,
  });
  expect(only).toMatchObject({ before: "The ", words: "Iran", after: " deal." });
});
