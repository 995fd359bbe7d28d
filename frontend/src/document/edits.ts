/** From what a person does to the commands that say so. Pure but for fresh ids. */

import { newId } from "./ids";
import type {
  Annotation,
  AnnotationData,
  AnsweredData,
  Attributes,
  Command,
  CommandData,
  CommandType,
  DocumentState,
  Id,
  Json,
  Link,
  LinkData,
  Origin,
  Span,
} from "./model";
import { ownSet } from "./model";
import type { TextIndex } from "./offsets";
import { quote } from "./offsets";

/** Where an edit happens: the document on the screen and its text. */
export interface Place {
  readonly state: DocumentState;
  readonly index: TextIndex;
}

export interface NewAnnotation {
  readonly label: string;
  readonly spans: readonly Span[];
  readonly attributes?: Attributes;
  readonly entity?: Id | null;
  readonly origin?: Origin;
  /** A fresh id when left out. */
  readonly annotation?: Id;
  /** The suggestion that is taken so. */
  readonly answers?: AnsweredData;
}

export const addAnnotation = (place: Place, wanted: NewAnnotation): Command =>
  command(place, "add_annotation", {
    annotation: wanted.annotation ?? newId(),
    label: wanted.label,
    spans: tidy(wanted.spans),
    quote: quote(place.index, tidy(wanted.spans)),
    attributes: wanted.attributes ?? {},
    entity: wanted.entity ?? null,
    origin: wanted.origin ?? "hand",
    text_version: place.state.document.text_version,
    ...(wanted.answers ? { answers: wanted.answers } : {}),
  });

export const rejectSuggestion = (place: Place, answered: AnsweredData): Command =>
  command(place, "reject_suggestion", answered);

export type Change = Partial<Pick<Annotation, "label" | "spans" | "attributes" | "entity" | "origin">>;

/** The annotation's whole new state, with the change in it; its spans are read against the text on the screen. */
export const changeAnnotation = (place: Place, row: Annotation, change: Change): Command =>
  command(place, "change_annotation", annotationData(place, { ...row, ...change }));

/** Its links go with it; the server writes them down one by one. */
export const removeAnnotation = (place: Place, annotation: Id): Command =>
  command(place, "remove_annotation", { annotation });

export const relabel = (place: Place, row: Annotation, label: string): Command =>
  changeAnnotation(place, row, { label });

export const resize = (place: Place, row: Annotation, spans: readonly Span[]): Command =>
  changeAnnotation(place, row, { spans });

export const addFragment = (place: Place, row: Annotation, span: Span): Command =>
  changeAnnotation(place, row, { spans: [...row.spans, span] });

/** Null when it is the only part left: then remove the annotation. */
export const removeFragment = (place: Place, row: Annotation, part: number): Command | null =>
  row.spans.length < 2 ? null : changeAnnotation(place, row, { spans: row.spans.filter((_, k) => k !== part) });

/** Undefined takes the attribute away. */
export const setAttribute = (place: Place, row: Annotation, key: string, value: Json | undefined): Command => {
  const { [key]: _, ...others } = row.attributes;
  return changeAnnotation(place, row, { attributes: value === undefined ? others : { ...others, [key]: value } });
};

export const setEntity = (place: Place, row: Annotation, entity: Id | null): Command =>
  changeAnnotation(place, row, { entity });

export interface NewLink {
  readonly type: string;
  readonly from: Id;
  readonly to: Id;
  readonly attributes?: Attributes;
  readonly link?: Id;
}

export const addLink = (place: Place, wanted: NewLink): Command =>
  command(place, "add_link", {
    link: wanted.link ?? newId(),
    type: wanted.type,
    from: wanted.from,
    to: wanted.to,
    attributes: wanted.attributes ?? {},
  });

export const changeLink = (place: Place, row: Link, change: Partial<Pick<Link, "type" | "attributes">>): Command =>
  command(place, "change_link", linkData({ ...row, ...change }));

export const removeLink = (place: Place, link: Id): Command => command(place, "remove_link", { link });

export const setDocumentLabel = (place: Place, label: string, value: string): Command =>
  command(place, "set_document_label", { label, value });

export const clearDocumentLabel = (place: Place, label: string): Command =>
  command(place, "clear_document_label", { label });

export const finish = (place: Place): Command => command(place, "finish_set", {});

export const reopen = (place: Place, reason: string): Command => command(place, "reopen_set", { reason });

/** The same wish under a fresh id, fitted to what is on the screen now; null when it has nothing left to act on. */
export const renew = (place: Place, old: Command): Command | null => {
  const set = ownSet(place.state);
  const { undoes: _, ...data } = old.data as Record<string, unknown>;
  const again = { ...old, id: newId(), data } as Command;
  switch (again.type) {
    case "add_annotation":
    case "change_annotation":
      return refit(place, again.data, set.annotations.has(again.data.annotation));
    case "remove_annotation":
      return set.annotations.has(again.data.annotation) ? again : null;
    case "add_link":
    case "change_link":
      return relink(place, again.data, set.links.has(again.data.link));
    case "remove_link":
      return set.links.has(again.data.link) ? again : null;
    default:
      return again;
  }
};

export const annotationData = (place: Place, row: Omit<Annotation, "version" | "position">): AnnotationData => ({
  annotation: row.id,
  label: row.label,
  spans: tidy(row.spans),
  quote: quote(place.index, tidy(row.spans)),
  attributes: row.attributes,
  entity: row.entity,
  origin: row.origin,
  text_version: place.state.document.text_version,
});

export const linkData = (row: Omit<Link, "version" | "position">): LinkData => ({
  link: row.id,
  type: row.type,
  from: row.from,
  to: row.to,
  attributes: row.attributes,
});

/** In order, without overlap: parts that meet or overlap become one. */
export const tidy = (spans: readonly Span[]): readonly Span[] => {
  const merged: [number, number][] = [];
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = merged[merged.length - 1];
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else if (start < end) merged.push([start, end]);
  }
  return merged;
};

/** What is left of some spans when others are taken out of them. */
export const without = (spans: readonly Span[], out: readonly Span[]): readonly Span[] =>
  out.reduce<readonly Span[]>(
    (rest, [from, to]) =>
      rest.flatMap(([start, end]): readonly Span[] =>
        to <= start || end <= from
          ? [[start, end]]
          : (
              [
                [start, from],
                [to, end],
              ] as const
            ).filter(([a, b]) => a < b),
      ),
    tidy(spans),
  );

/** Links of one annotation laid upon another: new ones where the other has not the same already. */
export const movedLinks = (place: Place, to: Id, from: Id): readonly Command[] => {
  const links = [...ownSet(place.state).links.values()];
  const has = new Set(links.map((link) => `${link.type}/${link.from}/${link.to}`));
  return links
    .filter((link) => link.from === from || link.to === from)
    .map((link) => ({
      ...link,
      from: link.from === from ? to : link.from,
      to: link.to === from ? to : link.to,
    }))
    .filter((link) => link.from !== link.to && !has.has(`${link.type}/${link.from}/${link.to}`))
    .map(({ type, from, to, attributes }) => addLink(place, { type, from, to, attributes }));
};

export const command = <T extends CommandType>(place: Place, type: T, data: CommandData[T], undoes?: Id): Command =>
  ({ id: newId(), type, document: place.state.document.id, data: undoes ? { ...data, undoes } : data }) as Command;

function refit(place: Place, data: AnnotationData, known: boolean): Command | null {
  if (data.spans.some(([, end]) => end > place.index.length)) return null;
  const row = { ...data, id: data.annotation };
  return command(place, known ? "change_annotation" : "add_annotation", annotationData(place, row));
}

function relink(place: Place, data: LinkData, known: boolean): Command | null {
  const { annotations } = ownSet(place.state);
  if (!annotations.has(data.from) || !annotations.has(data.to)) return null;
  return command(place, known ? "change_link" : "add_link", linkData({ ...data, id: data.link }));
}
