/** What is under the pointer. No element of the overlay takes part: the text itself is asked. */

import { contains } from "./geometry";
import type { Id } from "./model";
import type { Overlay } from "./overlay";
import type { Block, Page } from "./page";

/** The place between two characters that is nearest to a point of the screen, as code point. */
export const caretAt = (page: Page, x: number, y: number): number | null => {
  const found = caretIn(page.root.ownerDocument, x, y);
  return found && page.root.contains(found.node) ? page.pointAt(found.node, found.offset) : null;
};

/** The code point whose character is under a point of the screen; null beside the text. */
export const characterAt = (page: Page, x: number, y: number): number | null => {
  const caret = caretAt(page, x, y);
  if (caret === null) return null;
  const block = page.blockAt(caret);
  const { start, end } = block.paragraph;
  const candidates = [caret, caret - 1].filter((point) => point >= start && point < end);
  return candidates.find((point) => covers(block, point, x)) ?? null;
};

/** The annotation whose bar is under the pointer, if any. */
export const barAt = (block: Block, overlay: Overlay, x: number, y: number): Id | null => {
  const box = block.box.getBoundingClientRect();
  for (const [id, { rects, barTop }] of overlay.drawn) {
    for (const rect of rects) {
      const top = barTop(rect);
      const bar = { left: rect.left, right: rect.right, top: top - 1, bottom: top + 3 };
      if (contains(bar, x - box.left, y - box.top)) return id;
    }
  }
  return null;
};

function covers(block: Block, point: number, x: number): boolean {
  const range = block.box.ownerDocument.createRange();
  range.setStart(block.text, block.paragraph.toUnit(point));
  range.setEnd(block.text, block.paragraph.toUnit(point + 1));
  return Array.from(range.getClientRects()).some((rect) => x >= rect.left - 1 && x <= rect.right + 1);
}

interface Caret {
  readonly node: Node;
  readonly offset: number;
}

type OldDocument = { caretRangeFromPoint?: (x: number, y: number) => Range | null };

/** The standard call, or what older Safari has instead. */
function caretIn(document: Document, x: number, y: number): Caret | null {
  if ("caretPositionFromPoint" in document) {
    const position = document.caretPositionFromPoint(x, y);
    return position ? { node: position.offsetNode, offset: position.offset } : null;
  }
  const range = (document as OldDocument).caretRangeFromPoint?.(x, y);
  return range ? { node: range.startContainer, offset: range.startOffset } : null;
}
