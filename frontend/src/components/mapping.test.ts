import { expect, test } from "vitest";
import type { Job, Schema } from "../api/types";
import { NEW, optionsWith, remembered, unknown } from "./mapping";

const label = (key: string, name = key) => ({ key, name, color: "#123456", retired: false, attributes: [] });
const schema = { labels: [label("actor", "Actor"), label("location")], link_types: [] } as unknown as Schema;
const per = { kind: "label", name: "PER", count: 3 };
const actor = { kind: "label", name: "ACTOR", count: 1 };

const job = (labels: object) =>
  ({ kind: "import", options: { format: "conll2003", options: { labels } }, report: null }) as unknown as Job;

test("names that the project has need no mapping", () => {
  expect(unknown([per, { ...per, name: "actor" }], schema)).toEqual([per]);
});

test("what was chosen before is offered, then what is the same but for its case", () => {
  expect(remembered([per, actor], "conll2003", schema, [])).toEqual({ "label ACTOR": "actor" });
  const jobs = [job({ PER: "" }), job({ PER: "actor" })];
  expect(remembered([per, actor], "conll2003", schema, jobs)).toEqual({ "label PER": "", "label ACTOR": "actor" });
  expect(remembered([per], "brat", schema, jobs)).toEqual({});
  expect(remembered([per], "conll2003", schema, [job({ PER: "gone" })])).toEqual({});
});

test("choices join the options that were given, and a new label has the key of its name", () => {
  const before = { author: "ann", labels: { LOC: "location" } };
  const chosen = { "label PER": NEW, "label ACTOR": "" };
  expect(optionsWith(before, [per, actor], chosen)).toEqual({
    author: "ann",
    labels: { LOC: "location", PER: "per", ACTOR: "" },
  });
});
