/** The keys of the workspace. They work unless one is typing; single letters and digits are chosen to be remembered. */

import { t } from "@lingui/core/macro";
import { useEffect, useRef } from "react";
import type { Id, Span } from "../../document/model";
import { inTextOrder } from "../items";
import { labelKeys, linkTypes } from "../labels";
import type { Desk } from "./desk";
import { isTarget, type LinkMode, MARK, offered, startLink } from "./mode";

export interface DeskDoors {
  readonly openHelp: () => void;
  readonly openFinish: () => void;
  readonly openHistory: () => void;
  readonly goDocument: (direction: 1 | -1) => void;
}

export const useDeskKeys = (desk: Desk, doors: DeskDoors): void => {
  const latest = useRef({ desk, doors });
  useEffect(() => {
    latest.current = { desk, doors };
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const { desk, doors } = latest.current;
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
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (isOwnKey(event)) return null;
  const command = ctrlKey || metaKey;
  if (command && !altKey) return withControl(key.toLowerCase(), shiftKey, desk);
  const inMode = modeAction(event, desk);
  if (inMode) return inMode;
  if (command || altKey) return null;
  return (desk.canEdit ? editAction(event, desk) : null) ?? plainAction(event, desk, doors);
};

const withControl = (key: string, shift: boolean, { actions, canEdit }: Desk): Action => {
  if (!canEdit) return null;
  if (key === "z") return shift ? actions.redo : actions.undo;
  return key === "y" ? actions.redo : null;
};

// --- modes -----------------------------------------------------------------------------------------------------

const modeAction = (event: KeyboardEvent, desk: Desk): Action => {
  const { mode, setMode } = desk;
  if (mode.kind !== "mark" && event.key === "Escape") return () => setMode(MARK);
  switch (mode.kind) {
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

const labelAction = (event: KeyboardEvent, { labels, giveLabel }: Desk): Action => {
  const pressed = nameOfKey(event);
  for (const [label, keys] of labelKeys(labels)) if (keys.includes(pressed)) return () => giveLabel(label);
  return null;
};

/** Digits by their place on the keyboard, so that Shift does not turn 1 into an exclamation mark. */
const nameOfKey = ({ key, code, shiftKey }: KeyboardEvent): string => {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  if (digit !== undefined) return shiftKey ? `Shift+${digit}` : digit;
  return key.toLowerCase();
};

const editAction = (event: KeyboardEvent, desk: Desk): Action => {
  const { snapshot, actions, setMode, schema, view, addPart } = desk;
  const row = snapshot.selected === null ? undefined : snapshot.own.annotations.get(snapshot.selected);
  switch (event.key) {
    case "u":
      return actions.undo;
    case "f":
      return () => view.current?.addFragment();
    case "F":
      return row ? addPart : null;
    case "x":
    case "Backspace":
    case "Delete":
      return row ? () => actions.remove(row.id) : null;
    case "r":
      return row ? () => setMode({ kind: "relabel", id: row.id }) : null;
    case "b":
      return row ? () => setMode({ kind: "bounds", id: row.id, spans: row.spans }) : null;
    case "e":
      return row ? () => desk.focusIn("details", "[data-entity-picker] input") : null;
    case "l":
      if (!row) return null;
      return linkTypes(schema, row.label, null).length > 0
        ? () => setMode(startLink(row.id))
        : () => desk.say(t`No link begins here`);
    default:
      return labelAction(event, desk);
  }
};

const plainAction = ({ key }: KeyboardEvent, desk: Desk, doors: DeskDoors): Action => {
  const { view, store, snapshot } = desk;
  switch (key) {
    case "n":
      return () => void view.current?.step(1);
    case "p":
      return () => void view.current?.step(-1);
    case "j":
      return () => doors.goDocument(1);
    case "k":
      return () => doors.goDocument(-1);
    case "d":
      return doors.openFinish;
    case "h":
      return doors.openHistory;
    case "?":
      return doors.openHelp;
    case ".":
      return () => cycle(desk);
    case "Escape":
      if (snapshot.armed !== null) return () => store.arm(null);
      if (desk.selection.get()) return null;
      return snapshot.selected === null ? null : () => store.select(null);
    default:
      return null;
  }
};

/** The next span over the same place. */
const cycle = ({ view, snapshot, goTo, selection }: Desk): void => {
  const selected = snapshot.selected === null ? undefined : snapshot.own.annotations.get(snapshot.selected);
  const point = selected?.spans[0]?.[0] ?? selection.get()?.spans[0]?.[0];
  if (point === undefined) return;
  const stack = view.current?.stackAt(point) ?? [];
  const next = stack[(stack.indexOf(selected?.id ?? "") + 1) % stack.length];
  if (next !== undefined) goTo(next);
};
