import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { indexText } from "./offsets";
import { buildPage, type Page } from "./page";
import { createTokens } from "./tokens";

const LONG = Array.from({ length: 400 }, (_, k) => `Paragraph ${k} 😀 has some words in it.`).join("\n");
const pageOf = (text: string): Page => {
  const index = indexText(text);
  const root = document.createElement("div");
  return buildPage(root, index, createTokens(index, [{ start: 0, end: 5, lang: "it" }]));
};

describe("the page", () => {
  const page = pageOf(LONG);

  test("shows the text as it is, in few sections", () => {
    expect(page.blocks.map(({ text }) => text.data).join("\n")).toBe(LONG);
    expect(page.sections.length).toBeGreaterThan(1);
    expect(page.sections.length).toBeLessThan(6);
    expect(page.sections.flatMap(({ blocks }) => blocks)).toEqual(page.blocks);
    expect(page.blocks[0]?.element.lang).toBe("it");
    expect(page.blocks[1]?.element.hasAttribute("lang")).toBe(false);
  });

  test("finds each point again where it put it", () => {
    const length = indexText(LONG).length;
    fc.assert(
      fc.property(fc.nat(length), (point) => {
        const { node, offset } = page.position(point);
        expect(page.pointAt(node, offset)).toBe(point);
      }),
    );
  });

  test("understands places beside the text, as clicks and select-all give them", () => {
    const second = page.blocks[1] as Page["blocks"][number];
    const { start, end } = second.paragraph;
    expect(page.pointAt(second.element, 0)).toBe(start);
    expect(page.pointAt(second.element, 1)).toBe(end);
    expect(page.pointAt(second.box, 0)).toBe(start);
    expect(page.pointAt(second.box.parentNode as Node, 1)).toBe(start);
    expect(page.pointAt(page.root, 0)).toBe(0);
    expect(page.pointAt(page.root, page.root.childNodes.length)).toBe(indexText(LONG).length);
    expect(page.pointAt(document.body, 0)).toBeNull();
  });

  test("knows a paragraph by its element", () => {
    expect(page.indexOf((page.blocks[7] as Page["blocks"][number]).element)).toBe(7);
    expect(page.indexOf(document.createElement("p"))).toBe(-1);
  });
});
