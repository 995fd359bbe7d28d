/** What one would want to look at again before saying "done". Pure. */

import type { Schema } from "../../api/types";
import type { Annotation, AnnotationSet, Id } from "../../document/model";
import { inTextOrder } from "../items";
import { missing } from "./actions";

export interface Point {
  readonly annotation: Id;
  /** `missing`: required attributes that are not given. `unlinked`: a label that makes links, without any. */
  readonly kind: "missing" | "unlinked";
  /** Names of the attributes, or of the links it could have. */
  readonly what: readonly string[];
}

/** In the order of the text. */
export const openPoints = (schema: Schema, set: AnnotationSet): readonly Point[] => {
  const linked = new Set([...set.links.values()].map((link) => link.from));
  return inTextOrder(set.annotations.values()).flatMap((row) => [
    ...missingOf(schema, row),
    ...(linked.has(row.id) ? [] : unlinkedOf(schema, row)),
  ]);
};

const missingOf = (schema: Schema, row: Annotation): readonly Point[] => {
  const attributes = schema.labels.find((label) => label.key === row.label)?.attributes ?? [];
  const keys = missing(row, attributes);
  const what = attributes.filter(({ key }) => keys.includes(key)).map(({ name }) => name);
  return what.length > 0 ? [{ annotation: row.id, kind: "missing", what }] : [];
};

/** Only of types that begin at this very label: one that may begin anywhere asks for nothing. */
const unlinkedOf = (schema: Schema, row: Annotation): readonly Point[] => {
  const types = schema.link_types.filter((type) => !type.retired && type.from_label === row.label);
  return types.length > 0 ? [{ annotation: row.id, kind: "unlinked", what: types.map(({ name }) => name) }] : [];
};

/** Annotations on which the sets differ: nobody else marked the same words with the same label. Pairs by words. */
export const differing = (own: AnnotationSet, others: readonly AnnotationSet[]): readonly Annotation[] => {
  if (others.length === 0) return [];
  const sets = [own, ...others].map((set) => new Map([...set.annotations.values()].map((row) => [saying(row), row])));
  const seen = new Set<string>();
  const found = sets.flatMap((rows) =>
    [...rows].filter(([key]) => {
      if (seen.has(key) || sets.every((other) => other.has(key))) return false;
      seen.add(key);
      return true;
    }),
  );
  return inTextOrder(found.map(([, row]) => row));
};

const saying = (row: Annotation): string => JSON.stringify([row.label, row.spans]);

/** The next of some annotations after a place in the text, or before it; round at the ends. */
export const following = (rows: readonly Annotation[], from: number, direction: 1 | -1): Annotation | undefined => {
  const start = (row: Annotation): number => row.spans[0]?.[0] ?? 0;
  return direction > 0
    ? (rows.find((row) => start(row) > from) ?? rows[0])
    : (rows.findLast((row) => start(row) < from) ?? rows.at(-1));
};
