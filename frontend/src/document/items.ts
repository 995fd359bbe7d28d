/** From a document's state to what the text view draws. Unchanged rows give the same objects, which cost nothing. */

import type { Annotation, AnnotationSet, Id } from "./model";
import type { TextItem, TextLink } from "./view";

export interface ItemOptions {
  readonly unsent: ReadonlySet<Id>;
  /** Lane block, e.g. the author's key on the curation screen. */
  readonly group?: string;
  readonly dimmed?: (row: Annotation) => boolean;
  readonly note?: (row: Annotation) => string;
}

export interface Itemizer {
  items(set: AnnotationSet, options: ItemOptions): readonly TextItem[];
}

export const createItemizer = (): Itemizer => {
  const known = new WeakMap<Annotation, TextItem>();
  const item = (row: Annotation, options: ItemOptions): TextItem => {
    const made = itemOf(row, options);
    const old = known.get(row);
    if (old && sameItem(old, made)) return old;
    known.set(row, made);
    return made;
  };
  return { items: (set, options) => Array.from(set.annotations.values(), (row) => item(row, options)) };
};

const itemOf = (row: Annotation, { unsent, group, dimmed, note }: ItemOptions): TextItem => ({
  id: row.id,
  label: row.label,
  spans: row.spans,
  group,
  uncertain: isUncertain(row),
  suggestion: row.origin === "suggestion",
  pending: unsent.has(row.id),
  dimmed: dimmed?.(row) ?? false,
  note: note?.(row),
});

const isUncertain = ({ attributes }: Annotation): boolean =>
  attributes.uncertain === true || attributes.certainty === "unknown";

const sameItem = (a: TextItem, b: TextItem): boolean =>
  a.label === b.label &&
  a.spans === b.spans &&
  a.group === b.group &&
  a.uncertain === b.uncertain &&
  a.pending === b.pending &&
  a.dimmed === b.dimmed &&
  a.note === b.note;

/** How one moment differs from another: what was there and is gone, what is new, what stayed. */
export const diffItems = (before: AnnotationSet, after: AnnotationSet): readonly TextItem[] => {
  const nothing: ItemOptions = { unsent: new Set() };
  const now = Array.from(after.annotations.values(), (row): TextItem => {
    const old = before.annotations.get(row.id);
    const item = itemOf(row, nothing);
    return old && sameReading(old, row) ? item : { ...item, change: "added" };
  });
  const gone = Array.from(before.annotations.values()).flatMap((row): TextItem[] => {
    const left = after.annotations.get(row.id);
    if (left && sameReading(left, row)) return [];
    // A changed annotation shows both its bounds: the old ones under a name of their own.
    return [{ ...itemOf(row, nothing), id: left ? `${row.id}/before` : row.id, change: "removed" }];
  });
  return [...now, ...gone];
};

const sameReading = (a: Annotation, b: Annotation): boolean =>
  a === b || (a.label === b.label && JSON.stringify(a.spans) === JSON.stringify(b.spans));

/** `nameOf` gives the words for a link type. */
export const linkItems = (set: AnnotationSet, nameOf: (type: string) => string): readonly TextLink[] =>
  Array.from(set.links.values(), ({ id, from, to, type }) => ({ id, from, to, name: nameOf(type) }));
