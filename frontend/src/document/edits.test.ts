import { describe, expect, test } from "vitest";
import * as edits from "./edits";
import { newId } from "./ids";
import type { Annotation } from "./model";
import { fromView, ownSet } from "./model";
import { indexText } from "./offsets";
import { ALICE, anAnnotation, createServer, TEXT } from "./testing/server";

const server = createServer();
server.handle(ALICE, [{ id: newId(), type: "add_annotation", data: anAnnotation([[0, 4]], "Isis", "actor", "a1") }]);
const place = { state: fromView(server.view(ALICE), { account: ALICE, shared: false }), index: indexText(TEXT) };
const row = ownSet(place.state).annotations.get("a1") as Annotation;

describe("edits", () => {
  test("quote what their spans say, parts in order and joined", () => {
    const { data } = edits.addAnnotation(place, {
      label: "claim",
      spans: [
        [34, 41],
        [17, 23],
        [21, 28],
      ],
    });
    expect(data).toMatchObject({
      spans: [
        [17, 28],
        [34, 41],
      ],
      quote: "Hariri said Assad 😀",
    });
  });

  test("give the whole new state of what they change", () => {
    expect(edits.relabel(place, row, "claim").data).toMatchObject({ annotation: "a1", label: "claim", quote: "Isis" });
    expect(edits.setAttribute(place, row, "note", "x").data).toMatchObject({ attributes: { note: "x" } });
    const noted = { ...row, attributes: { note: "x" } };
    expect(edits.setAttribute(place, noted, "note", undefined).data).toMatchObject({ attributes: {} });
    expect(edits.addFragment(place, row, [10, 15]).data).toMatchObject({ quote: "Isis Raqqa" });
  });

  test("never take the last part away", () => {
    expect(edits.removeFragment(place, row, 0)).toBeNull();
  });

  test("given again get a fresh id and fit what is there now", () => {
    const change = edits.relabel(place, row, "claim");
    const again = edits.renew(place, change);
    expect(again).toMatchObject({ type: "change_annotation", data: { label: "claim" } });
    expect(again?.id).not.toBe(change.id);
    const gone = { ...place, state: fromView(createServer().view(ALICE), place.state.me) };
    expect(edits.renew(gone, change)).toMatchObject({ type: "add_annotation" });
    expect(edits.renew(gone, edits.removeAnnotation(place, "a1"))).toBeNull();
    expect(edits.renew(gone, edits.addLink(place, { type: "target", from: "a1", to: "a1" }))).toBeNull();
  });
});

describe("spans", () => {
  test("are what is left when words are taken out of their middle, their ends, or altogether", () => {
    const spans = [
      [0, 10],
      [20, 30],
    ] as const;
    expect(edits.without(spans, [[4, 6]])).toEqual([
      [0, 4],
      [6, 10],
      [20, 30],
    ]);
    expect(
      edits.without(spans, [
        [0, 2],
        [15, 40],
      ]),
    ).toEqual([[2, 10]]);
    expect(edits.without(spans, [[0, 40]])).toEqual([]);
    expect(edits.without(spans, [[10, 20]])).toEqual(spans);
  });
});

test("links of a joined annotation move to the other, but not twice and not to itself", () => {
  const server = createServer();
  const add = (id: string, words: string, spans: [number, number][]) =>
    ({ id: newId(), type: "add_annotation", data: anAnnotation(spans, words, "actor", id) }) as const;
  const link = (id: string, from: string, to: string) =>
    ({ id: newId(), type: "add_link", data: { link: id, type: "target", from, to, attributes: {} } }) as const;
  server.handle(ALICE, [
    add("a", "Isis", [[0, 4]]),
    add("b", "Raqqa", [[10, 15]]),
    add("c", "Hariri", [[17, 23]]),
    link("l1", "b", "c"),
    link("l2", "b", "a"),
    link("l3", "c", "b"),
    link("l4", "c", "a"),
  ]);
  const place = { state: fromView(server.view(ALICE), { account: ALICE, shared: false }), index: indexText(TEXT) };
  expect(edits.movedLinks(place, "a", "b").map(({ data }) => data)).toMatchObject([{ from: "a", to: "c" }]);
});

test("ids sort as they were made, even within one millisecond and when the clock goes back", () => {
  const ids = Array.from({ length: 5000 }, (_, k) => newId(1_700_000_000_000 - (k % 7)));
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
