/** Where stretches of text stand: rectangles relative to their paragraph's box, so that they stay right as boxes move. */

import type { Span } from "./model";
import type { Block } from "./page";

export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Ruler {
  readonly rtl: boolean;
  /** Inner edges of the text in the box. */
  readonly left: number;
  readonly right: number;
  /** One rectangle for each run of the stretch on each line, from top to bottom. */
  rects(span: Span): readonly Rect[];
}

/** Reads layout: make all readings of a frame before the first write. */
export const measure = (block: Block): Ruler => {
  const document = block.box.ownerDocument;
  const outer = block.box.getBoundingClientRect();
  const inner = block.element.getBoundingClientRect();
  const rtl = (document.defaultView as Window).getComputedStyle(block.element).direction === "rtl";
  const left = inner.left - outer.left;
  const right = inner.right - outer.left;
  const range = document.createRange();
  const rects = ([start, end]: Span): readonly Rect[] => {
    range.setStart(block.text, block.paragraph.toUnit(start));
    range.setEnd(block.text, block.paragraph.toUnit(end));
    return joined(
      Array.from(range.getClientRects(), (rect) => ({
        left: Math.max(left, rect.left - outer.left),
        top: rect.top - outer.top,
        // Spaces that hang over the end of a line stick out of the paragraph.
        right: Math.min(right, rect.right - outer.left),
        bottom: rect.bottom - outer.top,
      })),
    );
  };
  return { rtl, left, right, rects };
};

export const sameLine = (a: Rect, b: Rect): boolean => Math.abs(a.top - b.top) < (a.bottom - a.top) / 2;

/** Neighbours on a line become one; slivers are left out. */
export function joined(rects: readonly Rect[]): readonly Rect[] {
  const ordered = rects
    .filter((rect) => rect.right - rect.left > 0.5)
    .sort((a, b) => (sameLine(a, b) ? a.left - b.left : a.top - b.top));
  const out: Rect[] = [];
  for (const rect of ordered) {
    const last = out[out.length - 1];
    if (last && sameLine(last, rect) && rect.left - last.right < 1)
      out[out.length - 1] = {
        ...last,
        right: Math.max(last.right, rect.right),
        bottom: Math.max(last.bottom, rect.bottom),
      };
    else out.push(rect);
  }
  return out;
}

/** The end of the first line where its reader begins. */
export const startOf = (rects: readonly Rect[], rtl: boolean): { readonly x: number; readonly rect: Rect } | null => {
  const [first] = rects;
  if (!first) return null;
  const line = rects.filter((rect) => sameLine(first, rect));
  const rect = line.reduce((a, b) => (rtl ? (b.right > a.right ? b : a) : b.left < a.left ? b : a));
  return { x: rtl ? rect.right : rect.left, rect };
};

/** The end of the last line where its reader stops. */
export const endOf = (rects: readonly Rect[], rtl: boolean): { readonly x: number; readonly rect: Rect } | null => {
  const last = rects[rects.length - 1];
  if (!last) return null;
  const line = rects.filter((rect) => sameLine(last, rect));
  const rect = line.reduce((a, b) => (rtl ? (b.left < a.left ? b : a) : b.right > a.right ? b : a));
  return { x: rtl ? rect.left : rect.right, rect };
};

export const contains = (rect: Rect, x: number, y: number): boolean =>
  x >= rect.left && x <= rect.right && y >= rect.top && y <= rect.bottom;
