/** What the next key or click means: nothing special, a new label, other edges, or the other end of a link. */

import type { LinkType, Schema } from "../../api/types";
import type { Annotation, AnnotationSet, Id, Span } from "../../document/model";
import { linkTypes } from "../labels";

export type Mode =
  | { readonly kind: "mark" }
  | { readonly kind: "relabel"; readonly id: Id }
  /** `spans`: where the edges are now; nothing is sent before the mode is left with Enter. */
  | { readonly kind: "bounds"; readonly id: Id; readonly spans: readonly Span[] }
  | LinkMode
  | SuggestMode;

export interface LinkMode {
  readonly kind: "link";
  readonly from: Id;
  /** Null until one is chosen; then only its targets are offered. */
  readonly type: string | null;
  /** The target in question: of a press of n or p, or one that several types fit. */
  readonly target: Id | null;
  /** Whether the type is asked for now. */
  readonly asking: boolean;
}

/** One suggestion after the other. */
export interface SuggestMode {
  readonly kind: "suggest";
  readonly id: Id;
  /** Where the edges are now, if they were moved. */
  readonly spans: readonly Span[] | null;
  /** When it was shown, by the page's clock. */
  readonly since: number;
}

export const MARK: Mode = { kind: "mark" };

export const startLink = (from: Id): LinkMode => ({ kind: "link", from, type: null, target: null, asking: false });

/** Types that the link can have, given what is chosen so far. */
export const offered = (schema: Schema, set: AnnotationSet, mode: LinkMode): readonly LinkType[] => {
  const from = set.annotations.get(mode.from);
  const target = mode.target === null ? undefined : set.annotations.get(mode.target);
  return from ? linkTypes(schema, from.label, mode.asking && target ? target.label : null) : [];
};

/** Types that fit one target. */
export const fitting = (schema: Schema, set: AnnotationSet, mode: LinkMode, target: Id): readonly LinkType[] => {
  const [from, to] = [set.annotations.get(mode.from), set.annotations.get(target)];
  if (!from || !to || from.id === to.id) return [];
  return linkTypes(schema, from.label, to.label).filter((type) => mode.type === null || type.key === mode.type);
};

export const isTarget = (schema: Schema, set: AnnotationSet, mode: LinkMode, row: Annotation): boolean =>
  fitting(schema, set, mode, row.id).length > 0;

/** After a target was chosen: the link to make, or the question which one, or null when it is no target. */
export const chooseTarget = (
  schema: Schema,
  set: AnnotationSet,
  mode: LinkMode,
  target: Id,
): { readonly link: string } | { readonly ask: LinkMode } | null => {
  const types = fitting(schema, set, mode, target);
  const [only] = types;
  if (!only) return null;
  return types.length === 1 ? { link: only.key } : { ask: { ...mode, target, asking: true } };
};
