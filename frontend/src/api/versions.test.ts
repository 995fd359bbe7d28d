import fc from "fast-check";
import { expect, test } from "vitest";
import { createVersions } from "./versions";

test("a base moves over one's own writing only, however it was learnt of", () => {
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { maxLength: 30 }),
      fc.nat(30),
      fc.infiniteStream(fc.nat()),
      (own, base, order) => {
        const versions = createVersions();
        const told = own.flatMap((mine, k) => (mine ? [k] : []));
        const key = new Map(told.map((k) => [k, order.next().value as number]));
        for (const k of told.sort((a, b) => (key.get(a) as number) - (key.get(b) as number)))
          versions.record("s", k, k + 1);
        let expected = base;
        while (own[expected]) expected += 1;
        expect(versions.advance("s", base)).toBe(expected);
        expect(versions.advance("other", base)).toBe(base);
      },
    ),
  );
});
