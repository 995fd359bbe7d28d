import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { indexText } from "./offsets";
import { createPlacement, type Placement } from "./placement";
import type { TextItem } from "./view";

const TEXT = Array.from({ length: 5 }, () => "0123456789012345678").join("\n");
const index = indexText(TEXT);

const span = fc.tuple(fc.nat(index.length - 2), fc.integer({ min: 1, max: 30 })).map(([start, length]) => {
  return [start, Math.min(index.length, start + length)] as const;
});
const items = fc.array(
  fc.record({
    id: fc.nat(12).map(String),
    label: fc.constantFrom("a", "b"),
    spans: fc.array(span, { minLength: 1, maxLength: 2 }),
  }),
  { maxLength: 25 },
);

const inOrder = (spans: TextItem["spans"]): TextItem["spans"] => [...spans].sort((a, b) => a[0] - b[0]);
const lanes = (placement: Placement): readonly string[] =>
  index.paragraphs.flatMap((paragraph) =>
    placement
      .at(paragraph.index)
      .map(({ item }) => `${paragraph.index}/${item.id}/${placement.lane(paragraph.index, item).overall}`),
  );

describe("placement", () => {
  test("puts every character of every span into exactly one paragraph", () => {
    fc.assert(
      fc.property(items, (given) => {
        const placement = createPlacement(index);
        for (const item of given) placement.upsert({ ...item, spans: inOrder(item.spans) });
        for (const item of placement.items.values()) {
          const wanted = new Set(
            item.spans.flatMap(([start, end]) => Array.from({ length: end - start }, (_, k) => start + k)),
          );
          const placed = new Set(
            index.paragraphs.flatMap(({ index: k }) =>
              placement
                .at(k)
                .filter((one) => one.item.id === item.id)
                .flatMap(({ spans }) => spans.flatMap(([s, e]) => Array.from({ length: e - s }, (_, n) => s + n))),
            ),
          );
          for (const point of wanted) if (TEXT[point] === "\n") wanted.delete(point);
          expect(placed).toEqual(wanted);
        }
      }),
    );
  });

  test("never moves the lane of what stays", () => {
    fc.assert(
      fc.property(items, items, (first, then) => {
        const placement = createPlacement(index);
        for (const item of first) placement.upsert({ ...item, spans: inOrder(item.spans) });
        const stays = [...placement.items.values()];
        const before = lanes(placement);
        for (const item of then) placement.upsert({ ...item, id: `new${item.id}`, spans: inOrder(item.spans) });
        for (const item of then) placement.remove(`new${item.id}`);
        expect([...placement.items.values()]).toEqual(stays);
        expect(lanes(placement)).toEqual(before);
      }),
    );
  });

  test("ends with the same items whether told at once or one by one, and asks to draw only what changed", () => {
    fc.assert(
      fc.property(items, items, (first, then) => {
        const unique = (given: readonly TextItem[]): readonly TextItem[] => [
          ...new Map(given.map((item) => [item.id, { ...item, spans: inOrder(item.spans) }])).values(),
        ];
        const placement = createPlacement(index);
        placement.set(unique(first));
        placement.takeDirty();
        const before = new Map(placement.items);
        const wanted = unique(then).map((item) => (item.id === "0" ? (before.get("0") ?? item) : item));
        placement.set(wanted);
        expect(new Map(placement.items)).toEqual(new Map(wanted.map((item) => [item.id, item])));
        const dirty = new Set(placement.takeDirty());
        for (const { index: k } of index.paragraphs) {
          const known = (one: TextItem): boolean => before.get(one.id) === one;
          if (!dirty.has(k)) expect(placement.at(k).every(({ item }) => known(item))).toBe(true);
        }
        expect(placement.takeDirty()).toEqual([]);
      }),
    );
  });

  test("gives the stack over a place, innermost first", () => {
    const placement = createPlacement(index);
    const nested = [
      [0, 19],
      [2, 9],
      [4, 6],
    ] as const;
    for (const [k, one] of nested.entries()) placement.upsert({ id: String(k), label: "a", spans: [one] });
    expect(placement.stackAt(5)).toEqual(["2", "1", "0"]);
    expect(placement.stackAt(10)).toEqual(["0"]);
    expect(placement.stackAt(20)).toEqual([]);
  });

  test("keeps each author's block of lanes in its place, even when it is empty", () => {
    const groups = ["gold", "alice", "bob"].map((key) => ({ key, name: key, fill: key === "gold" }));
    const placement = createPlacement(index, groups);
    placement.upsert({ id: "b", label: "a", spans: [[0, 5]], group: "bob" });
    expect(placement.lane(0, placement.items.get("b") as TextItem)).toEqual({ own: 0, overall: 2 });
    placement.upsert({ id: "g", label: "a", spans: [[0, 5]], group: "gold" });
    expect(placement.lane(0, placement.items.get("b") as TextItem)).toEqual({ own: 0, overall: 2 });
    expect(placement.laneCount(0)).toBe(3);
  });
});
