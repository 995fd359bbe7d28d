import { expect, test } from "vitest";
import type { Attribute, Label, LinkType, Schema } from "../../api/types";
import { type Annotation, emptySet, type Link } from "../../document/model";
import { differing, following, openPoints } from "./attention";

const attribute = (key: string, required: boolean) => ({ key, name: key.toUpperCase(), required }) as Attribute;
const schema = {
  labels: [
    { key: "claim", attributes: [attribute("stance", true), attribute("note", false)] },
    { key: "actor", attributes: [] },
  ] as unknown as Label[],
  link_types: [
    { key: "claimant", name: "Claimant", from_label: "claim", to_label: "actor", retired: false },
    { key: "about", name: "About", from_label: null, to_label: null, retired: false },
  ] as unknown as LinkType[],
} as unknown as Schema;

const row = (id: string, label: string, start: number, attributes: Annotation["attributes"] = {}): Annotation =>
  ({ id, label, spans: [[start, start + 3]], attributes }) as unknown as Annotation;
const set = (rows: readonly Annotation[], links: readonly Partial<Link>[] = []) => ({
  ...emptySet("me", true),
  annotations: new Map(rows.map((one) => [one.id, one])),
  links: new Map(links.map((one, k) => [`${k}`, one as Link])),
});

test("what lacks a required attribute or has none of its label's links is listed, in the order of the text", () => {
  const mine = set([row("b", "claim", 20, { stance: "for" }), row("a", "claim", 5), row("c", "actor", 1)]);
  expect(openPoints(schema, mine)).toEqual([
    { annotation: "a", kind: "missing", what: ["STANCE"] },
    { annotation: "a", kind: "unlinked", what: ["Claimant"] },
    { annotation: "b", kind: "unlinked", what: ["Claimant"] },
  ]);
});

test("any link that leaves the claim is enough", () => {
  const mine = set([row("a", "claim", 5, { stance: "for" })], [{ from: "a", to: "c", type: "claimant" }]);
  expect(openPoints(schema, mine)).toEqual([]);
});

test("sets differ where one of them has what another has not", () => {
  const mine = set([row("a", "actor", 1), row("b", "claim", 9)]);
  const theirs = set([row("x", "actor", 1), row("y", "actor", 9), row("z", "claim", 30)]);
  expect(differing(mine, [theirs]).map(({ id }) => id)).toEqual(["b", "y", "z"]);
  expect(differing(mine, [])).toEqual([]);
});

test("one goes from point to point, and round at the ends", () => {
  const rows = [row("a", "actor", 1), row("b", "actor", 9)];
  expect(following(rows, 1, 1)?.id).toBe("b");
  expect(following(rows, 9, 1)?.id).toBe("a");
  expect(following(rows, 1, -1)?.id).toBe("b");
});
