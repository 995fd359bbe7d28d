import { describe, expect, it } from "vitest";
import { calledIn } from "./use-threads";

const PEOPLE = [
  { id: "1", name: "Ann" },
  { id: "2", name: "Anna" },
  { id: "3", name: "Maria Rossi" },
];

describe("who is called", () => {
  it("is whoever's name follows an at sign, the longest first", () => {
    expect(calledIn("@Anna, and @Maria Rossi?", PEOPLE)).toEqual(["3", "2"]);
    expect(calledIn("@Ann @Anna", PEOPLE)).toEqual(["2", "1"]);
    expect(calledIn("Anna without a sign", PEOPLE)).toEqual([]);
  });
});
