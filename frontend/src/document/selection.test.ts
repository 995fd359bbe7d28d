// What the pointer did counts before the key that comes after it, however soon that comes.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { indexText } from "./offsets";
import { buildPage } from "./page";
import { type PointerActions, watchPointer } from "./selection";
import { createTokens } from "./tokens";

const TEXT = "The clash is about Homs.";

const open = () => {
  const root = document.createElement("div");
  document.body.replaceChildren(root);
  const index = indexText(TEXT);
  const page = buildPage(root, index, createTokens(index, []));
  const done: string[] = [];
  const actions: PointerActions = {
    selecting: (span, how) => void (how.done && done.push(`select ${TEXT.slice(...span)}`)),
    sentence: () => void done.push("sentence"),
    click: () => void done.push("click"),
    hover: () => {},
    leave: () => {},
    drag: () => {},
    dragEnd: () => {},
  };
  return { root, page, done, stop: watchPointer(page, actions) };
};

const press = (root: HTMLElement, from: number, to: number) => {
  const at = (clientX: number) => ({ bubbles: true, button: 0, clientX, clientY: 5, pointerType: "mouse" });
  root.dispatchEvent(new PointerEvent("pointerdown", at(from)));
  root.dispatchEvent(new PointerEvent("pointerup", at(to)));
};

describe("a key right after the pointer", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("finds the click done", () => {
    const { root, done } = open();
    document.getSelection()?.removeAllRanges();
    const seen: string[][] = [];
    document.addEventListener("keydown", () => void seen.push([...done]), { once: true, capture: true });
    press(root, 5, 5);
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "x", bubbles: true }));
    expect(seen).toEqual([["click"]]);
    vi.runAllTimers();
    expect(done, "once").toEqual(["click"]);
  });

  it("finds the selection taken", () => {
    const { root, page, done } = open();
    const { node } = page.position(19);
    press(root, 5, 90);
    document.getSelection()?.setBaseAndExtent(node, 19, node, 23);
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true }));
    expect(done).toEqual(["select Homs"]);
    vi.runAllTimers();
    expect(done).toEqual(["select Homs"]);
  });

  it("does nothing of its own without a key", () => {
    const { root, done, stop } = open();
    document.getSelection()?.removeAllRanges();
    press(root, 5, 5);
    expect(done).toEqual([]);
    stop();
    vi.runAllTimers();
    expect(done).toEqual([]);
  });
});
