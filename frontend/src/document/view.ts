/** What the text view takes and tells. The view itself is in textview.ts. */

import type { Id, LanguageRange, Span } from "./model";

/** Line style of a label's bars: the cue that is not colour. */
export type BarStyle = "solid" | "dashed" | "dotted" | "double";

export interface TextLabel {
  readonly key: string;
  readonly name: string;
  /** One or two letters shown at the start of a span. */
  readonly code: string;
  /** Any CSS colour that can be read on the page's background: 4.5:1 for the letters of the code. */
  readonly color: string;
  readonly style: BarStyle;
}

/** A block of lanes with a name: one per author on the curation screen. Without groups all items share one. */
export interface TextGroup {
  readonly key: string;
  readonly name: string;
  /** Whether its items tint the text; bars are always drawn. */
  readonly fill: boolean;
}

export interface TextItem {
  readonly id: Id;
  readonly label: string;
  readonly spans: readonly Span[];
  /** Key of a TextGroup. */
  readonly group?: string | undefined;
  readonly uncertain?: boolean | undefined;
  readonly suggestion?: boolean | undefined;
  /** Not yet acknowledged by the server. */
  readonly pending?: boolean | undefined;
  /** How it differs between two moments of the history. */
  readonly change?: "added" | "removed" | undefined;
  readonly dimmed?: boolean | undefined;
  /** Appended to the accessible name "label: quote". */
  readonly note?: string | undefined;
}

export interface TextLink {
  readonly id: Id;
  readonly from: Id;
  readonly to: Id;
  /** Shown beside the arrow, e.g. "claimant". */
  readonly name: string;
}

export interface TextSelection {
  /** Ordered and disjoint. */
  readonly spans: readonly Span[];
  readonly quote: string;
  readonly source: "mouse" | "touch" | "keyboard" | "program";
  /** False while the pointer or key is still moving it. */
  readonly done: boolean;
  /** Where on the screen it is, for a floating bar. */
  readonly rect: DOMRect | null;
}

export interface TextViewOptions {
  readonly text: string;
  readonly languages: readonly LanguageRange[];
  readonly labels: readonly TextLabel[];
  readonly groups?: readonly TextGroup[] | undefined;
  readonly readOnly?: boolean | undefined;
  /** Words for assistive technology; English when left out. */
  readonly words?: Partial<TextViewWords> | undefined;
  /** A click, a step to the next annotation, or null. */
  readonly onSelect?: ((id: Id | null, stack: readonly Id[]) => void) | undefined;
  readonly onHover?: ((id: Id | null) => void) | undefined;
  readonly onSelection?: ((selection: TextSelection | null) => void) | undefined;
  /** Enter or double click on the selected annotation: open its editor. */
  readonly onActivate?: ((id: Id) => void) | undefined;
  /** A handle was dragged, or an edge moved by key; the caller sends the command. */
  readonly onResize?: ((id: Id, spans: readonly Span[]) => void) | undefined;
}

export interface TextViewWords {
  readonly text: string;
  readonly annotations: string;
  readonly uncertain: string;
  readonly suggestion: string;
  readonly added: string;
  readonly removed: string;
}

export type Unit = "token" | "character" | "sentence" | "paragraph" | "line";

/** The public face of the class TextView in textview.ts: `new TextView(root, options)`. */
export interface TextViewApi {
  /** The whole truth; unchanged objects (same identity) cost nothing, lanes of known items stay. */
  setItems(items: readonly TextItem[]): void;
  upsert(item: TextItem): void;
  remove(id: Id): void;
  setLinks(links: readonly TextLink[], showAll?: boolean): void;
  setLabels(labels: readonly TextLabel[]): void;
  /** Outline; scrolls into view unless told not to. Does not call onSelect. */
  select(id: Id | null, options?: { readonly scroll?: boolean }): void;
  /** The label that each finished selection gets; shown at the pointer. */
  setArmed(label: string | null): void;
  setReadOnly(readOnly: boolean): void;
  /** The current selection, or null. */
  selection(): TextSelection | null;
  setSelection(spans: readonly Span[] | null): void;
  /** Keep the current selection as a part; the next selection adds another. */
  addFragment(): void;
  /** Next or previous annotation from the selected one or the cursor, in text order; calls onSelect. */
  step(direction: 1 | -1): Id | null;
  /** Ids of the annotations over a code point, innermost first. */
  stackAt(point: number): readonly Id[];
  /** Spans of an annotation with one edge moved by one unit, or null when it cannot move. */
  resized(id: Id, edge: "start" | "end", direction: 1 | -1, unit?: "token" | "character"): readonly Span[] | null;
  scrollTo(span: Span): void;
  focus(): void;
  /** Draw now what would be drawn in the next frame. */
  flush(): void;
  destroy(): void;
}
