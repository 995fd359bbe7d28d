import fc from "fast-check";
import { expect, test } from "vitest";
import type { Label } from "../api/types";
import { codesOf, contrast, labelKeys, readable, SWATCHES } from "./labels";

const rgb = (color: string) =>
  [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)) as unknown as Parameters<typeof contrast>[0];

const label = (key: string, shortcut: string): Label => ({
  key,
  name: key,
  color: "#000000",
  shortcut,
  entity_type: null,
  attributes: [],
  description: "",
  order: 1,
  retired: false,
  replaced_by: null,
});

test("labels with the same first letter get codes of two letters", () => {
  expect(codesOf(["Actor", "Action", "Location", "Áreas"])).toEqual(["A", "Ac", "L", "Á"]);
});

test("codes are never given twice", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 6 }), { maxLength: 9 }), (names) => {
      const codes = codesOf(names.map((name) => `${name}x`));
      expect(new Set(codes).size).toBe(codes.length);
    }),
  );
});

test("any colour becomes readable on any background", () => {
  const color = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, "0")}`);
  fc.assert(
    fc.property(color, fc.constantFrom("#ffffff", "#faf8f4", "#1f2124", "#000000"), (own, background) => {
      expect(contrast(rgb(readable(own, background)), rgb(background))).toBeGreaterThanOrEqual(4.5);
    }),
  );
});

test("a colour that can be read stays as it is", () => {
  expect(readable("#123456", "#ffffff")).toBe("#123456");
});

test("the swatches are readable on paper as they are", () => {
  for (const swatch of SWATCHES) expect(readable(swatch, "#faf8f4")).toBe(swatch);
});

test("a label's own letter gives way to the keys of the text", () => {
  const keys = labelKeys([label("actor", "a"), label("link", "l"), label("area", "a")]);
  expect(keys.get("actor")).toEqual(["1", "a"]);
  expect(keys.get("link")).toEqual(["2"]);
  expect(keys.get("area")).toEqual(["3"]);
});
