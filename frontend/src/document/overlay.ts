/**
 * What is drawn over one paragraph: a bar in its lane for each line of each annotation, its code at the start, outline
 * and handles when selected. Built only near the screen; a change draws the changed annotation only.
 *
 * The codes are buttons in a group, so that a screen reader finds "label: quote" beside the paragraph; pointers go
 * through to the text. All geometry is set through the CSSOM, all text as text.
 */

import type { Rect, Ruler } from "./geometry";
import { endOf, measure, sameLine, startOf } from "./geometry";
import { safeColor } from "./highlights";
import type { Id, Span } from "./model";
import type { Block } from "./page";
import { sameSpans } from "./placement";
import type { TextItem, TextLabel } from "./view";

/** One annotation as it lies in one paragraph. */
export interface Part {
  readonly item: TextItem;
  readonly label: TextLabel;
  readonly spans: readonly Span[];
  /** Counted over all groups. */
  readonly lane: number;
  /** Whether the annotation begins, or ends, in this paragraph. */
  readonly first: boolean;
  readonly last: boolean;
  readonly fill: boolean;
  readonly selected: boolean;
  readonly name: string;
}

export interface Drawn {
  readonly part: Part;
  readonly element: HTMLElement;
  readonly rects: readonly Rect[];
  readonly rtl: boolean;
  /** Top of the bar under a rectangle. */
  readonly barTop: (rect: Rect) => number;
}

export interface OverlayOptions {
  /** Draw the tints too, for browsers without custom highlights. */
  readonly fill: boolean;
  readonly groupName: string;
  readonly handles: boolean;
}

export interface Overlay {
  readonly drawn: ReadonlyMap<Id, Drawn>;
  /** Height and width of the paragraph when it was measured. */
  readonly size: string;
  /** Measures what differs from what is drawn and answers how to draw it: read all paragraphs before writing to one. */
  plan(parts: readonly Part[], options: OverlayOptions): () => void;
  /** The place of the keyboard cursor; null takes it away. */
  cursor(span: Span | null): void;
  clear(): void;
  remove(): void;
}

/** Pixels from one lane to the next; textview.css grows the lines by the same. */
export const LANE_STEP = 4;
const BAR_RISE = 1;
const CODE_HEIGHT = 11;
const CODE_WIDTH = 7;
const CODE_PADDING = 4;

export const sizeOf = (block: Block): string => {
  const { width, height } = block.element.getBoundingClientRect();
  return `${width}x${height}`;
};

export const createOverlay = (block: Block): Overlay => new ParagraphOverlay(block);

class ParagraphOverlay implements Overlay {
  readonly drawn = new Map<Id, Drawn>();
  size = "";
  private readonly block: Block;
  private readonly layer: HTMLElement;
  private readonly caret: HTMLElement;
  private readonly codes = new Map<Id, Code>();
  /** Only what comes later fades in, not what was there when the paragraph came near. */
  private painted = false;

  constructor(block: Block) {
    this.block = block;
    this.layer = make(block, "div", "tv-over");
    this.caret = make(block, "div", "tv-cursor");
    this.caret.hidden = true;
    this.layer.append(this.caret);
    block.box.append(this.layer);
  }

  plan(parts: readonly Part[], options: OverlayOptions): () => void {
    const wanted = new Map(parts.map((part) => [part.item.id, part]));
    const gone = [...this.drawn].filter(([id]) => !wanted.has(id));
    const changed = parts.filter((part) => !same(this.drawn.get(part.item.id)?.part, part));
    const draw = changed.length > 0 ? this.measured(changed, options) : () => {};
    return () => {
      for (const [id, drawn] of gone) this.erase(id, drawn);
      draw();
      this.painted = true;
      this.announce(parts.length > 0, options.groupName);
    };
  }

  cursor(span: Span | null): void {
    const rects = span ? measure(this.block).rects(span) : [];
    const [rect] = rects;
    this.caret.hidden = !rect;
    if (rect) place(this.caret, rect.left, rect.top, rect.right - rect.left, rect.bottom - rect.top);
  }

  clear(): void {
    for (const { element } of this.drawn.values()) element.remove();
    this.drawn.clear();
    this.codes.clear();
    this.painted = false;
    this.size = "";
  }

  remove(): void {
    this.clear();
    this.layer.remove();
  }

  private erase(id: Id, drawn: Drawn): void {
    drawn.element.remove();
    this.drawn.delete(id);
    this.codes.delete(id);
  }

  private measured(parts: readonly Part[], options: OverlayOptions): () => void {
    const ruler = measure(this.block);
    this.size = sizeOf(this.block);
    const found = parts.map((part) => ({ part, rects: this.rectsOf(part, ruler) }));
    return () => {
      for (const { part, rects } of found) this.draw(part, rects, ruler, options);
    };
  }

  private draw(part: Part, rects: readonly Rect[], ruler: Ruler, options: OverlayOptions): void {
    const old = this.drawn.get(part.item.id);
    const drawn = this.build(part, rects, ruler, options, this.painted && !old);
    if (old) old.element.replaceWith(drawn.element);
    else this.layer.append(drawn.element);
    this.drawn.set(part.item.id, drawn);
  }

  /** A group without members would only be noise. */
  private announce(filled: boolean, name: string): void {
    if (filled) this.layer.setAttribute("role", "group");
    else this.layer.removeAttribute("role");
    if (filled) this.layer.setAttribute("aria-label", name);
    else this.layer.removeAttribute("aria-label");
  }

  private rectsOf(part: Part, ruler: Ruler): readonly Rect[] {
    const old = this.drawn.get(part.item.id);
    if (old && sameSpans(old.part.spans, part.spans)) return old.rects;
    return part.spans.flatMap((span) => ruler.rects(span));
  }

  private build(part: Part, rects: readonly Rect[], ruler: Ruler, options: OverlayOptions, isNew: boolean): Drawn {
    const element = make(this.block, "div", classes(part, isNew));
    element.style.setProperty("--tv-color", safeColor(part.label.color));
    const barTop = (rect: Rect): number => rect.bottom - BAR_RISE + part.lane * LANE_STEP;
    for (const rect of rects) element.append(...this.marks(part, rect, barTop(rect), options));
    element.append(...this.joints(rects, barTop));
    this.code(part, rects, ruler, element);
    if (part.selected && options.handles) this.handles(part, rects, ruler.rtl, element);
    return { part, element, rects, rtl: ruler.rtl, barTop };
  }

  private marks(part: Part, rect: Rect, barTop: number, options: OverlayOptions): readonly HTMLElement[] {
    const width = rect.right - rect.left;
    const bar = make(this.block, "div", `tv-bar tv-${part.label.style}`);
    place(bar, rect.left, barTop, width);
    const marks: HTMLElement[] = [bar];
    const outlined = part.selected || part.item.suggestion || part.item.change;
    if (outlined) marks.push(this.frame("tv-frame", rect, width));
    if (options.fill && part.fill) marks.push(this.frame("tv-fill", rect, width));
    return marks;
  }

  /** Thin lines between the parts of one annotation on one line. */
  private joints(rects: readonly Rect[], barTop: (rect: Rect) => number): readonly HTMLElement[] {
    return rects.slice(1).flatMap((rect, k) => {
      const before = rects[k] as Rect;
      if (!sameLine(before, rect) || rect.left - before.right < 2) return [];
      const joint = make(this.block, "div", "tv-joint");
      place(joint, before.right, barTop(rect), rect.left - before.right);
      return [joint];
    });
  }

  private frame(name: string, rect: Rect, width: number): HTMLElement {
    const frame = make(this.block, "div", name);
    place(frame, rect.left, rect.top, width, rect.bottom - rect.top);
    return frame;
  }

  /** The button with the label's letters, above the first line; it moves along when another one stands there. */
  private code(part: Part, rects: readonly Rect[], ruler: Ruler, element: HTMLElement): void {
    if (!part.first) return;
    const anchor = startOf(rects, ruler.rtl);
    if (!anchor) return;
    const button = make(this.block, "button", "tv-code");
    button.type = "button";
    button.tabIndex = -1;
    button.dataset.id = part.item.id;
    button.setAttribute("aria-label", part.name);
    if (part.selected) button.setAttribute("aria-current", "true");
    button.textContent = codeText(part);
    const width = codeText(part).length * CODE_WIDTH + CODE_PADDING;
    const code = this.codes.get(part.item.id) ?? this.seat(part, anchor, width, ruler);
    this.codes.set(part.item.id, code);
    button.classList.toggle("tv-unseen", code.unseen);
    place(button, code.left, code.top, width, CODE_HEIGHT);
    element.append(button);
  }

  private seat(part: Part, anchor: { x: number; rect: Rect }, width: number, ruler: Ruler): Code {
    const top = anchor.rect.top - CODE_HEIGHT + 2;
    const row = [...this.codes.values()].filter((code) => !code.unseen && Math.abs(code.top - top) < CODE_HEIGHT / 2);
    // The same letters at the same place, as when several authors agree, are shown once.
    const twin = row.some((code) => code.key === part.label.key && Math.abs(code.x - anchor.x) < 1);
    let left = ruler.rtl ? anchor.x - width : anchor.x;
    for (const code of [...row].sort((a, b) => (ruler.rtl ? b.left - a.left : a.left - b.left))) {
      if (left < code.left + code.width && code.left < left + width)
        left = ruler.rtl ? code.left - width - 1 : code.left + code.width + 1;
    }
    const outside = left < ruler.left - width || left + width > ruler.right + width;
    return { key: part.label.key, x: anchor.x, left, top, width, unseen: twin || outside };
  }

  private handles(part: Part, rects: readonly Rect[], rtl: boolean, element: HTMLElement): void {
    const ends = [part.first ? startOf(rects, rtl) : null, part.last ? endOf(rects, rtl) : null];
    for (const [k, end] of ends.entries()) {
      if (!end) continue;
      const handle = make(this.block, "div", "tv-handle");
      handle.dataset.edge = k === 0 ? "start" : "end";
      handle.dataset.id = part.item.id;
      place(handle, end.x, end.rect.top, 0, end.rect.bottom - end.rect.top);
      element.append(handle);
    }
  }
}

interface Code {
  readonly key: string;
  /** Where the annotation begins. */
  readonly x: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly unseen: boolean;
}

const codeText = ({ item, label }: Part): string => {
  const sign = item.change === "added" ? "+" : item.change === "removed" ? "−" : "";
  return `${sign}${label.code}${item.uncertain ? "?" : ""}`;
};

const classes = ({ item, selected }: Part, isNew: boolean): string => {
  const names: readonly (readonly [string, unknown])[] = [
    ["tv-item", true],
    ["tv-new", isNew],
    ["tv-selected", selected],
    ["tv-uncertain", item.uncertain],
    ["tv-suggestion", item.suggestion],
    ["tv-pending", item.pending],
    ["tv-added", item.change === "added"],
    ["tv-removed", item.change === "removed"],
    ["tv-dimmed", item.dimmed],
  ];
  return names.flatMap(([name, on]) => (on ? [name] : [])).join(" ");
};

const same = (a: Part | undefined, b: Part): boolean =>
  a !== undefined &&
  a.item === b.item &&
  a.label === b.label &&
  a.lane === b.lane &&
  a.selected === b.selected &&
  a.fill === b.fill &&
  a.name === b.name &&
  a.first === b.first &&
  a.last === b.last &&
  sameSpans(a.spans, b.spans);

const make = <K extends keyof HTMLElementTagNameMap>(block: Block, tag: K, name: string): HTMLElementTagNameMap[K] => {
  const element = block.box.ownerDocument.createElement(tag);
  element.className = name;
  return element;
};

function place(element: HTMLElement, left: number, top: number, width: number, height?: number): void {
  const { style } = element;
  style.left = `${left}px`;
  style.top = `${top}px`;
  style.width = `${width}px`;
  if (height !== undefined) style.height = `${height}px`;
}
