import fc from "fast-check";
import { expect, test } from "vitest";
import type { LogEvent } from "../../document/model";
import { densityOf } from "./density";

const event = (position: number, author: string): LogEvent => ({
  position,
  version: position,
  stream: { id: "s", kind: "annotation_set", subject: "d", owner: author },
  recorded_at: "2025-01-01T00:00:00Z",
  author,
  type: "annotation_added",
  schema_version: 1,
  entity: null,
  command: "c",
  data: {},
});

test("events of two authors in one stretch stand upon each other", () => {
  const { bars, most } = densityOf([event(1, "alice"), event(2, "bob")], 1, 10, 2);
  expect(bars).toEqual([
    { at: 0, author: "alice", from: 0, count: 1 },
    { at: 0, author: "bob", from: 1, count: 1 },
  ]);
  expect(most).toBe(2);
});

test("every event between the ends is counted once, in a stretch that exists", () => {
  const positions = fc.uniqueArray(fc.integer({ min: 5, max: 400 }), { maxLength: 60 });
  fc.assert(
    fc.property(positions, fc.integer({ min: 1, max: 90 }), (found, stretches) => {
      const density = densityOf(
        found.map((n) => event(n, `a${n % 3}`)),
        5,
        400,
        stretches,
      );
      expect(density.bars.reduce((sum, bar) => sum + bar.count, 0)).toBe(found.length);
      expect(density.bars.every((bar) => bar.at >= 0 && bar.at < density.stretches)).toBe(true);
    }),
  );
});
