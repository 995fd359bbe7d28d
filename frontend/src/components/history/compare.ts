/** What differs between two moments of a document, as items for the text view. */

import type { Annotation, AnnotationSet, DocumentState, SetKey } from "../../document/model";
import type { TextItem } from "../../document/view";
import type { Items } from "../items";

export interface Difference {
  readonly items: readonly TextItem[];
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

/** Everything at both moments; what came since is "added", what went "removed", what changed is there as both. */
export const compare = (
  before: DocumentState,
  after: DocumentState,
  shown: (key: SetKey) => boolean,
  makeOld: Items,
  makeNew: Items,
): Difference => {
  const items: TextItem[] = [];
  const counts = { added: 0, removed: 0, changed: 0 };
  for (const key of new Set([...before.sets.keys(), ...after.sets.keys()])) {
    if (!shown(key)) continue;
    const [old, now] = [rowsOf(before.sets.get(key)), rowsOf(after.sets.get(key))];
    for (const row of now.values()) {
      const past = old.get(row.id);
      if (past && sameAnnotation(past, row)) items.push(makeNew(row, { group: key }));
      else {
        items.push(makeNew(row, { group: key, change: "added" }));
        counts[past ? "changed" : "added"] += 1;
      }
    }
    for (const row of old.values()) {
      const later = now.get(row.id);
      if (later && sameAnnotation(row, later)) continue;
      const item = makeOld(row, { group: key, change: "removed" });
      // Both are drawn, so they need two names.
      items.push(later ? { ...item, id: `${row.id}/before` } : item);
      if (!later) counts.removed += 1;
    }
  }
  return { items, ...counts };
};

const NONE: ReadonlyMap<string, Annotation> = new Map();
const rowsOf = (set: AnnotationSet | undefined): ReadonlyMap<string, Annotation> => set?.annotations ?? NONE;

/** In what a person would call the same: not in versions and positions. */
export const sameAnnotation = (a: Annotation, b: Annotation): boolean =>
  a === b ||
  (a.label === b.label &&
    a.entity === b.entity &&
    JSON.stringify(a.spans) === JSON.stringify(b.spans) &&
    sameAttributes(a.attributes, b.attributes));

const sameAttributes = (a: Annotation["attributes"], b: Annotation["attributes"]): boolean => {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => JSON.stringify(a[key]) === JSON.stringify(b[key]));
};
