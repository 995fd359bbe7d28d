/** What is suggested to this reader now: what machines suggest, and what they marked themselves in a sentence that
 * comes again. Pure. */

import type { AnnotationSet, DocumentInfo, Id, Link, SourceSuggestions, Span, Suggestion } from "./model";
import type { TextIndex } from "./offsets";
import { createTokens } from "./tokens";
import { uuid5 } from "./uuid5";

export interface Offer extends Suggestion {
  readonly source: Id;
  readonly sourceName: string;
  readonly sourceKind: string;
  readonly sourceVersion: number;
}

/** Stands for the reader's own marks in an earlier sentence, among the sources. */
export const REPEATS: Id = "5e1f0b6c-3a0d-5d8b-8f59-6a0f0c1d2e3f";

/** A sentence and the places where it stands again. */
export interface Repeat {
  readonly first: Span;
  readonly again: readonly Span[];
}

/** Shorter ones repeat by chance. */
const SHORTEST = 25;

/** Sentences that stand more than once, to the letter. */
export const repeatsOf = (index: TextIndex, languages: DocumentInfo["languages"]): readonly Repeat[] => {
  const tokens = createTokens(index, languages);
  const places = new Map<string, Span[]>();
  for (const paragraph of index.paragraphs)
    for (const sentence of tokens.sentences(paragraph)) {
      const span = tokens.trim(sentence);
      if (!span || span[1] - span[0] < SHORTEST) continue;
      const words = index.slice(span[0], span[1]);
      const known = places.get(words);
      if (known) known.push(span);
      else places.set(words, [span]);
    }
  return [...places.values()].flatMap(([first, ...again]) => (first && again.length > 0 ? [{ first, again }] : []));
};

const within = (spans: readonly Span[], [from, to]: Span): boolean =>
  spans.length > 0 && spans.every(([start, end]) => from <= start && end <= to);

const moved = (spans: readonly Span[], by: number): readonly Span[] =>
  spans.map(([start, end]): Span => [start + by, end + by]);

/** The reader's marks in the first of such sentences, laid upon the others. */
export const repeated = (
  { id: document, text_version }: Pick<DocumentInfo, "id" | "text_version">,
  own: AnnotationSet,
  repeats: readonly Repeat[],
  name: string,
): SourceSuggestions => {
  const suggestions: Suggestion[] = [];
  for (const { first, again } of repeats)
    for (const row of own.annotations.values()) {
      if (!within(row.spans, first)) continue;
      for (const [start] of again) {
        const { label, attributes, entity } = row;
        const spans = moved(row.spans, start - first[0]);
        const places = spans.map((span) => span.join("-")).join(",");
        const id = uuid5(REPEATS, `${document}/${text_version}/${label}/${places}/${entity ?? ""}`);
        suggestions.push({ id, label, spans, attributes, entity, score: null });
      }
    }
  return { source: REPEATS, name, kind: "repeat", version: 1, text_version, position: 0, suggestions };
};

/** Links of the first sentence that the marks of an offer can have too, now that both ends are marked again. */
export const repeatedLinks = (
  own: AnnotationSet,
  repeats: readonly Repeat[],
  copy: { readonly id: Id; readonly label: string; readonly spans: readonly Span[] },
): readonly Pick<Link, "type" | "from" | "to" | "attributes">[] => {
  const found = repeats.flatMap(({ first, again }) =>
    again.filter((place) => within(copy.spans, place)).map((place) => ({ first, by: place[0] - first[0] })),
  )[0];
  if (!found) return [];
  const at = (label: string, spans: readonly Span[]) =>
    [...own.annotations.values()].find((row) => row.label === label && same(row.spans, spans));
  const original = at(copy.label, moved(copy.spans, -found.by));
  if (!original) return [];
  const there = new Set([...own.links.values()].map((link) => `${link.type}/${link.from}/${link.to}`));
  return [...own.links.values()]
    .filter((link) => link.from === original.id || link.to === original.id)
    .flatMap((link) => {
      const other = own.annotations.get(link.from === original.id ? link.to : link.from);
      if (!other || !within(other.spans, found.first)) return [];
      const twin = at(other.label, moved(other.spans, found.by));
      if (!twin) return [];
      const [from, to] = link.from === original.id ? [copy.id, twin.id] : [twin.id, copy.id];
      return there.has(`${link.type}/${from}/${to}`)
        ? []
        : [{ type: link.type, from, to, attributes: link.attributes }];
    });
};

const same = (a: readonly Span[], b: readonly Span[]): boolean =>
  a.length === b.length && a.every(([start, end], k) => b[k]?.[0] === start && b[k]?.[1] === end);

const keyOf = (label: string, spans: readonly Span[]): string =>
  `${label}/${spans.map((span) => span.join("-")).join(",")}`;

/**
 * Those that are still open, in order of the text: not rejected, not taken (unless the mark is gone again), and not
 * marked by the reader anyway. Of several that say the same the first source's stands, and what was said to one of them
 * was said to all.
 */
export const openOffers = (
  sources: readonly SourceSuggestions[],
  own: AnnotationSet,
  labels: ReadonlySet<string>,
): readonly Offer[] => {
  const marked = new Set([...own.annotations.values()].map((row) => keyOf(row.label, row.spans)));
  for (const { id, label, spans } of sources.flatMap(({ suggestions }) => suggestions)) {
    const answer = own.answers.get(id);
    const taken = answer?.annotation != null && own.annotations.has(answer.annotation);
    if (answer?.answer === "rejected" || taken) marked.add(keyOf(label, spans));
  }
  const offers: Offer[] = [];
  for (const { source, name, kind, version, suggestions } of sources)
    for (const suggestion of suggestions) {
      const key = keyOf(suggestion.label, suggestion.spans);
      if (marked.has(key) || !labels.has(suggestion.label)) continue;
      marked.add(key);
      offers.push({ ...suggestion, source, sourceName: name, sourceKind: kind, sourceVersion: version });
    }
  return offers.sort((a, b) => startOf(a) - startOf(b) || endOf(b) - endOf(a) || (a.id < b.id ? -1 : 1));
};

const startOf = ({ spans }: Offer): number => spans[0]?.[0] ?? 0;
const endOf = ({ spans }: Offer): number => spans.at(-1)?.[1] ?? 0;
