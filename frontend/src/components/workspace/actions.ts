/** What a person can do to the document, said to a screen reader as it is done. */

import { plural, t } from "@lingui/core/macro";
import type { Attribute, Json, Label, Schema } from "../../api/types";
import * as edits from "../../document/edits";
import { newId } from "../../document/ids";
import type { Annotation, Attributes, Id, Link, Span } from "../../document/model";
import { type Offer, REPEATS, type Repeat, repeatedLinks } from "../../document/offers";
import { quote, type TextIndex } from "../../document/offsets";
import type { DocumentStore, Snapshot } from "../../document/store";
import type { Refusal } from "../../document/undo";
import { shorten } from "../words";

export interface Actions {
  /** A new annotation, selected; or the one that says the same already. */
  mark(label: string, spans: readonly Span[]): void;
  relabel(id: Id, label: string): void;
  resize(id: Id, spans: readonly Span[]): void;
  addPart(id: Id, spans: readonly Span[]): void;
  removePart(id: Id, part: number): void;
  /** Each part becomes an annotation of its own; the first keeps the links. */
  split(id: Id): void;
  /** The words are taken out of the middle or the ends. */
  cutOut(id: Id, spans: readonly Span[]): void;
  /** One stretch from the first part to the last. */
  closeGaps(id: Id): void;
  /** The other one's words become parts of this one, its links too. */
  join(id: Id, other: Id): void;
  /** The same annotation over other words, each marked as a copy. */
  spread(like: Pick<Annotation, "label" | "attributes" | "entity">, spans: readonly Span[]): void;
  /** A suggestion becomes one's own mark. `seen`: how long it was shown, in milliseconds. */
  accept(offer: Offer, seen: number, change?: { readonly label?: string; readonly spans?: readonly Span[] }): void;
  acceptAll(offers: readonly Offer[], seen: number): void;
  rejectAll(offers: readonly Offer[], seen: number): void;
  remove(id: Id): void;
  setAttribute(id: Id, key: string, value: Json | undefined): void;
  setEntity(id: Id, entity: Id | null): void;
  link(type: string, from: Id, to: Id): void;
  setLinkAttribute(id: Id, key: string, value: Json | undefined): void;
  removeLink(id: Id): void;
  setDocumentLabel(label: string, value: string | null): void;
  finish(): void;
  reopen(reason: string): void;
  undo(): void;
  redo(): void;
}

/** `seeded`: before that, undo does not know yet what can be undone, and waits. */
export const createActions = (
  store: DocumentStore,
  schema: Schema,
  seeded: Promise<void>,
  say: (text: string) => void,
  repeats: () => readonly Repeat[] = () => [],
): Actions => {
  const now = (): Snapshot => store.getSnapshot();
  const row = (id: Id): Annotation | undefined => now().own.annotations.get(id);
  const labelOf = (key: string): Label | undefined => schema.labels.find((label) => label.key === key);
  const nameOf = (key: string): string => labelOf(key)?.name ?? key;
  const words = (one: { readonly spans: readonly Span[] }): string => shorten(quoteOf(now().index, one.spans), 40);

  const change = (id: Id, edit: (place: edits.Place, row: Annotation) => ReturnType<typeof edits.relabel> | null) => {
    const found = row(id);
    const command = found && edit(store.place(), found);
    if (command) store.dispatch(command);
    return command ? found : undefined;
  };

  const resize = (id: Id, spans: readonly Span[]): void => {
    const now = words({ spans });
    if (change(id, (place, old) => edits.resize(place, old, spans))) say(t`Now ${now}`);
  };

  const take = (offer: Offer, seen: number, change: { label?: string; spans?: readonly Span[] } = {}): Id => {
    const annotation = newId();
    const label = change.label ?? offer.label;
    const spans = change.spans ?? offer.spans;
    const known = relabelled(schema, offer, labelOf(label), label);
    const origin = offer.source === REPEATS ? "propagated" : "suggestion";
    const answers = answerTo(offer, seen);
    const wanted = { ...known, annotation, label, spans, origin, answers } as const;
    store.dispatch(edits.addAnnotation(store.place(), wanted));
    if (offer.source === REPEATS) {
      const links = repeatedLinks(now().own, repeats(), { id: annotation, label, spans });
      store.dispatch(...links.map((link) => edits.addLink(store.place(), link)));
    }
    return annotation;
  };

  const turn = (refusal: Refusal | null, done: string): void => say(refusal ? whyNot(refusal) : done);

  return {
    mark(label, spans) {
      const twin = [...now().own.annotations.values()].find((one) => one.label === label && equal(one.spans, spans));
      const annotation = twin?.id ?? newId();
      const name = nameOf(label);
      if (!twin) {
        const attributes = defaults(labelOf(label)?.attributes ?? []);
        store.dispatch(edits.addAnnotation(store.place(), { annotation, label, spans, attributes }));
      }
      store.select(annotation);
      const marked = words({ spans });
      say(twin ? t`Already marked as ${name}: ${marked}` : t`Marked as ${name}: ${marked}`);
    },
    relabel(id, label) {
      const target = labelOf(label);
      const found = change(id, (place, old) =>
        edits.changeAnnotation(place, old, relabelled(schema, old, target, label)),
      );
      const name = nameOf(label);
      const marked = found ? words(found) : "";
      if (found) say(t`Now ${name}: ${marked}`);
    },
    resize,
    addPart(id, spans) {
      const found = row(id);
      if (found) resize(id, edits.tidy([...found.spans, ...spans]));
    },
    removePart(id, part) {
      if (change(id, (place, old) => edits.removeFragment(place, old, part))) say(t`Part removed`);
    },
    split(id) {
      const found = row(id);
      if (!found || found.spans.length < 2) return;
      const [first, ...others] = found.spans as readonly [Span, ...Span[]];
      const { label, attributes, entity } = found;
      const alone = (span: Span) => edits.addAnnotation(store.place(), { label, attributes, entity, spans: [span] });
      store.dispatch(edits.resize(store.place(), found, [first]), ...others.map(alone));
      const parts = found.spans.length;
      say(plural(parts, { one: "Now # span", other: "Now # spans" }));
    },
    cutOut(id, spans) {
      const found = row(id);
      const left = found ? edits.without(found.spans, spans).map((span) => trimmed(now().index, span)) : [];
      if (left.length > 0) resize(id, left);
    },
    closeGaps(id) {
      const found = row(id);
      const [first, last] = [found?.spans[0], found?.spans.at(-1)];
      if (found && first && last && found.spans.length > 1) resize(id, [[first[0], last[1]]]);
    },
    join(id, other) {
      const [one, two] = [row(id), row(other)];
      if (!one || !two) return;
      const place = store.place();
      const moved = edits.movedLinks(place, one.id, two.id);
      const joined = edits.resize(place, one, edits.tidy([...one.spans, ...two.spans]));
      store.dispatch(joined, ...moved, edits.removeAnnotation(place, two.id));
      store.select(id);
      const now = words({ spans: edits.tidy([...one.spans, ...two.spans]) });
      say(t`Joined: ${now}`);
    },
    spread({ label, attributes, entity }, spans) {
      const copies = spans.map((span) =>
        edits.addAnnotation(store.place(), { label, attributes, entity, spans: [span], origin: "propagated" }),
      );
      store.dispatch(...copies);
      say(plural(copies.length, { one: "# more marked", other: "# more marked" }));
    },
    accept(offer, seen, change) {
      take(offer, seen, change);
      const name = nameOf(change?.label ?? offer.label);
      const marked = words({ spans: change?.spans ?? offer.spans });
      say(t`Marked as ${name}: ${marked}`);
    },
    acceptAll(offers, seen) {
      for (const offer of offers) take(offer, seen);
      say(plural(offers.length, { one: "# suggestion taken", other: "# suggestions taken" }));
    },
    rejectAll(offers, seen) {
      store.dispatch(...offers.map((offer) => edits.rejectSuggestion(store.place(), answerTo(offer, seen))));
      say(plural(offers.length, { one: "# suggestion rejected", other: "# suggestions rejected" }));
    },
    remove(id) {
      const found = row(id);
      if (!found) return;
      const links = [...now().own.links.values()].filter((link) => link.from === id || link.to === id).length;
      store.dispatch(edits.removeAnnotation(store.place(), id));
      store.select(null);
      const removed = words(found);
      const along =
        links > 0 ? ` ${plural(links, { one: "# link went with it.", other: "# links went with it." })}` : "";
      say(t`Removed: ${removed}.` + along);
    },
    setAttribute(id, key, value) {
      if (change(id, (place, old) => edits.setAttribute(place, old, key, value))) say(t`Saved`);
    },
    setEntity(id, entity) {
      if (change(id, (place, old) => edits.setEntity(place, old, entity))) say(t`Saved`);
    },
    link(type, from, to) {
      const [a, b] = [row(from), row(to)];
      if (!a || !b) return;
      const twin = [...now().own.links.values()].find((one) => one.type === type && one.from === from && one.to === to);
      const definition = schema.link_types.find((one) => one.key === type);
      const attributes = defaults(definition?.attributes ?? []);
      if (!twin) store.dispatch(edits.addLink(store.place(), { type, from, to, attributes }));
      const [name, target] = [definition?.name ?? type, words(b)];
      say(twin ? t`Already linked as ${name} to ${target}` : t`Linked as ${name} to ${target}`);
    },
    setLinkAttribute(id, key, value) {
      const found = now().own.links.get(id);
      if (!found) return;
      store.dispatch(edits.changeLink(store.place(), found, { attributes: withAttribute(found, key, value) }));
      say(t`Saved`);
    },
    removeLink(id) {
      if (!now().own.links.has(id)) return;
      store.dispatch(edits.removeLink(store.place(), id));
      say(t`Link removed`);
    },
    setDocumentLabel(label, value) {
      const place = store.place();
      store.dispatch(
        value === null ? edits.clearDocumentLabel(place, label) : edits.setDocumentLabel(place, label, value),
      );
      say(t`Saved`);
    },
    finish() {
      store.dispatch(edits.finish(store.place()));
      store.arm(null);
      say(now().own.annotations.size > 0 ? t`Done` : t`Done: nothing to mark here`);
    },
    reopen(reason) {
      store.dispatch(edits.reopen(store.place(), reason));
      say(t`Open again`);
    },
    undo: () => void seeded.then(() => turn(store.undo(), t`Undone`)),
    redo: () => void seeded.then(() => turn(store.redo(), t`Done again`)),
  };
};

const DAY = 86_400_000;

const answerTo = ({ id, source, sourceVersion, label }: Offer, seen: number) => ({
  suggestion: id,
  source,
  source_version: sourceVersion,
  label,
  latency_ms: Math.min(DAY, Math.max(0, Math.round(seen))),
});

export const quoteOf = (index: TextIndex, spans: readonly Span[]): string => quote(index, spans);

/** Without the white space at its ends. */
export const trimmed = (index: TextIndex, [start, end]: Span): Span => {
  const points = [...index.slice(start, end)];
  const from = points.findIndex((point) => /\S/.test(point));
  const to = points.findLastIndex((point) => /\S/.test(point));
  return from < 0 ? [start, start] : [start + from, start + to + 1];
};

/** What a new annotation or link begins with. */
export const defaults = (attributes: readonly Attribute[]): Attributes =>
  Object.fromEntries(attributes.flatMap(({ key, default: value }) => (value === null ? [] : [[key, value]])));

type Labelled = Pick<Annotation, "label" | "attributes" | "entity">;

/** Another label keeps the attributes it knows, gets its own defaults, and the entity only of the same kind. */
export const relabelled = (schema: Schema, row: Labelled, target: Label | undefined, label: string): edits.Change => {
  const known = new Set(target?.attributes.map((attribute) => attribute.key));
  const kept = Object.fromEntries(Object.entries(row.attributes).filter(([key]) => known.has(key)));
  const before = schema.labels.find((one) => one.key === row.label)?.entity_type ?? null;
  const sameKind = before !== null && before === target?.entity_type;
  const attributes = { ...defaults(target?.attributes ?? []), ...kept };
  return { label, attributes, entity: sameKind ? row.entity : null };
};

/** Keys of required attributes that are not given. */
export const missing = (
  row: { readonly attributes: Attributes },
  attributes: readonly Attribute[],
): readonly string[] =>
  attributes.filter(({ key, required }) => required && row.attributes[key] === undefined).map(({ key }) => key);

const withAttribute = (link: Link, key: string, value: Json | undefined): Attributes => {
  const { [key]: _, ...others } = link.attributes;
  return value === undefined ? others : { ...others, [key]: value };
};

const equal = (a: readonly Span[], b: readonly Span[]): boolean =>
  a.length === b.length && a.every(([start, end], k) => b[k]?.[0] === start && b[k]?.[1] === end);

const whyNot = (refusal: Refusal): string => {
  switch (refusal.kind) {
    case "nothing":
      return t`Nothing to undo`;
    case "changed":
      return t`Somebody changed it since, so it cannot be undone`;
    case "linked":
      return t`Somebody's link hangs on it, so it cannot be undone`;
    case "gone":
      return t`What it needs is no longer there, so it cannot be undone`;
  }
};
