import fc from "fast-check";
import { expect, test } from "vitest";
import { numberOf } from "./number-field";

test("a comma counts as a point, spaces around do not count", () => {
  expect(numberOf(" 34,45 ", false)).toBe(34.45);
  expect(numberOf("-0.5", false)).toBe(-0.5);
});

test("empty is no number and no mistake; anything else that is no number is one", () => {
  expect(numberOf("  ", true)).toBeNull();
  expect(numberOf("3.5", true)).toBeUndefined();
  expect(numberOf("1e5", false)).toBeUndefined();
  expect(numberOf("12 34", true)).toBeUndefined();
});

test("every whole number is read as it is written", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (n) => {
      expect(numberOf(String(n), true)).toBe(n || 0);
    }),
  );
});
