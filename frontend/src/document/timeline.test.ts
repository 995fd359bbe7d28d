import fc from "fast-check";
import { expect, test } from "vitest";
import { newId } from "./ids";
import { blank, fromView, ownSet } from "./model";
import { ALICE, anAnnotation, createServer } from "./testing/server";
import { createTimeline, stateAt } from "./timeline";

const server = createServer();
for (let k = 0; k < 700; k += 1) {
  server.handle(ALICE, [{ id: newId(), type: "add_annotation", data: anAnnotation([[0, 4]], "Isis") }]);
  if (k % 3 === 0) server.elsewhere();
}
const start = blank(fromView(server.view(ALICE), { account: ALICE, shared: false }));

test("a timeline gives at each moment what a fold from the beginning gives, however one jumps about", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(720), { maxLength: 8 }), (moments) => {
      const timeline = createTimeline(start, server.log);
      for (const n of moments) expect(timeline.at(n)).toEqual(stateAt(start, server.log, n));
    }),
    { numRuns: 30 },
  );
});

test("a timeline grows with the log and finds positions", () => {
  const timeline = createTimeline(start, server.log.slice(0, 300));
  timeline.at(300);
  timeline.append(server.log.slice(300));
  expect(ownSet(timeline.at(700)).annotations.size).toBe(700);
  const event = server.log[419];
  expect(timeline.countAt(event?.position ?? 0)).toBe(420);
  expect(timeline.countAt(0)).toBe(0);
});
