/** From annotations to what the text view draws; rows that did not change give the very same item again. */

import type { Annotation, AnnotationSet, Id } from "../document/model";
import type { TextItem, TextLink } from "../document/view";

export interface Look {
  readonly group?: string | undefined;
  readonly pending?: boolean;
  readonly dimmed?: boolean;
  readonly note?: string | undefined;
  readonly change?: "added" | "removed" | undefined;
}

export type Items = (row: Annotation, look: Look) => TextItem;

/** Remembers the last item of each row, for as long as the row itself is remembered. */
export const createItems = (): Items => {
  const known = new WeakMap<Annotation, TextItem>();
  return (row, look) => {
    const old = known.get(row);
    if (old && same(old, look)) return old;
    const { group, pending, dimmed, note, change } = look;
    const item = { id: row.id, label: row.label, spans: row.spans, group, pending, dimmed, note, change };
    known.set(row, item);
    return item;
  };
};

const same = (item: TextItem, look: Look): boolean =>
  item.group === look.group &&
  item.pending === look.pending &&
  item.dimmed === look.dimmed &&
  item.note === look.note &&
  item.change === look.change;

/** In the order of the text: by first part, longer ones first. */
export const inTextOrder = (rows: Iterable<Annotation>): readonly Annotation[] =>
  [...rows].sort((a, b) => startOf(a) - startOf(b) || endOf(b) - endOf(a) || (a.id < b.id ? -1 : 1));

const startOf = (row: Annotation): number => row.spans[0]?.[0] ?? 0;
const endOf = (row: Annotation): number => row.spans[row.spans.length - 1]?.[1] ?? 0;

export const textLinks = (set: AnnotationSet, nameOf: (type: string) => string): readonly TextLink[] =>
  [...set.links.values()].map(({ id, from, to, type }) => ({ id, from, to, name: nameOf(type) }));

/** Links that begin or end at an annotation. */
export const linksAt = (set: AnnotationSet, id: Id) =>
  [...set.links.values()].filter((one) => one.from === id || one.to === id);
