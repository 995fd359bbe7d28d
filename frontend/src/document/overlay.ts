/**
 * What is drawn over one paragraph: a bar in its lane for each line of each annotation, its code at the start, outline
 * and handles when selected. Built only near the screen; a change draws the changed annotation only.
 *
 * All of it is one SVG picture: its shapes cost the browser far less than boxes would. Each annotation is a button in a
 * group, so that a screen reader finds "label: quote" beside the paragraph; pointers go through to the text.
 */

import type { Rect, Ruler } from "./geometry";
import { endOf, measure, sameLine, startOf } from "./geometry";
import type { Id, Span } from "./model";
import type { Block } from "./page";
import { sameSpans } from "./placement";
import type { TextItem, TextLabel } from "./view";

/** One annotation as it lies in one paragraph. */
export interface Part {
  readonly item: TextItem;
  readonly label: TextLabel;
  /** Class that gives the label's colour. */
  readonly color: string;
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
  readonly element: SVGElement;
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

/** Pixels from one lane to the next; lines grow by the same. */
export const LANE_STEP = 4;
export const BAR_HEIGHT = 2;
const CODE_HEIGHT = 10;
const CODE_WIDTH = 6.5;
const CODE_PADDING = 3;
/** A finger catches 24 pixels; a mouse must still be able to select the next word. */
const REACH = { coarse: 12, fine: 3 };

export const sizeOf = (block: Block): string => {
  const { width, height } = block.element.getBoundingClientRect();
  return `${width}x${height}`;
};

export const createOverlay = (block: Block): Overlay => new ParagraphOverlay(block);

class ParagraphOverlay implements Overlay {
  readonly drawn = new Map<Id, Drawn>();
  size = "";
  private readonly block: Block;
  private readonly layer: SVGElement;
  private caret: SVGElement | null = null;
  private readonly codes = new Map<Id, Code>();
  /** Only what comes later fades in, not what was there when the paragraph came near. */
  private painted = false;

  constructor(block: Block) {
    this.block = block;
    this.layer = this.shape("svg", "tv-over", {});
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
    this.caret?.remove();
    this.caret = null;
    const [rect] = span ? measure(this.block).rects(span) : [];
    if (!rect) return;
    this.caret = this.shape("rect", "tv-cursor", frameOf(rect));
    this.layer.append(this.caret);
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

  private rectsOf(part: Part, ruler: Ruler): readonly Rect[] {
    const old = this.drawn.get(part.item.id);
    if (old && sameSpans(old.part.spans, part.spans)) return old.rects;
    return part.spans.flatMap((span) => ruler.rects(span));
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
    if (filled === this.layer.hasAttribute("role")) return;
    if (filled) set(this.layer, { role: "group", "aria-label": name });
    else for (const attribute of ["role", "aria-label"]) this.layer.removeAttribute(attribute);
  }

  private build(part: Part, rects: readonly Rect[], ruler: Ruler, options: OverlayOptions, isNew: boolean): Drawn {
    const element = this.shape("g", classes(part, isNew), { "data-id": part.item.id });
    const barTop = (rect: Rect): number => Math.round(rect.bottom) - 1 + part.lane * LANE_STEP;
    if (options.fill && part.fill) element.append(...rects.map((rect) => this.shape("rect", "tv-fill", boxOf(rect))));
    element.append(this.bar(part, rects, barTop));
    const joints = jointPath(rects, barTop);
    if (joints !== "") element.append(this.shape("path", "tv-joint", { d: joints }));
    element.append(...this.frames(part, rects));
    this.code(part, rects, ruler, element);
    if (part.selected && options.handles) element.append(...this.handles(part, rects, ruler.rtl));
    return { part, element, rects, rtl: ruler.rtl, barTop };
  }

  /** The bar is the button: the letters are no part of its name. */
  private bar(part: Part, rects: readonly Rect[], barTop: (rect: Rect) => number): SVGElement {
    const { label, name, first, selected } = part;
    const bar = this.shape("path", `tv-bar tv-${label.style}`, { d: barPath(label, rects, barTop) });
    if (first) set(bar, { role: "button", tabindex: "-1", "aria-label": name });
    if (first && selected) bar.setAttribute("aria-current", "true");
    return bar;
  }

  private frames({ item, selected }: Part, rects: readonly Rect[]): readonly SVGElement[] {
    const outlined = selected || item.suggestion || item.change;
    const frames = outlined ? rects.map((rect) => this.shape("rect", "tv-frame", frameOf(rect))) : [];
    if (item.change !== "removed") return frames;
    const d = rects.map((rect) => `M${rect.left} ${(rect.top + rect.bottom) / 2}H${rect.right}`).join("");
    return [...frames, this.shape("path", "tv-strike", { d })];
  }

  /** The label's letters, above the first line; they move along when others stand there. */
  private code(part: Part, rects: readonly Rect[], ruler: Ruler, element: SVGElement): void {
    const anchor = part.first ? startOf(rects, ruler.rtl) : null;
    if (!anchor) return;
    const letters = codeText(part);
    const width = Array.from(letters).length * CODE_WIDTH + CODE_PADDING;
    const code = this.codes.get(part.item.id) ?? this.seat(part, anchor, width, ruler);
    this.codes.set(part.item.id, code);
    if (code.unseen) return;
    const middle = { x: code.left + width / 2, y: code.top + CODE_HEIGHT - 2 };
    const text = this.shape("text", "tv-code", { ...middle, "aria-hidden": "true" });
    text.textContent = letters;
    element.append(text);
  }

  private seat(part: Part, anchor: { x: number; rect: Rect }, width: number, ruler: Ruler): Code {
    const top = Math.round(anchor.rect.top) - CODE_HEIGHT + 2;
    const row = [...this.codes.values()].filter((code) => !code.unseen && Math.abs(code.top - top) < CODE_HEIGHT / 2);
    // The same letters at the same place, as when several authors agree, are shown once.
    const twin = row.some((code) => code.key === part.label.key && Math.abs(code.x - anchor.x) < 1);
    let left = ruler.rtl ? anchor.x - width : anchor.x;
    for (const code of row.sort((a, b) => (ruler.rtl ? b.left - a.left : a.left - b.left))) {
      if (left < code.left + code.width && code.left < left + width)
        left = ruler.rtl ? code.left - width : code.left + code.width;
    }
    const outside = left < ruler.left - width || left + width > ruler.right + width;
    return { key: part.label.key, x: anchor.x, left, top, width, unseen: twin || outside };
  }

  private handles(part: Part, rects: readonly Rect[], rtl: boolean): readonly SVGElement[] {
    const ends = [
      { edge: "start", end: part.first ? startOf(rects, rtl) : null },
      { edge: "end", end: part.last ? endOf(rects, rtl) : null },
    ];
    const isCoarse = this.block.box.ownerDocument.defaultView?.matchMedia("(pointer: coarse)").matches;
    const reach = isCoarse ? REACH.coarse : REACH.fine;
    return ends.flatMap(({ edge, end }) => {
      if (!end) return [];
      const handle = this.shape("g", "tv-handle", { "data-edge": edge, "data-id": part.item.id });
      const outwards = (edge === "start") === rtl ? 2 : -2;
      const { top, bottom } = end.rect;
      const box = (half: number, x: number, grow: number): Attributes => ({
        x: x - half,
        y: top - grow,
        width: 2 * half,
        height: bottom - top + 2 * grow,
      });
      handle.append(this.shape("rect", "tv-reach", box(reach, end.x + outwards, 0)));
      handle.append(this.shape("rect", "tv-grip", { ...box(2, end.x + outwards, 3), rx: 2 }));
      return [handle];
    });
  }

  private shape(tag: string, name: string, attributes: Attributes): SVGElement {
    const element = this.block.box.ownerDocument.createElementNS(SVG, tag) as SVGElement;
    set(element, { class: name, ...attributes });
    return element;
  }
}

const SVG = "http://www.w3.org/2000/svg";

type Attributes = Readonly<Record<string, string | number>>;

const set = (element: SVGElement, attributes: Attributes): void => {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
};

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
  return `${sign}${label.code}${item.uncertain ? "?" : ""}${item.pending ? "·" : ""}`;
};

/** Small gaps at the ends keep neighbours in one lane apart. */
const barPath = (label: TextLabel, rects: readonly Rect[], barTop: (rect: Rect) => number): string =>
  rects
    .map((rect) => {
      const from = rect.left + 0.75;
      const to = Math.max(from + 1, rect.right - 0.75);
      const y = barTop(rect);
      if (label.style === "double") return `M${from} ${y + 0.5}H${to}M${from} ${y + 2.5}H${to}`;
      return `M${from} ${y + BAR_HEIGHT / 2}H${to}`;
    })
    .join("");

/** Thin lines between the parts of one annotation on one line. */
const jointPath = (rects: readonly Rect[], barTop: (rect: Rect) => number): string =>
  rects
    .slice(1)
    .map((rect, k) => {
      const before = rects[k] as Rect;
      if (!sameLine(before, rect) || rect.left - before.right < 2) return "";
      return `M${before.right} ${barTop(rect) + 0.5}H${rect.left}`;
    })
    .join("");

const boxOf = (rect: Rect): Attributes => ({
  x: rect.left,
  y: rect.top,
  width: rect.right - rect.left,
  height: rect.bottom - rect.top,
});

const frameOf = (rect: Rect): Attributes => ({
  x: rect.left - 1,
  y: rect.top - 1,
  width: rect.right - rect.left + 2,
  height: rect.bottom - rect.top + 2,
  rx: 3,
});

const classes = ({ item, selected, color }: Part, isNew: boolean): string => {
  const names: readonly (readonly [string, unknown])[] = [
    [`tv-item ${color}`, true],
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
  a.color === b.color &&
  a.lane === b.lane &&
  a.selected === b.selected &&
  a.fill === b.fill &&
  a.name === b.name &&
  a.first === b.first &&
  a.last === b.last &&
  sameSpans(a.spans, b.spans);
