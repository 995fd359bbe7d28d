/**
 * Offsets in this program are Unicode code points. The browser counts UTF-16 units; this file alone knows both.
 *
 * A text is cut into paragraphs at "\n". The newline is not part of a paragraph's text but keeps its place in the
 * count: paragraph k + 1 starts one code point after paragraph k ends.
 */

export type Span = readonly [start: number, end: number];

/** One paragraph of a text; `start` and `end` count code points of the whole text, `end` excludes the newline. */
export interface Paragraph {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** UTF-16 unit (what the DOM counts, from the paragraph's start) of a code point offset of the whole text. */
  toUnit(point: number): number;
  /** Code point offset of the whole text at a UTF-16 unit of this paragraph; half a pair rounds down. */
  toPoint(unit: number): number;
}

/** A text with its paragraphs, addressed by code point. */
export interface TextIndex {
  readonly text: string;
  /** Length in code points. */
  readonly length: number;
  readonly paragraphs: readonly Paragraph[];
  /** The paragraph that holds a code point offset; its newline belongs to it. */
  paragraphAt(point: number): Paragraph;
  slice(start: number, end: number): string;
}

export const indexText = (text: string): TextIndex => {
  const paragraphs = cut(text);
  const last = paragraphs[paragraphs.length - 1] as Paragraph;
  const starts = Int32Array.from(paragraphs, (p) => p.start);
  const paragraphAt = (point: number): Paragraph => paragraphs[floor(starts, point)] as Paragraph;
  const slice = (start: number, end: number): string => sliceOf(paragraphs, paragraphAt(start).index, start, end);
  return { text, length: last.end, paragraphs, paragraphAt, slice };
};

/** The words under the spans, joined by one space, as the server checks them. */
export const quote = (index: TextIndex, spans: readonly Span[]): string =>
  spans.map(([start, end]) => index.slice(start, end)).join(" ");

const SURROGATE = /[\ud800-\udfff]/;

function cut(text: string): Paragraph[] {
  const plain = !SURROGATE.test(text);
  const paragraphs: Paragraph[] = [];
  let start = 0;
  for (const line of text.split("\n")) {
    const pairs = plain || !SURROGATE.test(line) ? NO_PAIRS : pairsOf(line);
    paragraphs.push(paragraph(paragraphs.length, start, line, pairs));
    start += line.length - pairs.length + 1;
  }
  return paragraphs;
}

function paragraph(index: number, start: number, text: string, pairs: Int32Array): Paragraph {
  const end = start + text.length - pairs.length;
  const clamp = (point: number): number => Math.min(Math.max(point, start), end) - start;
  if (pairs.length === 0) {
    const toPoint = (unit: number): number => start + Math.min(Math.max(unit, 0), text.length);
    return { index, start, end, text, toUnit: clamp, toPoint };
  }
  const toUnit = (point: number): number => clamp(point) + before(pairs, clamp(point));
  const toPoint = (unit: number): number => start + pointIn(pairs, Math.min(Math.max(unit, 0), text.length));
  return { index, start, end, text, toUnit, toPoint };
}

const NO_PAIRS = new Int32Array(0);

/** Code point offsets, within the line, of the characters that take two units. */
function pairsOf(line: string): Int32Array {
  const found: number[] = [];
  let point = 0;
  for (const character of line) {
    if (character.length === 2) found.push(point);
    point += 1;
  }
  return Int32Array.from(found);
}

/** How many entries are smaller than the value. */
function before(sorted: Int32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

const floor = (sorted: Int32Array, value: number): number => Math.max(0, before(sorted, value + 1) - 1);

/** The k-th pair begins at unit pairs[k] + k; every pair wholly before the unit hides one unit. */
function pointIn(pairs: Int32Array, unit: number): number {
  let low = 0;
  let high = pairs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pairs[middle] as number) + middle < unit) low = middle + 1;
    else high = middle;
  }
  const inside = low > 0 && (pairs[low - 1] as number) + low - 1 === unit - 1;
  return inside ? (pairs[low - 1] as number) : unit - low;
}

function sliceOf(paragraphs: readonly Paragraph[], first: number, start: number, end: number): string {
  const parts: string[] = [];
  for (let k = first; k < paragraphs.length; k += 1) {
    const here = paragraphs[k] as Paragraph;
    if (here.start > end) break;
    parts.push(here.text.slice(here.toUnit(start), here.toUnit(end)));
    if (end <= here.end) break;
  }
  return parts.join("\n");
}
