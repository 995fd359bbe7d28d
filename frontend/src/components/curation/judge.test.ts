import { expect, test } from "vitest";
import type { Candidate, CurationItem } from "../../api/types";
import {
  accept,
  acceptAllAgreed,
  answersOf,
  canSplit,
  decide,
  differing,
  joined,
  nextOpen,
  type Question,
  seenVotes,
} from "./judge";

const candidate = (key: string, ...authors: string[]): Candidate => ({
  key,
  label: "actor",
  spans: [[0, 4]],
  quote: "Isis",
  attributes: { mention: "named" },
  entity: null,
  votes: authors.map((author) => ({ author, annotation: `${author}-1`, version: 3 })),
  share: 1,
  confidence: 1,
});

const question = (key: string, status: CurationItem["status"], change: Partial<CurationItem> = {}): Question => ({
  kind: "label",
  key,
  item: {
    item: key,
    status,
    stale: false,
    candidates: [candidate(key, "alice")],
    against: [],
    conflict: null,
    decision: null,
    decisions: [],
    splits: [],
    ...change,
  },
});

const list = [question("a", "disputed"), question("b", "agreed"), question("c", "disputed"), question("d", "decided")];

test("the next open question comes after the current one, and round at the end", () => {
  expect(nextOpen(list, "a", 1)?.key).toBe("c");
  expect(nextOpen(list, "c", 1)?.key).toBe("a");
  expect(nextOpen(list, "c", -1)?.key).toBe("a");
  expect(nextOpen(list, undefined, 1)?.key).toBe("a");
});

test("the one just decided is not come back to", () => {
  expect(nextOpen([question("a", "disputed")], "a", 1, "a")).toBeNull();
});

test("a stale decision is open again", () => {
  expect(nextOpen([question("a", "agreed"), question("b", "decided", { stale: true })], "a", 1)?.key).toBe("b");
});

test("a decision tells the votes it saw, also those for nothing", () => {
  const against = [{ author: "bob", annotation: null, version: 0 }];
  const seen = question("a", "disputed", { against });
  expect(seenVotes(seen)).toEqual([{ author: "alice", annotation: "alice-1", version: 3 }, ...against]);
  const { type, data } = decide("doc", seen, accept(candidate("a", "alice"), { reason: "slip", note: "typo" }));
  expect(type).toBe("decide_item");
  expect(data).toMatchObject({ item: "a", verdict: "accept", quote: "Isis", reason: "slip", votes: seenVotes(seen) });
});

test("accepting all agreed leaves disputes and decisions alone", () => {
  expect(acceptAllAgreed("doc", list).map(({ data }) => (data as { item: string }).item)).toEqual(["b"]);
});

test("voters who say different things of one candidate give different answers", () => {
  const said = new Map([
    ["alice-1", { attributes: { mention: "named" }, entity: null }],
    ["bob-1", { attributes: { mention: "nominal" }, entity: null }],
    ["carol-1", { attributes: { mention: "named" }, entity: null }],
  ]);
  const item = question("a", "disputed", { candidates: [candidate("a", "alice", "bob", "carol")] })
    .item as CurationItem;
  const answers = answersOf(item, (id) => said.get(id));
  expect(answers.map(({ attributes, votes }) => [attributes.mention, votes.map(({ author }) => author)])).toEqual([
    ["named", ["alice", "carol"]],
    ["nominal", ["bob"]],
  ]);
  expect([...differing(answers, "a")]).toEqual(["mention"]);
});

test("what is not known of a vote counts as what consensus shows", () => {
  const item = question("a", "agreed", { candidates: [candidate("a", "alice", "bob")] }).item as CurationItem;
  expect(answersOf(item, () => undefined)).toEqual(item.candidates);
});

test("a decision names the decisions that were on the screen", () => {
  const made = { decision: "d1", verdict: "accept" } as unknown as CurationItem["decisions"][number];
  const { data } = decide("doc", question("a", "decided", { decisions: [made] }), {
    verdict: "none_of_these",
    annotation: null,
    quote: null,
    reason: null,
    note: "",
  });
  expect(data).toMatchObject({ seen: ["d1"] });
});

test("only several answers can be split", () => {
  expect(canSplit(question("a", "disputed"))).toBe(false);
  const two = [candidate("a", "alice"), candidate("b", "bob")];
  expect(canSplit(question("a", "disputed", { candidates: two }))).toBe(true);
});

test("edges can be joined to all that answers cover, or to what all of them cover", () => {
  const at = (...spans: [number, number][]): Candidate => ({ ...candidate("a", "alice"), spans });
  const answers = [at([0, 4], [8, 12]), at([2, 10])];
  expect(joined(answers, "union")).toEqual([[0, 12]]);
  expect(joined(answers, "intersection")).toEqual([
    [2, 4],
    [8, 10],
  ]);
  expect(joined([at([0, 2]), at([4, 6])], "intersection")).toBeNull();
});
