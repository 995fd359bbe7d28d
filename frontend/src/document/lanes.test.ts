import fc from "fast-check";
import { expect, test } from "vitest";
import { createLanes, outermostFirst, type Stretch } from "./lanes";

const stretch = fc
  .tuple(fc.nat(40), fc.integer({ min: 1, max: 20 }))
  .map(([start, length]) => ({ start, end: start + length }));
const overlap = (a: Stretch, b: Stretch): boolean => a.start < b.end && b.start < a.end;

test("stretches in one lane never overlap, whatever comes and goes", () => {
  const steps = fc.array(fc.record({ stretch, remove: fc.boolean(), pick: fc.nat(30) }), { maxLength: 40 });
  fc.assert(
    fc.property(steps, (given) => {
      const lanes = createLanes();
      const there = new Map<string, Stretch>();
      for (const [k, step] of given.entries()) {
        const victim = [...there.keys()][step.pick % Math.max(1, there.size)];
        if (step.remove && victim !== undefined) {
          lanes.remove(victim);
          there.delete(victim);
        } else {
          lanes.add(String(k), step.stretch);
          there.set(String(k), step.stretch);
        }
        const laid = [...there].map(([id, one]) => ({ id, one, lane: lanes.laneOf(id) as number }));
        for (const a of laid)
          for (const b of laid) if (a.id !== b.id && overlap(a.one, b.one)) expect(a.lane).not.toBe(b.lane);
      }
    }),
  );
});

test("what is there keeps its lane when others come and go", () => {
  fc.assert(
    fc.property(
      fc.array(stretch, { minLength: 1, maxLength: 20 }),
      fc.array(stretch, { maxLength: 20 }),
      (first, more) => {
        const lanes = createLanes();
        for (const [k, one] of first.entries()) lanes.add(`a${k}`, one);
        const before = first.map((_, k) => lanes.laneOf(`a${k}`));
        for (const [k, one] of more.entries()) lanes.add(`b${k}`, one);
        for (const [k] of more.entries()) if (k % 2 === 0) lanes.remove(`b${k}`);
        expect(first.map((_, k) => lanes.laneOf(`a${k}`))).toEqual(before);
      },
    ),
  );
});

test("a newcomer takes the lowest free lane", () => {
  const lanes = createLanes();
  lanes.add("a", { start: 0, end: 9 });
  lanes.add("b", { start: 2, end: 5 });
  lanes.add("c", { start: 3, end: 4 });
  lanes.remove("b");
  expect(lanes.add("d", { start: 1, end: 9 })).toBe(1);
  expect(lanes.laneOf("c")).toBe(2);
});

test("laid from the outside in, no more lanes are used than stretches lie over one place", () => {
  fc.assert(
    fc.property(fc.array(stretch, { minLength: 1, maxLength: 30 }), (all) => {
      const lanes = createLanes();
      for (const [k, one] of [...all].sort(outermostFirst).entries()) lanes.add(String(k), one);
      const depth = Math.max(
        ...all.map(({ start }) => all.filter((one) => one.start <= start && start < one.end).length),
      );
      expect(lanes.count).toBe(depth);
    }),
  );
});
