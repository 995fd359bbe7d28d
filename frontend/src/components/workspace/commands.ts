/** Everything one can do in the workspace, each once: with its name, its usual keys, and when it can be done. */

import { t } from "@lingui/core/macro";
import type { Id } from "../../document/model";
import { linkTypes } from "../labels";
import { nextDiffering, nextOpen } from "./attention-steps";
import type { Desk } from "./desk";
import type { HasKeys } from "./keymap";
import { MARK, startLink } from "./mode";

/** Ways out of the desk's own state. */
export interface DeskDoors {
  readonly openHelp: () => void;
  readonly openFinish: () => void;
  readonly openHistory: () => void;
  readonly openCommands: () => void;
  readonly openSpread: () => void;
  readonly openSkip: () => void;
  /** Gives a document that waits for this person, or the next one; this one is left as it is. */
  readonly goNext: () => void;
  readonly putBack: () => void;
  readonly openSuggestions: () => void;
  readonly goDocument: (direction: 1 | -1) => void;
}

export type Group = "text" | "spans" | "document" | "view";

export interface DeskCommand extends HasKeys {
  readonly id: string;
  readonly group: Group;
  readonly name: () => string;
  /** Whether it changes one's own set. */
  readonly edits?: boolean;
  /** Null: not now. Answers what is done. */
  readonly plan: (desk: Desk, doors: DeskDoors) => (() => void) | null;
}

const selectedRow = ({ snapshot }: Desk) =>
  snapshot.selected === null ? undefined : snapshot.own.annotations.get(snapshot.selected);

export const DESK_COMMANDS: readonly DeskCommand[] = [
  {
    id: "keep_part",
    group: "text",
    keys: ["f"],
    name: () => t`Keep what is selected as a first part, then select another`,
    edits: true,
    plan:
      ({ view }) =>
      () =>
        view.current?.addFragment(),
  },
  {
    id: "add_part",
    group: "text",
    keys: ["Shift+f"],
    name: () => t`Make what is selected a part of the selected span`,
    edits: true,
    plan: (desk) => (selectedRow(desk) ? desk.addPart : null),
  },
  {
    id: "same_label",
    group: "text",
    keys: ["Shift+r"],
    name: () => t`Give the last label again`,
    edits: true,
    plan: (desk) => () => sameLabel(desk),
  },
  {
    id: "spread",
    group: "spans",
    keys: ["Shift+a"],
    name: () => t`Mark all occurrences…`,
    edits: true,
    plan: (desk, doors) => (selectedRow(desk) ? doors.openSpread : () => desk.say(t`Select a span first`)),
  },
  {
    id: "next_span",
    group: "spans",
    keys: ["n"],
    name: () => t`Next span`,
    plan:
      ({ view }) =>
      () =>
        view.current?.step(1),
  },
  {
    id: "previous_span",
    group: "spans",
    keys: ["p"],
    name: () => t`Previous span`,
    plan:
      ({ view }) =>
      () =>
        view.current?.step(-1),
  },
  {
    id: "suggestions",
    group: "spans",
    keys: ["s"],
    name: () => t`Through the suggestions`,
    edits: true,
    plan: (desk) => () => desk.review(1),
  },
  {
    id: "all_suggestions",
    group: "spans",
    keys: ["Shift+Enter"],
    name: () => t`Answer several suggestions…`,
    edits: true,
    plan: (desk, doors) => () => (desk.offers.length > 0 ? doors.openSuggestions() : desk.say(t`No suggestions here`)),
  },
  {
    id: "next_open",
    group: "spans",
    keys: ["Shift+n"],
    name: () => t`Next span that lacks something`,
    plan: (desk) => () => nextOpen(desk, 1),
  },
  {
    id: "previous_open",
    group: "spans",
    keys: ["Shift+p"],
    name: () => t`Previous span that lacks something`,
    plan: (desk) => () => nextOpen(desk, -1),
  },
  {
    id: "next_differing",
    group: "spans",
    keys: ["]"],
    name: () => t`Next difference from the sets shown`,
    plan: (desk) => () => nextDiffering(desk, 1),
  },
  {
    id: "previous_differing",
    group: "spans",
    keys: ["["],
    name: () => t`Previous difference from the sets shown`,
    plan: (desk) => () => nextDiffering(desk, -1),
  },
  {
    id: "spans_here",
    group: "spans",
    keys: ["."],
    name: () => t`Through all spans at this place`,
    plan: (desk) => () => cycle(desk),
  },
  {
    id: "entity",
    group: "spans",
    keys: ["e"],
    name: () => t`Choose who or which place it is`,
    edits: true,
    plan: (desk) => (selectedRow(desk) ? () => desk.focusIn("details", "[data-entity-picker] input") : null),
  },
  {
    id: "relabel",
    group: "spans",
    keys: ["r"],
    name: () => t`Change the label`,
    edits: true,
    plan: (desk) => {
      const row = selectedRow(desk);
      return row ? () => desk.setMode({ kind: "relabel", id: row.id }) : null;
    },
  },
  {
    id: "edges",
    group: "spans",
    keys: ["b"],
    name: () => t`Move the edges`,
    edits: true,
    plan: (desk) => {
      const row = selectedRow(desk);
      return row ? () => desk.setMode({ kind: "bounds", id: row.id, spans: row.spans }) : null;
    },
  },
  {
    id: "split",
    group: "spans",
    keys: ["Shift+s"],
    name: () => t`Split: take the selected words out, or make each part a span`,
    edits: true,
    plan: (desk) => (selectedRow(desk) ? () => split(desk) : null),
  },
  {
    id: "join",
    group: "spans",
    keys: ["Shift+j"],
    name: () => t`Join: close the gaps, or join with the next span of the label`,
    edits: true,
    plan: (desk) => (selectedRow(desk) ? () => join(desk) : null),
  },
  {
    id: "link",
    group: "spans",
    keys: ["l"],
    name: () => t`Link to another`,
    edits: true,
    plan: (desk) => {
      const row = selectedRow(desk);
      if (!row) return null;
      return linkTypes(desk.schema, row.label, null).length > 0
        ? () => desk.setMode(startLink(row.id))
        : () => desk.say(t`No link begins here`);
    },
  },
  {
    id: "remove",
    group: "spans",
    keys: ["x", "Backspace", "Delete"],
    name: () => t`Remove`,
    edits: true,
    plan: (desk) => {
      const row = selectedRow(desk);
      return row ? () => desk.actions.remove(row.id) : null;
    },
  },
  {
    id: "undo",
    group: "document",
    keys: ["Ctrl+z", "u"],
    name: () => t`Undo`,
    edits: true,
    plan: ({ actions }) => actions.undo,
  },
  {
    id: "redo",
    group: "document",
    keys: ["Ctrl+Shift+z", "Ctrl+y"],
    name: () => t`Redo`,
    edits: true,
    plan: ({ actions }) => actions.redo,
  },
  {
    id: "finish",
    group: "document",
    keys: ["d"],
    name: () => t`Done, or open again`,
    plan: (_, { openFinish }) => openFinish,
  },
  {
    id: "finish_next",
    group: "document",
    keys: ["Shift+d"],
    name: () => t`Done, and next document`,
    edits: true,
    plan:
      ({ actions }, { goNext }) =>
      () => {
        actions.finish();
        goNext();
      },
  },
  {
    id: "skip",
    group: "document",
    keys: ["Shift+k"],
    name: () => t`Skip this document…`,
    edits: true,
    plan: (_, { openSkip }) => openSkip,
  },
  {
    id: "put_back",
    group: "document",
    keys: [],
    name: () => t`Pause: put this document back`,
    edits: true,
    plan: (_, { putBack }) => putBack,
  },
  {
    id: "hand_out",
    group: "document",
    keys: ["Shift+g"],
    name: () => t`Go on with your next document`,
    plan: (_, { goNext }) => goNext,
  },
  {
    id: "next_document",
    group: "document",
    keys: ["j"],
    name: () => t`Next document`,
    plan:
      (_, { goDocument }) =>
      () =>
        goDocument(1),
  },
  {
    id: "previous_document",
    group: "document",
    keys: ["k"],
    name: () => t`Previous document`,
    plan:
      (_, { goDocument }) =>
      () =>
        goDocument(-1),
  },
  {
    id: "history",
    group: "document",
    keys: ["h"],
    name: () => t`History`,
    plan: (_, { openHistory }) => openHistory,
  },
  {
    id: "comment",
    group: "spans",
    keys: ["Shift+c"],
    name: () => t`Comment on the mark, the words, or the document`,
    plan: (desk) => (desk.project.role === "viewer" ? null : () => desk.focusIn("comments", "[data-comment]")),
  },
  {
    id: "guideline",
    group: "view",
    keys: ["g"],
    name: () => t`Guideline, at the label in hand`,
    plan:
      ({ focusIn }) =>
      () =>
        focusIn("guideline", "[data-guideline]"),
  },
  {
    id: "commands",
    group: "view",
    keys: ["Ctrl+k"],
    name: () => t`All actions`,
    plan: (_, { openCommands }) => openCommands,
  },
  {
    id: "help",
    group: "view",
    keys: ["?"],
    name: () => t`Keys`,
    plan: (_, { openHelp }) => openHelp,
  },
  {
    id: "search_spans",
    group: "view",
    keys: ["/"],
    name: () => t`Search the spans`,
    plan:
      ({ focusIn }) =>
      () =>
        focusIn("spans", "[data-span-filter]"),
  },
  {
    id: "all_links",
    group: "view",
    keys: [],
    name: () => t`Show or hide all links`,
    plan:
      ({ allLinks, setAllLinks }) =>
      () =>
        setAllLinks(!allLinks),
  },
];

/** What a press of the command's key does now; null when nothing. */
export const planOf = (command: DeskCommand, desk: Desk, doors: DeskDoors): (() => void) | null =>
  command.edits && !desk.canEdit ? null : command.plan(desk, doors);

/** The label given last, also before the last reload. */
const sameLabel = (desk: Desk): void => {
  const label = desk.lastLabel();
  const row = selectedRow(desk);
  if (label === null) desk.say(t`No label was given yet`);
  else if (desk.selection.get() || !row) desk.giveLabel(label);
  else desk.relabel(row.id, label);
};

const split = (desk: Desk): void => {
  const row = selectedRow(desk);
  if (!row) return;
  const words = desk.selection.get()?.spans ?? [];
  const inside = words.filter(([from, to]) => row.spans.some(([start, end]) => from < end && start < to));
  if (inside.length > 0 && row.spans.some(([start, end]) => !inside.some(([a, b]) => a <= start && end <= b))) {
    desk.actions.cutOut(row.id, inside);
    desk.view.current?.setSelection(null);
  } else if (row.spans.length > 1) desk.actions.split(row.id);
  else desk.say(t`Select the words inside the span that do not belong to it`);
};

const join = (desk: Desk): void => {
  const row = selectedRow(desk);
  if (!row) return;
  const next = desk.nextOfLabel(row);
  if (row.spans.length > 1) desk.actions.closeGaps(row.id);
  else if (next) desk.actions.join(row.id, next.id);
  else desk.say(t`No span of this label follows`);
};

/** The next span over the same place. */
const cycle = ({ view, snapshot, goTo, selection }: Desk): void => {
  const selected = snapshot.selected === null ? undefined : snapshot.own.annotations.get(snapshot.selected);
  const point = selected?.spans[0]?.[0] ?? selection.get()?.spans[0]?.[0];
  if (point === undefined) return;
  const stack = view.current?.stackAt(point) ?? [];
  const next: Id | undefined = stack[(stack.indexOf(selected?.id ?? "") + 1) % stack.length];
  if (next !== undefined) goTo(next);
};

/** Leaves what one is in: a mode, the armed label, the selected span. The selection of words is the text's own. */
export const leave = ({ mode, setMode, snapshot, store, selection }: Desk): (() => void) | null => {
  if (mode.kind !== "mark") return () => setMode(MARK);
  if (snapshot.armed !== null) return () => store.arm(null);
  if (selection.get()) return null;
  return snapshot.selected === null ? null : () => store.select(null);
};
