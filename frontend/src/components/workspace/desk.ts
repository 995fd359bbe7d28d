/** What every part of the workspace works with. */

import { createContext, type RefObject, useContext } from "react";
import type { Entity, GoldLabel, Id, Label, Project, Schema } from "../../api/types";
import type { Annotation } from "../../document/model";
import type { Offer, Repeat } from "../../document/offers";
import type { DocumentStore, Snapshot } from "../../document/store";
import type { TextSelection, TextViewApi } from "../../document/view";
import type { Cell } from "../../ui/cell";
import type { Actions } from "./actions";
import type { Keymap } from "./keymap";
import type { Mode } from "./mode";

/** Stands among the keys of sets for the gold labels. */
export const GOLD = "gold";

export type Tab = "details" | "spans" | "links" | "comments" | "guideline" | "history";

export interface Desk {
  readonly project: Project;
  readonly document: Id;
  readonly schema: Schema;
  /** Labels that may be used now. */
  readonly labels: readonly Label[];
  readonly store: DocumentStore;
  readonly snapshot: Snapshot;
  readonly actions: Actions;
  /** Whether one's own set may be changed now. */
  readonly canEdit: boolean;
  readonly mode: Mode;
  readonly setMode: (mode: Mode) => void;
  readonly view: RefObject<TextViewApi | null>;
  /** What is selected in the text and waits for a label. */
  readonly selection: Cell<TextSelection | null>;
  readonly entities: ReadonlyMap<Id, Entity>;
  /** Names of authors one may know. */
  readonly authors: ReadonlyMap<Id, string>;
  readonly tab: Tab;
  readonly setTab: (tab: Tab) => void;
  /** Gold labels, when they are shown. */
  readonly gold: readonly GoldLabel[];
  /** Whether gold may be shown: to annotators of a blind project once they have finished. */
  readonly mayGold: boolean;
  /** Keys of other people's sets that are shown, and GOLD. */
  readonly shown: ReadonlySet<string>;
  readonly setShown: (shown: ReadonlySet<string>) => void;
  readonly allLinks: boolean;
  readonly setAllLinks: (all: boolean) => void;
  readonly panel: RefObject<HTMLElement | null>;
  /** On a small screen: whether the panel is pulled up. */
  readonly sheet: boolean;
  readonly setSheet: (up: boolean) => void;
  /** Into the first field that the selector finds in the panel, once the tab is there. */
  readonly focusIn: (tab: Tab, selector: string) => void;
  /** What was done here since the page was opened. */
  readonly session: () => { readonly edits: number; readonly seconds: number };
  /** To a screen reader. */
  readonly say: (text: string) => void;
  /** What is suggested now, in the order of the text; empty where nothing can be changed. */
  readonly offers: readonly Offer[];
  readonly repeats: readonly Repeat[];
  /** To the suggestion, or to the next or previous one from here. */
  readonly review: (to: Id | 1 | -1) => void;
  /** Takes the suggestion in hand, with other edges or another label if they were given; then the next one. */
  readonly accept: (label?: string) => void;
  readonly reject: () => void;
  /** When suggestions were first shown here, by the page's clock. */
  readonly shownAt: number;
  /** Keys of each action, and of each label, for this person. */
  readonly keymap: Keymap;
  readonly labelKeys: ReadonlyMap<string, readonly string[]>;
  /** A label's key or button: marks the selection, changes a label, or arms. */
  readonly giveLabel: (label: string) => void;
  /** Another label for a span, unless its links forbid it. */
  readonly relabel: (id: Id, label: string) => void;
  /** The label that was given last here. */
  readonly lastLabel: () => string | null;
  /** The next annotation with the same label, in the order of the text. */
  readonly nextOfLabel: (row: Annotation) => Annotation | undefined;
  /** Makes what is selected in the text a part of the selected span. */
  readonly addPart: () => void;
  /** Selects and shows in the text. */
  readonly goTo: (id: Id) => void;
  readonly chooseTarget: (id: Id) => void;
}

/** With what was done since it was drawn: a key may come before the page is drawn anew. */
export const asItIs = (desk: Desk): Desk => ({ ...desk, snapshot: desk.store.getSnapshot() });

export const DeskContext = createContext<Desk | null>(null);

export const useDesk = (): Desk => useContext(DeskContext) as Desk;
