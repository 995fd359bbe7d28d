import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffLines, hunks } from "./diff";

const text = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 }).map((lines) => lines.join("\n"));
const kept = (kind: string) => (line: { readonly kind: string }) => line.kind === "same" || line.kind === kind;

describe("the difference of two texts", () => {
  it("leads from the one to the other, and back", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after);
        expect(
          lines
            .filter(kept("removed"))
            .map((line) => line.text)
            .join("\n"),
        ).toBe(before);
        expect(
          lines
            .filter(kept("added"))
            .map((line) => line.text)
            .join("\n"),
        ).toBe(after);
      }),
    );
  });

  it("says nothing of a text against itself", () => {
    fc.assert(fc.property(text, (same) => diffLines(same, same).every(({ kind }) => kind === "same")));
    expect(hunks(diffLines("a\nb", "a\nb"))).toEqual([]);
  });

  it("shows changes with what stands round them", () => {
    const before = Array.from({ length: 20 }, (_, k) => `line ${k}`).join("\n");
    const [only] = hunks(diffLines(before, before.replace("line 10", "line ten")));
    expect(only?.skipped).toBe(7);
    expect(only?.lines.map(({ kind }) => kind)).toEqual([
      "same",
      "same",
      "same",
      "removed",
      "added",
      "same",
      "same",
      "same",
    ]);
  });
});
