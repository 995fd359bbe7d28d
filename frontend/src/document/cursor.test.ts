import { describe, expect, test } from "vitest";
import type { Cursor } from "./cursor";
import { cursorAt, cursorSpan, moved } from "./cursor";
import { indexText } from "./offsets";
import { createTokens } from "./tokens";
import type { Unit } from "./view";

const index = indexText("One two. Three four.\n\nFive 😀 six.");
const tokens = createTokens(index, []);
const field = { index, tokens, line: () => null };
const walk = (from: number, ...steps: readonly (readonly [Unit, 1 | -1, boolean?])[]): string => {
  const start = cursorAt(tokens, from) as Cursor;
  const end = steps.reduce((cursor, [unit, way, extend = false]) => moved(field, cursor, unit, way, extend), start);
  return index.slice(...cursorSpan(end));
};

describe("the cursor", () => {
  test("walks by words, across paragraphs, and stops at the ends", () => {
    expect(walk(0, ["token", 1])).toBe("two");
    expect(walk(15, ["token", 1], ["token", 1])).toBe("Five");
    expect(walk(22, ["token", -1])).toBe(".");
    expect(walk(0, ["token", -1])).toBe("One");
  });

  test("jumps to sentences and paragraphs", () => {
    expect(walk(0, ["sentence", 1])).toBe("Three");
    expect(walk(9, ["sentence", 1])).toBe("Five");
    expect(walk(15, ["sentence", -1])).toBe("Three");
    expect(walk(9, ["paragraph", 1])).toBe("Five");
    expect(walk(22, ["paragraph", -1])).toBe("One");
  });

  test("draws a selection out and back in", () => {
    expect(walk(0, ["token", 1, true])).toBe("One two");
    expect(walk(0, ["token", 1, true], ["token", -1, true])).toBe("One");
    expect(walk(4, ["token", -1, true])).toBe("One two");
    expect(walk(0, ["sentence", 1, true])).toBe("One two.");
    expect(walk(0, ["sentence", 1, true], ["sentence", 1, true])).toBe("One two. Three four.");
  });

  test("moves one end by one character, and never to nothing", () => {
    expect(walk(0, ["character", 1, true])).toBe("One ");
    expect(walk(0, ["character", -1, true], ["character", -1, true], ["character", -1, true])).toBe("O");
    expect(walk(27, ["character", 1, true])).toBe("😀 ");
  });
});
