/** Where else the same words stand: whole words, in any case, without what is marked the same way already. Pure. */

import type { AnnotationSet, Span } from "../../document/model";
import type { Paragraph, TextIndex } from "../../document/offsets";

export interface Occurrence {
  readonly span: Span;
  readonly before: string;
  readonly words: string;
  readonly after: string;
}

/** Code points shown on either side. */
const AROUND = 40;
/** More than these nobody looks through; the rest can be found again afterwards. */
export const MOST = 500;

interface Wanted {
  readonly words: string;
  readonly label: string;
  readonly exactCase: boolean;
}

/** In the order of the text. */
export const occurrences = (index: TextIndex, set: AnnotationSet, wanted: Wanted): readonly Occurrence[] => {
  const words = wanted.words.trim();
  if (words === "" || words.includes("\n")) return [];
  const pattern = new RegExp(escaped(words), wanted.exactCase ? "gu" : "giu");
  const taken = new Set(
    [...set.annotations.values()].filter((row) => row.label === wanted.label).map((row) => keyOf(row.spans)),
  );
  const found: Occurrence[] = [];
  for (const paragraph of index.paragraphs) {
    for (const match of paragraph.text.matchAll(pattern)) {
      const [from, to] = [match.index, match.index + match[0].length];
      if (!isWhole(paragraph.text, from, to)) continue;
      const span: Span = [paragraph.toPoint(from), paragraph.toPoint(to)];
      if (!taken.has(keyOf([span]))) found.push(around(index, paragraph, span));
      if (found.length >= MOST) return found;
    }
  }
  return found;
};

/** White space between words may be any. */
const escaped = (words: string): string =>
  words
    .split(/\s+/)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"))
    .join("\\s+");

const keyOf = (spans: readonly Span[]): string => spans.map((span) => span.join("-")).join(",");

/** Scripts that write without spaces have no whole words to look for. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
const LETTER = /[\p{L}\p{M}\p{N}]/u;

const isWhole = (text: string, from: number, to: number): boolean => {
  const first = String.fromCodePoint(text.codePointAt(from) ?? 32);
  const last = lastPoint(text.slice(from, to));
  const before = lastPoint(text.slice(Math.max(0, from - 2), from));
  const after = to < text.length ? String.fromCodePoint(text.codePointAt(to) ?? 32) : "";
  return !joins(before, first) && !joins(last, after);
};

const joins = (a: string, b: string): boolean =>
  LETTER.test(a) && LETTER.test(b) && !UNSPACED.test(a) && !UNSPACED.test(b);

const lastPoint = (text: string): string => [...text].at(-1) ?? "";

const around = (index: TextIndex, paragraph: Paragraph, [start, end]: Span): Occurrence => ({
  span: [start, end],
  before: index.slice(Math.max(paragraph.start, start - AROUND), start),
  words: index.slice(start, end),
  after: index.slice(end, Math.min(paragraph.end, end + AROUND)),
});
