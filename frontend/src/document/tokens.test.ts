import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { indexText } from "./offsets";
import { createTokens } from "./tokens";

const tokensOf = (text: string, lang = ""): readonly string[] => {
  const index = indexText(text);
  const tokens = createTokens(index, lang ? [{ start: 0, end: index.length, lang }] : []);
  return index.paragraphs.flatMap((paragraph) => tokens.of(paragraph).map(([start, end]) => index.slice(start, end)));
};

describe("tokens", () => {
  test("are words and marks, without white space", () => {
    expect(tokensOf("Isis held\u00a0Raqqa.")).toEqual(["Isis", "held", "Raqqa", "."]);
  });

  test("leave the Italian article outside of the name", () => {
    expect(tokensOf("l'Isis dell’Eufrate", "it")).toEqual(["l'", "Isis", "dell’", "Eufrate"]);
  });

  test("leave the English ending outside of the name", () => {
    expect(tokensOf("Iran’s army isn't", "en")).toEqual(["Iran", "’s", "army", "isn't"]);
  });

  test("count Arabic letters as letters", () => {
    expect(tokensOf("أعلن الجيش", "ar")).toEqual(["أعلن", "الجيش"]);
  });

  test("leave marks of writing direction outside", () => {
    expect(tokensOf("a \u200fالله\u200f \u2066b\u2069", "ar")).toEqual(["a", "الله", "b"]);
  });

  test("survive a language that nobody knows", () => {
    expect(tokensOf("a b", "no such tag!")).toEqual(["a", "b"]);
  });

  test("know the language of each paragraph", () => {
    const index = indexText("uno\ndue");
    const tokens = createTokens(index, [
      { start: 0, end: 3, lang: "it" },
      { start: 4, end: 7, lang: "en" },
    ]);
    expect(index.paragraphs.map((paragraph) => tokens.language(paragraph))).toEqual(["it", "en"]);
  });
});

describe("snapping", () => {
  const index = indexText("  The 😀 army,\nheld Raqqa ");
  const tokens = createTokens(index, []);
  const snapped = (start: number, end: number): string | null => {
    const span = tokens.snap([start, end]);
    return span && index.slice(...span);
  };

  test("grows to whole words and drops white space at the ends", () => {
    expect(snapped(3, 9)).toBe("The 😀 army");
    expect(snapped(0, 6)).toBe("The");
    expect(snapped(11, 17)).toBe("army,\nheld");
  });

  test("gives nothing for white space alone", () => {
    expect(snapped(0, 2)).toBeNull();
  });

  test("snaps once and for all", () => {
    const spans = fc.tuple(fc.nat(24), fc.nat(24)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    fc.assert(
      fc.property(spans, (span) => {
        const once = tokens.snap(span);
        if (once) expect(tokens.snap(once)).toEqual(once);
      }),
    );
  });
});

test("steps take an emoji with all its parts as one", () => {
  const index = indexText("a👩‍👩‍👧b");
  const tokens = createTokens(index, []);
  expect(tokens.step(1, 1)).toBe(6);
  expect(tokens.step(6, -1)).toBe(1);
});

test("neighbours cross paragraphs and stop at the ends", () => {
  const index = indexText("one\n\ntwo");
  const tokens = createTokens(index, []);
  expect(tokens.neighbour([0, 3], 1)).toEqual([5, 8]);
  expect(tokens.neighbour([5, 8], -1)).toEqual([0, 3]);
  expect(tokens.neighbour([5, 8], 1)).toBeNull();
  expect(tokens.near(4)).toEqual([5, 8]);
});

test("without the browser's segmenter words, sentences and characters are still found", () => {
  vi.stubGlobal("Intl", { getCanonicalLocales: Intl.getCanonicalLocales });
  try {
    expect(tokensOf("l'Isis, e\u0301 qui.", "it")).toEqual(["l'", "Isis", ",", "e\u0301", "qui", "."]);
    const index = indexText("One two. Three! 👩‍👧");
    const tokens = createTokens(index, []);
    expect(tokens.sentences(index.paragraphs[0] as never).map((span) => index.slice(...span))).toEqual([
      "One two.",
      "Three!",
      "👩‍👧",
    ]);
    expect(tokens.step(16, 1)).toBe(19);
  } finally {
    vi.unstubAllGlobals();
  }
});
