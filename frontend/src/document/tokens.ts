/** Words, sentences and characters of a text, in code points, found paragraph by paragraph when first asked for. */

import type { LanguageRange, Span } from "./model";
import type { Paragraph, TextIndex } from "./offsets";

export interface Tokens {
  /** Words and single marks of punctuation, without white space. */
  of(paragraph: Paragraph): readonly Span[];
  sentences(paragraph: Paragraph): readonly Span[];
  /** The language of a paragraph, or "" when the document does not say. */
  language(paragraph: Paragraph): string;
  /** The token at or after a point, or the last one before it; null for a text without words. */
  near(point: number): Span | null;
  /** The token after or before another one. */
  neighbour(token: Span, direction: 1 | -1): Span | null;
  /** Grown to whole tokens, white space at its ends left out; null when there is nothing but white space. */
  snap(span: Span): Span | null;
  /** White space and marks of writing direction at the ends left out. */
  trim(span: Span): Span | null;
  /** The next place between two characters as a reader counts them (an emoji with its parts is one). */
  step(point: number, direction: 1 | -1): number;
}

export const createTokens = (index: TextIndex, languages: readonly LanguageRange[]): Tokens =>
  new SegmentedText(index, languages);

// Invisible, and part of no word: a mark that takes one in would differ from another that does not.
const OUTSIDE = "[\\s\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]+";
const LEAD = new RegExp(`^${OUTSIDE}`, "u");
const TAIL = new RegExp(`${OUTSIDE}$`, "u");

type Granularity = "word" | "sentence" | "grapheme";

class SegmentedText implements Tokens {
  private readonly index: TextIndex;
  private readonly languages: readonly LanguageRange[];
  private readonly words = new Map<number, readonly Span[]>();
  private readonly segmenters = new Map<string, Intl.Segmenter>();

  constructor(index: TextIndex, languages: readonly LanguageRange[]) {
    this.index = index;
    this.languages = languages;
  }

  of(paragraph: Paragraph): readonly Span[] {
    const known = this.words.get(paragraph.index);
    if (known) return known;
    const language = this.language(paragraph);
    const found = this.segments(paragraph, "word")
      .map((segment) => this.trim(segment))
      .filter((segment) => segment !== null)
      .flatMap((token) => splitElision(token, this.index.slice(...token), language));
    this.words.set(paragraph.index, found);
    return found;
  }

  sentences(paragraph: Paragraph): readonly Span[] {
    return this.segments(paragraph, "sentence")
      .map((span) => this.trim(span))
      .filter((span) => span !== null);
  }

  language(paragraph: Paragraph): string {
    const { start, end } = paragraph;
    return (
      this.languages.find((range) => range.start <= start && Math.max(start + 1, end) <= range.end)?.lang ??
      this.languages.find((range) => range.start < end && start < range.end)?.lang ??
      ""
    );
  }

  near(point: number): Span | null {
    const first = this.index.paragraphAt(point);
    for (let k = first.index; k < this.index.paragraphs.length; k += 1) {
      const found = this.of(this.index.paragraphs[k] as Paragraph).find(([, end]) => end > point);
      if (found) return found;
    }
    return this.lastBefore(first.index, point);
  }

  neighbour(token: Span, direction: 1 | -1): Span | null {
    const here = this.index.paragraphAt(token[0]);
    if (direction < 0) return this.lastBefore(here.index, token[0]);
    for (let k = here.index; k < this.index.paragraphs.length; k += 1) {
      const found = this.of(this.index.paragraphs[k] as Paragraph).find(([start]) => start >= token[1]);
      if (found) return found;
    }
    return null;
  }

  snap(span: Span): Span | null {
    const trimmed = this.trim(span);
    if (!trimmed) return null;
    const first = this.at(trimmed[0]);
    const last = this.at(trimmed[1] - 1);
    return [Math.min(trimmed[0], first?.[0] ?? trimmed[0]), Math.max(trimmed[1], last?.[1] ?? trimmed[1])];
  }

  trim([start, end]: Span): Span | null {
    const text = this.index.slice(start, end);
    const rest = text.replace(LEAD, "");
    const inner = rest.replace(TAIL, "");
    if (inner === "") return null;
    const lead = length(text) - length(rest);
    return [start + lead, start + lead + length(inner)];
  }

  step(point: number, direction: 1 | -1): number {
    const here = this.index.paragraphAt(point);
    const next = direction > 0 ? point + 1 : point - 1;
    if (direction > 0 ? point >= here.end : point <= here.start) return Math.max(0, Math.min(next, this.index.length));
    const segments = this.segments(here, "grapheme");
    const found = segments.find(([start, end]) =>
      direction > 0 ? start <= point && point < end : start < point && point <= end,
    );
    return found ? found[direction > 0 ? 1 : 0] : next;
  }

  private at(point: number): Span | undefined {
    return this.of(this.index.paragraphAt(point)).find(([start, end]) => start <= point && point < end);
  }

  private lastBefore(paragraph: number, point: number): Span | null {
    for (let k = paragraph; k >= 0; k -= 1) {
      const found = this.of(this.index.paragraphs[k] as Paragraph).findLast(([, end]) => end <= point);
      if (found) return found;
    }
    return null;
  }

  private segments(paragraph: Paragraph, granularity: Granularity): readonly Span[] {
    return this.cut(paragraph, granularity).map(([start, end]) => [paragraph.toPoint(start), paragraph.toPoint(end)]);
  }

  /** In units of the paragraph's text. */
  private cut(paragraph: Paragraph, granularity: Granularity): readonly Span[] {
    // Firefox has it since 2024.
    if (!("Segmenter" in Intl)) return matches(paragraph.text, PLAIN[granularity]);
    const segments = this.segmenter(this.language(paragraph), granularity).segment(paragraph.text);
    return Array.from(segments, ({ index, segment }) => [index, index + segment.length]);
  }

  private segmenter(language: string, granularity: Granularity): Intl.Segmenter {
    const key = `${granularity}/${language}`;
    const known = this.segmenters.get(key);
    if (known) return known;
    const made = new Intl.Segmenter(isLocale(language) ? language : undefined, { granularity });
    this.segmenters.set(key, made);
    return made;
  }
}

/** Good enough where the browser cannot tell: runs of letters, sentences by their marks, letters with their accents. */
const PLAIN: Readonly<Record<Granularity, RegExp>> = {
  word: /[\p{L}\p{M}\p{N}_]+(?:['’][\p{L}\p{M}\p{N}_]+)*|[^\s]/gu,
  sentence: /[^.!?؟…]+(?:[.!?؟…]+["'”»)]*)?\s*|[.!?؟…]+\s*/gu,
  grapheme: /[^\p{M}\u200d]\p{M}*(?:\u200d[^\p{M}]\p{M}*)*|./gsu,
};

const matches = (text: string, pattern: RegExp): readonly Span[] =>
  Array.from(text.matchAll(pattern), ({ index, 0: found }) => [index, index + found.length]);

const length = (text: string): number => {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
};

/** The language tag comes from documents: one that Intl does not know must not break the page. */
const isLocale = (language: string): boolean => {
  try {
    return language !== "" && Intl.getCanonicalLocales(language).length === 1;
  } catch {
    return false;
  }
};

/** "l’Isis" is an article and a name, "Iran’s" a name and an ending: each can be marked without the other. */
const LEADING = new Set(["it", "fr", "ca", "oc", "ro"]);

function splitElision(token: Span, text: string, language: string): readonly Span[] {
  const family = language.split("-")[0] ?? "";
  if (LEADING.has(family)) return cutAt(token, length(/^\p{L}+['’](?=\p{L}{2})/u.exec(text)?.[0] ?? ""));
  if (family !== "en") return [token];
  const ending = /['’]s$/iu.exec(text);
  return ending ? cutAt(token, length(text.slice(0, ending.index))) : [token];
}

const cutAt = ([start, end]: Span, at: number): readonly Span[] =>
  at > 0 && start + at < end
    ? [
        [start, start + at],
        [start + at, end],
      ]
    : [[start, end]];
