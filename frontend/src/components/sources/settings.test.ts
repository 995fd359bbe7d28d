import { expect, test } from "vitest";
import { settingsOf } from "./settings";

const typed = { kind: "dictionary", label: "location", countries: "", patterns: "", url: "", mapping: "" };

test("what is typed becomes the settings of each kind of source", () => {
  expect(settingsOf(typed)).toEqual({ kind: "dictionary" });
  expect(settingsOf({ ...typed, kind: "gazetteer", countries: "sy, IQ;lb" })).toEqual({
    ...{ kind: "gazetteer", label: "location", countries: ["SY", "IQ", "LB"] },
  });
  expect(settingsOf({ ...typed, kind: "patterns", patterns: "actor: \\w+: Army\n\nclaim:has fallen" })).toEqual({
    kind: "patterns",
    patterns: [
      { label: "actor", expression: "\\w+: Army" },
      { label: "claim", expression: "has fallen" },
    ],
  });
  expect(
    settingsOf({ ...typed, kind: "server", url: " https://m.example/s ", mapping: "PER = actor\nGPE→location" }),
  ).toEqual({ kind: "server", url: "https://m.example/s", labels: { PER: "actor", GPE: "location" } });
});
