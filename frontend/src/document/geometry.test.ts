import { describe, expect, test } from "vitest";
import { rounded } from "./arcs";
import { endOf, joined, startOf } from "./geometry";
import { faint, safeColor } from "./highlights";
import { withEdge } from "./marking";

const rect = (left: number, top: number, right: number) => ({ left, top, right, bottom: top + 20 });

describe("rectangles of a stretch", () => {
  test("are one for each run of a line, from top to bottom", () => {
    const found = joined([rect(0, 40, 30), rect(100, 0, 150), rect(150.4, 1, 200), rect(0, 40, 0.2)]);
    expect(found).toEqual([{ left: 100, top: 0, right: 200, bottom: 21 }, rect(0, 40, 30)]);
  });

  test("keep apart what bidirectional text takes apart", () => {
    expect(joined([rect(60, 0, 90), rect(0, 0, 20)])).toEqual([rect(0, 0, 20), rect(60, 0, 90)]);
  });

  test("begin and end where their reader begins and ends", () => {
    const rects = [rect(0, 0, 20), rect(60, 0, 90), rect(10, 40, 30)];
    expect([startOf(rects, false)?.x, startOf(rects, true)?.x]).toEqual([0, 90]);
    expect([endOf(rects, false)?.x, endOf(rects, true)?.x]).toEqual([30, 10]);
    expect(startOf([], false)).toBeNull();
  });
});

test("an edge moves its part, and never past the other end", () => {
  const spans = [
    [2, 5],
    [8, 12],
  ] as const;
  expect(withEdge(spans, "start", 0)).toEqual([
    [0, 5],
    [8, 12],
  ]);
  expect(withEdge(spans, "end", 10)).toEqual([
    [2, 5],
    [8, 10],
  ]);
  expect(withEdge(spans, "end", 8)).toBeNull();
});

test("a colour from a schema cannot leave its rule", () => {
  expect(safeColor("#b3261e")).toBe("#b3261e");
  expect(safeColor("oklch(60% 0.1 20 / 50%)")).toBe("oklch(60% 0.1 20 / 50%)");
  expect(faint("red}body{display:none")).not.toContain("body");
});

test("a way has round corners only where it turns", () => {
  expect(
    rounded([
      [0, 0],
      [0, 20],
      [40, 20],
    ]),
  ).toBe("M0 0L0 16Q0 20 4 20L40 20");
});
