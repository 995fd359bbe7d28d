/** The keys of the workspace. They work unless one is typing. What each does is in commands.ts; modes come first. */

import { useEffect, useLayoutEffect, useRef } from "react";
import type { Id, Span } from "../../document/model";
import { inTextOrder } from "../items";
import { DESK_COMMANDS, type DeskDoors, leave, planOf } from "./commands";
import { asItIs, type Desk } from "./desk";
import { actionFor, chordOf } from "./keymap";
import { isTarget, type LinkMode, MARK, offered, type SuggestMode } from "./mode";

export const useDeskKeys = (desk: Desk, doors: DeskDoors): void => {
  const latest = useRef({ desk, doors });
  // Before the next key can come, which may be the very next thing that happens.
  useLayoutEffect(() => {
    latest.current = { desk, doors };
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const { doors } = latest.current;
      const desk = asItIs(latest.current.desk);
      const action = isElsewhere(event) ? backToText(event, desk) : actionOf(event, desk, doors);
      if (!action) return;
      event.preventDefault();
      // Modes take keys that the text would take otherwise.
      event.stopPropagation();
      action();
    };
    document.addEventListener("keydown", listen, { capture: true });
    return () => document.removeEventListener("keydown", listen, { capture: true });
  }, []);
};

/** Escape leads from a field of the panel back to the text, and out of a mode; an open list closes first. */
const backToText = ({ key, target, isComposing }: KeyboardEvent, { panel, view, setMode }: Desk): Action => {
  if (key !== "Escape" || isComposing || !(target instanceof Element)) return null;
  if (!panel.current?.contains(target) || target.hasAttribute("data-expanded")) return null;
  return () => {
    setMode(MARK);
    view.current?.focus();
  };
};

/** Typing, choosing in a list, or a dialog on top. */
const isElsewhere = ({ target, isComposing }: KeyboardEvent): boolean => {
  if (isComposing || !(target instanceof Element)) return true;
  if (target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return true;
  return target.closest("[role=dialog], [role=menu], [role=listbox]") !== null;
};

type Action = (() => void) | null;

/** A button has its own use for Enter and Space, a choice for Delete. */
const isOwnKey = ({ key, target }: KeyboardEvent): boolean => {
  if (!(target instanceof Element)) return false;
  if (key === "Enter" || key === " ") return target.closest("button, a, summary") !== null;
  return (key === "Delete" || key === "Backspace") && target.closest("input") !== null;
};

const actionOf = (event: KeyboardEvent, desk: Desk, doors: DeskDoors): Action => {
  if (isOwnKey(event)) return null;
  const held = event.ctrlKey || event.metaKey || event.altKey;
  const moves = desk.mode.kind === "bounds" || desk.mode.kind === "suggest";
  const inMode = held && !(event.altKey && moves) ? null : modeAction(event, desk);
  if (inMode) return inMode;
  if (event.key === "Escape") return held ? null : leave(desk);
  return commandAction(event, desk, doors) ?? (desk.canEdit && !held ? labelAction(event, desk) : null);
};

// --- modes -----------------------------------------------------------------------------------------------------

const modeAction = (event: KeyboardEvent, desk: Desk): Action => {
  const { mode, setMode } = desk;
  if (mode.kind !== "mark" && event.key === "Escape") return () => setMode(MARK);
  switch (mode.kind) {
    case "suggest":
      return suggestAction(event, desk, mode);
    case "mark":
      return null;
    case "relabel":
      return labelAction(event, desk);
    case "bounds":
      return boundsAction(event, desk, mode);
    case "link":
      return linkAction(event, desk, mode);
  }
};

/** One after the other: taken, taken otherwise, rejected, or passed over. */
const suggestAction = (event: KeyboardEvent, desk: Desk, mode: SuggestMode): Action => {
  const { key, shiftKey, altKey } = event;
  const { view, setMode, snapshot, offers } = desk;
  if (key === "Tab") return () => desk.review(shiftKey ? -1 : 1);
  if (key === "n" || key === "p") return () => desk.review(key === "n" ? 1 : -1);
  if (key === "Enter" && !shiftKey) return () => desk.accept();
  if (key === "x" || key === "Backspace" || key === "Delete") return desk.reject;
  if (key === "ArrowLeft" || key === "ArrowRight")
    return () => {
      const spans = mode.spans ?? offers.find((one) => one.id === mode.id)?.spans ?? [];
      const forward = (key === "ArrowRight") !== isRightToLeft(snapshot, spans);
      const edge = shiftKey ? "start" : "end";
      const moved = view.current?.resized(mode.id, edge, forward ? 1 : -1, altKey ? "character" : "token");
      if (moved) setMode({ ...mode, spans: moved });
    };
  return labelAction(event, desk);
};

const boundsAction = (
  { key, shiftKey, altKey }: KeyboardEvent,
  { view, setMode, actions, snapshot }: Desk,
  mode: Extract<Desk["mode"], { readonly kind: "bounds" }>,
): Action => {
  if (key === "Enter")
    return () => {
      actions.resize(mode.id, mode.spans);
      setMode(MARK);
    };
  if (key !== "ArrowLeft" && key !== "ArrowRight") return null;
  return () => {
    const forward = (key === "ArrowRight") !== isRightToLeft(snapshot, mode.spans);
    const spans = view.current?.resized(
      mode.id,
      shiftKey ? "start" : "end",
      forward ? 1 : -1,
      altKey ? "character" : "token",
    );
    if (spans) setMode({ ...mode, spans });
  };
};

const RTL = /^(ar|arc|ckb|dv|fa|he|ks|ps|sd|ug|ur|yi)\b/i;

const isRightToLeft = ({ visible }: Desk["snapshot"], spans: readonly Span[]): boolean => {
  const at = spans[0]?.[0] ?? 0;
  return visible.document.languages.some(({ start, end, lang }) => start <= at && at < end && RTL.test(lang));
};

const linkAction = (event: KeyboardEvent, desk: Desk, mode: LinkMode): Action => {
  const { schema, snapshot, setMode, chooseTarget, actions } = desk;
  const { key } = event;
  if (/^[1-9]$/.test(key)) {
    const type = offered(schema, snapshot.own, mode)[Number(key) - 1];
    if (!type) return () => {};
    return () => {
      if (mode.asking && mode.target !== null) {
        actions.link(type.key, mode.from, mode.target);
        setMode(MARK);
      } else setMode({ ...mode, type: mode.type === type.key ? null : type.key, target: null });
    };
  }
  if (key === "n" || key === "p") return () => stepTarget(desk, mode, key === "n" ? 1 : -1);
  if (key === "Enter" && mode.target !== null && !mode.asking) return () => chooseTarget(mode.target as Id);
  if (key === "/") return () => desk.focusIn("links", "[data-link-filter]");
  return null;
};

/** The next possible target after the last one, or after the link's beginning; round at the ends. */
const stepTarget = ({ schema, snapshot, setMode, view }: Desk, mode: LinkMode, direction: 1 | -1): void => {
  const { own } = snapshot;
  const from = mode.target ?? mode.from;
  const order = inTextOrder(own.annotations.values());
  const here = order.findIndex((row) => row.id === from);
  const round =
    direction > 0
      ? [...order.slice(here + 1), ...order.slice(0, here)]
      : [...order.slice(0, here).reverse(), ...order.slice(here + 1).reverse()];
  const found = round.find((row) => isTarget(schema, own, mode, row));
  if (!found) return;
  setMode({ ...mode, target: found.id, asking: false });
  view.current?.select(found.id);
};

// --- marking ---------------------------------------------------------------------------------------------------

const labelAction = (event: KeyboardEvent, { labelKeys, giveLabel }: Desk): Action => {
  const pressed = chordOf(event);
  if (pressed === null) return null;
  for (const [label, keys] of labelKeys) if (keys.includes(pressed)) return () => giveLabel(label);
  return null;
};

const commandAction = (event: KeyboardEvent, desk: Desk, doors: DeskDoors): Action => {
  const pressed = chordOf(event);
  const id = pressed === null ? undefined : actionFor(desk.keymap, pressed);
  const command = id === undefined ? undefined : DESK_COMMANDS.find((one) => one.id === id);
  return command ? planOf(command, desk, doors) : null;
};
