import { expect, test } from "vitest";
import { isWhole, type Scope, scopeOf, wishFor } from "./wishes";

const choice = { name: " Training ", url: "https://pipeline.example/", chosen: ["set_finished"], gold: false };

test.each<Scope>(["releases", "all", "chosen"])("what is chosen as %s is shown as it again", (scope) => {
  expect(scopeOf(wishFor({ ...choice, scope }))).toBe(scope);
});

test("gold alone is told without events, and nothing at all is no wish", () => {
  const wish = wishFor({ ...choice, scope: "none", gold: true });
  expect(scopeOf(wish)).toBe("none");
  expect(isWhole(wish, "none")).toBe(true);
  expect(isWhole({ ...wish, gold: false }, "none")).toBe(false);
});

test("an empty choice of events is not sent: it would mean all of them", () => {
  expect(isWhole(wishFor({ ...choice, scope: "chosen", chosen: [] }), "chosen")).toBe(false);
  expect(isWhole(wishFor({ ...choice, scope: "chosen" }), "chosen")).toBe(true);
});
