import { expect, test } from "vitest";
import type { Entity } from "../api/types";
import { fold, searchEntities, suggestEntities } from "./entity-search";

const entity = (name: string, ...aliases: string[]): Entity => ({
  id: name,
  entity_type: "actor",
  name,
  aliases,
  attributes: {},
  note: "",
  version: 1,
  position: 1,
  merged_into: null,
});

const names = (found: readonly Entity[]) => found.map((one) => one.name);

test("case, accents, apostrophes and Arabic vowel signs do not count", () => {
  expect(fold("L’Élysée")).toBe(fold("l'elysee"));
  expect(fold("دَاعِش")).toBe(fold("داعش"));
});

test("an exact alias comes before a beginning, and that before the middle", () => {
  const all = [entity("Anti-Isis coalition"), entity("Isis in Sinai"), entity("Stato Islamico", "Isis")];
  expect(names(searchEntities(all, "isis"))).toEqual(["Stato Islamico", "Isis in Sinai", "Anti-Isis coalition"]);
});

test("an entry that was merged into another is not offered", () => {
  expect(searchEntities([{ ...entity("Isis"), merged_into: "x" }], "isis")).toEqual([]);
});

test("a quote suggests the entries it names, the longest name first", () => {
  const all = [entity("Assad"), entity("esercito siriano"), entity("Putin")];
  expect(names(suggestEntities(all, "esercito siriano di Assad"))).toEqual(["esercito siriano", "Assad"]);
});

test("of twenty thousand entries in four scripts the first thirty are found while one types", () => {
  const scripts = ["Al-Bukamal", "البوكمال", "Абу-Камаль", "阿布卡迈勒"];
  const many = Array.from({ length: 20_000 }, (_, n) => ({
    ...entity(`${scripts[n % 4]} ${n}`, `${scripts[(n + 1) % 4]} ${n}`, `${scripts[(n + 2) % 4]} ${n}`),
    id: String(n),
  }));
  suggestEntities(many, "nothing"); // as the picker does when it opens
  const times = ["al buk", "البوكمال 77", "абу", "阿布", "19999", ""].map((typed) => {
    const begun = performance.now();
    expect(searchEntities(many, typed)).toHaveLength(typed === "19999" ? 1 : 30);
    return performance.now() - begun;
  });
  // A tenth of a second on a quiet machine, where it takes about a quarter of that.
  expect(Math.min(...times)).toBeLessThan(100);
  expect(Math.max(...times)).toBeLessThan(400);
});
