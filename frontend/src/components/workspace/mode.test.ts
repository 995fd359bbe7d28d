import { expect, test } from "vitest";
import type { LinkType, Schema } from "../../api/types";
import type { Annotation, AnnotationSet } from "../../document/model";
import { emptySet } from "../../document/model";
import { chooseTarget, isTarget, offered, startLink } from "./mode";

const type = (key: string, from_label: string | null, to_label: string | null): LinkType => ({
  key,
  name: key,
  from_label,
  to_label,
  attributes: [],
  description: "",
  order: 1,
  retired: false,
});

const schema: Schema = {
  position: 0,
  version: 0,
  labels: [],
  link_types: [
    type("claimant", "claim", "actor"),
    type("target", "claim", "actor"),
    type("location", "claim", "location"),
  ],
  entity_types: [],
  document_labels: [],
  published: null,
};

const row = (id: string, label: string): Annotation => ({
  id,
  label,
  spans: [[0, 1]],
  attributes: {},
  entity: null,
  origin: "hand",
  text_version: 1,
  version: 1,
  position: 1,
});

const set = (...rows: readonly Annotation[]): AnnotationSet => ({
  ...emptySet("a", true),
  annotations: new Map(rows.map((one) => [one.id, one])),
});

const marked = set(row("c", "claim"), row("a", "actor"), row("l", "location"));

test("a target that one type fits is linked at once", () => {
  expect(chooseTarget(schema, marked, startLink("c"), "l")).toEqual({ link: "location" });
});

test("a target that several types fit asks which one", () => {
  const answer = chooseTarget(schema, marked, startLink("c"), "a");
  expect(answer).toEqual({ ask: { ...startLink("c"), target: "a", asking: true } });
});

test("a type chosen first answers the question", () => {
  expect(chooseTarget(schema, marked, { ...startLink("c"), type: "target" }, "a")).toEqual({ link: "target" });
});

test("an annotation is no target of its own, nor of a type that wants another label", () => {
  expect(chooseTarget(schema, marked, startLink("c"), "c")).toBeNull();
  expect(isTarget(schema, marked, { ...startLink("c"), type: "location" }, row("a", "actor"))).toBe(false);
});

test("while asking, only the types that fit the target are offered", () => {
  const keys = (asking: boolean) =>
    offered(schema, marked, { ...startLink("c"), target: "a", asking }).map((one) => one.key);
  expect(keys(false)).toEqual(["claimant", "target", "location"]);
  expect(keys(true)).toEqual(["claimant", "target"]);
});
