/**
 * The text on the page: one plain paragraph element per paragraph. The text nodes made here are never changed, so
 * selections, find-in-page and screen readers keep their hold.
 *
 * Paragraphs stand together in sections of about a screen; the browser skips whole sections that are far away. One
 * section per paragraph would be finer, but the browser looks at each of them in every frame of a scroll.
 */

import type { Span } from "./model";
import type { Paragraph, TextIndex } from "./offsets";
import type { Tokens } from "./tokens";

export interface Block {
  readonly paragraph: Paragraph;
  readonly box: HTMLElement;
  readonly element: HTMLElement;
  readonly text: Text;
}

/** Only the layout of its element may be read when it is far away. */
export interface Section {
  readonly element: HTMLElement;
  readonly blocks: readonly Block[];
}

export interface Page {
  readonly root: HTMLElement;
  readonly blocks: readonly Block[];
  readonly sections: readonly Section[];
  /** The code point at a DOM position; null outside of the text. */
  pointAt(node: Node, offset: number): number | null;
  /** The DOM position of a code point. */
  position(point: number): { readonly node: Text; readonly offset: number };
  blockAt(point: number): Block;
  /** Number of the paragraph whose text element this is, or -1. */
  indexOf(element: Element): number;
}

/** Code points in one section. */
const SECTION = 4000;

export const buildPage = (root: HTMLElement, index: TextIndex, tokens: Tokens): Page => {
  const blocks = index.paragraphs.map((paragraph) => block(root.ownerDocument, paragraph, tokens.language(paragraph)));
  const sections = inSections(root.ownerDocument, blocks);
  root.append(...sections.map(({ element }) => element));
  const byBox = new Map<Node, Block>(blocks.map((one) => [one.box, one]));
  const bySection = new Map<Node, Section>(sections.map((one) => [one.element, one]));

  const pointAt = (node: Node, offset: number): number | null => {
    if (node === root || bySection.has(node)) return beside(node, offset);
    const found = blockOf(node);
    if (!found) return null;
    if (node === found.text) return found.paragraph.toPoint(offset);
    // A position around the text node, as a triple click gives.
    const after = node === found.element ? offset > 0 : found.element.compareDocumentPosition(node) & FOLLOWING;
    return after ? found.paragraph.end : found.paragraph.start;
  };

  const blockOf = (node: Node): Block | undefined => {
    for (let inner: Node | null = node; inner && inner !== root; inner = inner.parentNode) {
      const found = byBox.get(inner);
      if (found) return found;
    }
    return undefined;
  };

  /** Between two paragraphs or sections: the start of the later one, or the end of what there is. */
  const beside = (parent: Node, offset: number): number => {
    const child = parent.childNodes[offset];
    const next = child ? (byBox.get(child) ?? bySection.get(child)?.blocks[0]) : undefined;
    const last = (bySection.get(parent)?.blocks ?? blocks).at(-1) as Block;
    return next ? next.paragraph.start : last.paragraph.end;
  };

  const blockAt = (point: number): Block => blocks[index.paragraphAt(point).index] as Block;
  const position = (point: number): { node: Text; offset: number } => {
    const { text, paragraph } = blockAt(point);
    return { node: text, offset: paragraph.toUnit(point) };
  };
  const indexOf = (element: Element): number => byBox.get(element.parentNode as Node)?.paragraph.index ?? -1;
  return { root, blocks, sections, pointAt, position, blockAt, indexOf };
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

function inSections(document: Document, blocks: readonly Block[]): readonly Section[] {
  const groups: Block[][] = [];
  let room = 0;
  for (const one of blocks) {
    if (room <= 0) groups.push([]);
    if (room <= 0) room = SECTION;
    (groups.at(-1) as Block[]).push(one);
    room -= one.paragraph.end - one.paragraph.start + 1;
  }
  return groups.map((group) => section(document, group));
}

function section(document: Document, blocks: readonly Block[]): Section {
  const element = document.createElement("div");
  element.className = "tv-section";
  element.style.setProperty("--tv-lines", String(blocks.reduce((sum, { paragraph }) => sum + lines(paragraph), 0)));
  element.style.setProperty("--tv-paragraphs", String(blocks.length));
  element.append(...blocks.map(({ box }) => box));
  return { element, blocks };
}

/** A guess, so that the scroll bar is about right before the lines are known. */
const lines = ({ start, end }: Paragraph): number => Math.max(1, Math.ceil((end - start) / 84));

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
