/**
 * The text on the page: one plain paragraph element per paragraph, each in a box of its own that the browser may skip.
 * The text nodes made here are never changed, so selections, find-in-page and screen readers keep their hold.
 */

import type { Id, Span } from "./model";
import type { Paragraph, TextIndex } from "./offsets";
import type { Tokens } from "./tokens";

export interface Block {
  readonly paragraph: Paragraph;
  /** The outer box: the only one whose layout may be read when it is far away. */
  readonly box: HTMLElement;
  readonly element: HTMLElement;
  readonly text: Text;
}

export interface Page {
  readonly root: HTMLElement;
  readonly blocks: readonly Block[];
  /** The code point at a DOM position; null outside of the text. */
  pointAt(node: Node, offset: number): number | null;
  /** The DOM position of a code point. */
  position(point: number): { readonly node: Text; readonly offset: number };
  blockAt(point: number): Block;
}

export const buildPage = (root: HTMLElement, index: TextIndex, tokens: Tokens): Page => {
  const blocks = index.paragraphs.map((paragraph) => block(root.ownerDocument, paragraph, tokens.language(paragraph)));
  root.append(...blocks.map(({ box }) => box));
  const byBox = new Map<Node, Block>(blocks.map((one) => [one.box, one]));

  const pointAt = (node: Node, offset: number): number | null => {
    if (node === root) return childPoint(blocks, root, offset);
    let inner: Node | null = node;
    while (inner && inner.parentNode !== root) inner = inner.parentNode;
    const found = inner ? byBox.get(inner) : undefined;
    if (!found) return null;
    if (node === found.text) return found.paragraph.toPoint(offset);
    // A position beside or around the text node, as a triple click gives.
    const after = node === found.element ? offset > 0 : found.element.compareDocumentPosition(node) & FOLLOWING;
    return after ? found.paragraph.end : found.paragraph.start;
  };

  const blockAt = (point: number): Block => blocks[index.paragraphAt(point).index] as Block;
  const position = (point: number): { node: Text; offset: number } => {
    const { text, paragraph } = blockAt(point);
    return { node: text, offset: paragraph.toUnit(point) };
  };
  return { root, blocks, pointAt, position, blockAt };
};

const FOLLOWING = 4;

function block(document: Document, paragraph: Paragraph, language: string): Block {
  const box = document.createElement("div");
  box.className = "tv-box";
  const element = document.createElement("p");
  element.className = "tv-text";
  element.dir = "auto";
  if (language !== "") element.lang = language;
  const text = document.createTextNode(paragraph.text);
  element.append(text);
  box.append(element);
  return { paragraph, box, element, text };
}

function childPoint(blocks: readonly Block[], root: HTMLElement, offset: number): number {
  const next = root.childNodes[offset];
  const found = blocks.find(({ box }) => box === next);
  return found ? found.paragraph.start : offset === 0 ? 0 : (blocks[blocks.length - 1] as Block).paragraph.end;
}

/** The part of one annotation that lies in one paragraph. */
export interface Piece {
  readonly id: Id;
  readonly start: number;
  readonly end: number;
}

/** The parts of spans, paragraph by paragraph. Empty parts are left out. */
export function* cutByParagraph(index: TextIndex, spans: readonly Span[]): Generator<readonly [Paragraph, Span]> {
  for (const [start, end] of spans) {
    for (let k = index.paragraphAt(start).index; k < index.paragraphs.length; k += 1) {
      const paragraph = index.paragraphs[k] as Paragraph;
      if (paragraph.start >= end) break;
      const part: Span = [Math.max(start, paragraph.start), Math.min(end, paragraph.end)];
      if (part[0] < part[1]) yield [paragraph, part];
    }
  }
}
