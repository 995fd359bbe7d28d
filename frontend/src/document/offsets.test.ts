import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { indexText, quote } from "./offsets";

/** Letters of all sorts: astral, combining, right to left, spaces that are not plain, and lone surrogates. */
const PIECES = [
  "a",
  "é",
  "e\u0301",
  "😀",
  "👩‍👩‍👧",
  "\u00a0",
  "\u200f",
  "ن",
  "\u0651",
  "Ω",
  "漢",
  "𐤀",
  " ",
  "\n",
  "\ud83d",
  "\udc00",
];
const texts = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((parts) => parts.join(""));

/** Code points as Python counts them. */
const points = (text: string): readonly string[] => Array.from(text);

describe("indexText", () => {
  test("counts the code points of the whole text, newlines included", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(indexText(text).length).toBe(points(text).length);
      }),
    );
  });

  test("slices as a list of code points does", () => {
    fc.assert(
      fc.property(texts, fc.nat(70), fc.nat(70), (text, a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)].map((n) => Math.min(n, points(text).length)) as [
          number,
          number,
        ];
        expect(indexText(text).slice(start, end)).toBe(points(text).slice(start, end).join(""));
      }),
    );
  });

  test("gives each code point a unit and takes it back", () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const paragraph of indexText(text).paragraphs) {
          for (let point = paragraph.start; point <= paragraph.end; point += 1)
            expect(paragraph.toPoint(paragraph.toUnit(point))).toBe(point);
        }
      }),
    );
  });

  test("rounds a unit inside a pair down to the pair's start", () => {
    const [paragraph] = indexText("a😀b").paragraphs;
    expect([0, 1, 2, 3, 4].map((unit) => paragraph?.toPoint(unit))).toEqual([0, 1, 1, 2, 3]);
  });

  test("gives a newline to the paragraph that it ends", () => {
    const index = indexText("ab\n\n😀c");
    expect([0, 2, 3, 4, 5].map((point) => index.paragraphAt(point).index)).toEqual([0, 0, 1, 2, 2]);
    expect(index.paragraphs.map(({ start, end }) => [start, end])).toEqual([
      [0, 2],
      [3, 3],
      [4, 6],
    ]);
  });

  test("keeps a carriage return as the letter that it is", () => {
    expect(indexText("a\r\nb").slice(0, 3)).toBe("a\r\n");
  });
});

test("a quote joins its parts with one space", () => {
  expect(
    quote(indexText("reparti 😀 speciali iraniani"), [
      [0, 7],
      [19, 27],
    ]),
  ).toBe("reparti iraniani");
});
