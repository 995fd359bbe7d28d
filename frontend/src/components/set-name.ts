import type { AnnotationSet, Id } from "../document/model";

/** Whose set it is; a set that began while the document was open brings no name of its own. */
export const nameOf = (set: AnnotationSet, authors: ReadonlyMap<Id, string>): string =>
  set.name || (set.author === null ? "" : (authors.get(set.author) ?? ""));
