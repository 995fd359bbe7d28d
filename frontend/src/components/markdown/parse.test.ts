import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Block, type Inline, inlines, isSafe, parse } from "./parse";

const words = (pieces: readonly Inline[]): string =>
  pieces.map((one) => ("text" in one ? one.text : "of" in one ? words(one.of) : "\n")).join("");

const all = (blocks: readonly Block[]): string =>
  blocks
    .map((block) => {
      if (block.kind === "list") return block.items.map((item) => all(item)).join(" ");
      if (block.kind === "quote") return all(block.of as readonly Block[]);
      if (block.kind === "code") return block.text;
      if (block.kind === "table") return [block.head, ...block.rows].flat().map(words).join(" ");
      return block.kind === "rule" ? "" : words(block.of);
    })
    .join(" ");

describe("markdown", () => {
  it("knows headings, paragraphs, lists, quotes, code and tables", () => {
    const text =
      "# One\n\na *b* **c**\n\n- x\n  y\n- z\n\n1. p\n2. q\n\n> said\n\n```\n# raw\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |";
    expect(parse(text).map(({ kind }) => kind)).toEqual([
      "heading",
      "paragraph",
      "list",
      "list",
      "quote",
      "code",
      "table",
    ]);
    expect(parse("- x\n  - y\n- z")).toMatchObject([
      { kind: "list", items: [[{ kind: "paragraph" }, { kind: "list" }], [{ kind: "paragraph" }]] },
    ]);
  });

  it("lets a sentence of a list go on in the next line", () => {
    expect(parse("- one\ntwo\n- three")).toMatchObject([{ kind: "list", items: [{ length: 1 }, { length: 1 }] }]);
  });

  it("keeps what is no mark as it was typed", () => {
    expect(words(inlines("snake_case_name 2 * 3 * 4 [x] (y) <b>"))).toBe("snake_case_name 2 * 3 * 4 [x] (y) <b>");
    expect(inlines("\\*not\\*")).toEqual([{ kind: "text", text: "*not*" }]);
  });

  it("leads nowhere but to pages and addresses", () => {
    for (const to of ["javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "//evil", "vbscript:x"]) {
      expect(isSafe(to)).toBe(false);
      expect(inlines(`[x](${to})`).some(({ kind }) => kind === "link")).toBe(false);
    }
    expect(inlines("[x](https://a.b/c)")).toMatchObject([{ kind: "link", to: "https://a.b/c" }]);
    expect(inlines("see https://a.b/c.")).toMatchObject([{}, { kind: "link", to: "https://a.b/c" }, { text: "." }]);
  });

  it.each([
    `${">".repeat(9_999)}a`,
    `${"[".repeat(9_999)}a`,
    "*a ".repeat(3_333),
    Array.from({ length: 140 }, (_, k) => `${" ".repeat(k)}- a`).join("\n"),
    `${"|a".repeat(2_500)}\n${"|-".repeat(2_500)}`,
  ])("does not nest as deep as somebody would have it", (text) => {
    expect(all(parse(text)).match(/a/g)).toHaveLength(text.match(/a/g)?.length ?? 0);
  });

  it("ends on any text, in good time, and loses no word", () => {
    const lines = fc.array(fc.stringMatching(/^[-#>*_.1 a\n()\\]{0,24}$/), { maxLength: 8 });
    const letters = (text: string) => [...text].filter((one) => one === "a").length;
    fc.assert(
      fc.property(lines, (given) => letters(all(parse(given.join("\n")))) === letters(given.join("\n"))),
      { numRuns: 200 },
    );
    const marks = fc.stringMatching(/^[`*_[\]()|~#> \na-]{0,200}$/);
    fc.assert(
      fc.property(marks, (text) => parse(text).length >= 0),
      { numRuns: 200 },
    );
    expect(all(parse("alpha\n\n> beta\n\n* gamma *delta*"))).toMatch(/alpha +beta +gamma delta/);
  });
});
