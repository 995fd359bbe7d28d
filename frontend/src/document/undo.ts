/**
 * Undo and redo of one's own commands, read off the log, so that they survive a reload.
 *
 * A command that names another in `undoes` takes it back; one that takes back a taking-back does it again. So every
 * command belongs to a root (a command that undoes nothing) at some depth, and a root is done when its newest depth is
 * even, undone when odd. Undoing compensates: it writes the state before as a new command, and is refused when somebody
 * else has changed the same thing since.
 */

import type { Place } from "./edits";
import { annotationData, command, linkData } from "./edits";
import { annotationOf, answerOf, linkOf } from "./fold";
import type { Annotation, AnnotationSet, Command, DocumentState, Id, Link, LogEvent, SuggestionAnswer } from "./model";
import { keyOf, ownSet } from "./model";

/** What one event did to one thing; null stands for "not there". */
export type Effect =
  | {
      readonly kind: "annotation";
      readonly id: Id;
      readonly before: Annotation | null;
      readonly after: Annotation | null;
    }
  | { readonly kind: "link"; readonly id: Id; readonly before: Link | null; readonly after: Link | null }
  | {
      readonly kind: "answer";
      readonly id: Id;
      readonly before: SuggestionAnswer | null;
      readonly after: SuggestionAnswer | null;
    }
  | { readonly kind: "label"; readonly id: string; readonly before: string | null; readonly after: string | null }
  | {
      readonly kind: "status";
      readonly id: "status";
      readonly before: "open" | "finished";
      readonly after: "open" | "finished";
    };

/** One command with all that it did; a ledger puts together what it is told of one command in pieces. */
export interface Deed {
  readonly command: Id;
  readonly author: Id;
  readonly undoes: Id | null;
  readonly effects: readonly Effect[];
}

export type Refusal =
  | { readonly kind: "nothing" }
  /** Somebody changed it since. */
  | { readonly kind: "changed"; readonly entity: Id; readonly author: Id }
  /** Somebody else's link hangs on what would be removed. */
  | { readonly kind: "linked"; readonly entity: Id; readonly author: Id }
  /** What it needs is no longer there, or the text is another. */
  | { readonly kind: "gone"; readonly entity: Id };

export type Plan = { readonly commands: readonly Command[] } | { readonly refusal: Refusal };

/** A set walked forward event by event without copying it: what stood there before each one. */
class Walk {
  private readonly set: AnnotationSet;
  private readonly now = new Map<string, unknown>();

  constructor(set: AnnotationSet) {
    this.set = set;
  }

  /** Null for events that undo does not know. */
  step(event: LogEvent): Effect | null {
    const effect = this.effect(event);
    if (effect) this.now.set(thing(effect), effect.after);
    return effect;
  }

  private effect(event: LogEvent): Effect | null {
    const { data } = event;
    switch (event.type) {
      case "annotation_added":
      case "annotation_changed": {
        const after = annotationOf(event);
        return { kind: "annotation", id: after.id, before: this.annotation(after.id), after };
      }
      case "annotation_removed": {
        const id = String(data.annotation ?? event.entity);
        return { kind: "annotation", id, before: this.annotation(id), after: null };
      }
      case "link_added":
      case "link_changed": {
        const after = linkOf(event);
        return { kind: "link", id: after.id, before: this.link(after.id), after };
      }
      case "link_removed": {
        const id = String(data.link ?? event.entity);
        return { kind: "link", id, before: this.link(id), after: null };
      }
      case "document_label_set":
      case "document_label_cleared": {
        const id = String(data.label);
        const after = event.type === "document_label_set" ? String(data.value) : null;
        return { kind: "label", id, before: this.look("label", id, this.set.document_labels[id] ?? null), after };
      }
      case "suggestion_answered":
        return this.answer(event);
      case "suggestion_reoffered": {
        const id = String(data.suggestion);
        return { kind: "answer", id, before: this.answered(id), after: null };
      }
      case "set_finished":
      case "set_reopened": {
        const after = event.type === "set_finished" ? "finished" : "open";
        return { kind: "status", id: "status", before: this.look("status", "status", this.set.status), after };
      }
      default:
        return null;
    }
  }

  /** What became of a taken suggestion is seen by its mark: that alone is undone, and the suggestion is open again. */
  private answer(event: LogEvent): Effect | null {
    const after = answerOf(event);
    if (after.answer !== "rejected") return null;
    return { kind: "answer", id: after.suggestion, before: this.answered(after.suggestion), after };
  }

  private answered(id: Id): SuggestionAnswer | null {
    return this.look("answer", id, this.set.answers.get(id) ?? null);
  }

  private annotation(id: Id): Annotation | null {
    return this.look("annotation", id, this.set.annotations.get(id) ?? null);
  }

  private link(id: Id): Link | null {
    return this.look("link", id, this.set.links.get(id) ?? null);
  }

  private look<T>(kind: string, id: string, otherwise: T): T {
    const key = `${kind}/${id}`;
    return this.now.has(key) ? (this.now.get(key) as T) : otherwise;
  }
}

/** The deeds of events of one set, in order, `set` being what stood before them. */
export const deedsOf = (set: AnnotationSet, events: readonly LogEvent[]): readonly Deed[] => {
  const walk = new Walk(set);
  const deeds: Deed[] = [];
  for (const event of events) {
    const effect = walk.step(event);
    if (effect) deeds.push(deedOf(event, effect));
  }
  return deeds;
};

const deedOf = (event: LogEvent, effect: Effect): Deed => {
  const { undoes } = event.data;
  const target = typeof undoes === "string" ? undoes : null;
  return { command: event.command, author: event.author, undoes: target, effects: [effect] };
};

/** Whether the event is in the set that this reader writes. */
export const isOwnWork = (state: DocumentState, event: LogEvent): boolean =>
  event.stream.kind === "annotation_set" &&
  keyOf(event.stream.owner) === keyOf(state.me.shared ? null : state.me.account);

export interface Ledger {
  /** In order. A further deed of a known command adds to it. */
  record(deed: Deed): void;
  knows(command: Id): boolean;
  /** The command will never be done. */
  forget(command: Id): void;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  undo(place: Place): Plan;
  redo(place: Place): Plan;
}

export const createLedger = (account: Id, deeds: readonly Deed[] = []): Ledger => new Deeds(account, deeds);

interface Gesture {
  readonly root: Id;
  depth: number;
  /** The commands of the newest depth, in order. */
  active: Id[];
}

class Deeds implements Ledger {
  private readonly account: Id;
  private readonly deeds = new Map<Id, Deed>();
  private gestures = new Map<Id, Gesture>();
  private places = new Map<Id, { readonly root: Id; readonly depth: number }>();
  private undoable: Id[] = [];
  private redoable: Id[] = [];
  private last = new Map<string, { readonly command: Id; readonly author: Id }>();

  constructor(account: Id, deeds: readonly Deed[]) {
    this.account = account;
    for (const deed of deeds) this.record(deed);
  }

  get canUndo(): boolean {
    return this.undoable.length > 0;
  }

  get canRedo(): boolean {
    return this.redoable.length > 0;
  }

  knows(id: Id): boolean {
    return this.deeds.has(id);
  }

  record(deed: Deed): void {
    const known = this.deeds.get(deed.command);
    this.deeds.set(deed.command, known ? { ...known, effects: [...known.effects, ...deed.effects] } : deed);
    for (const effect of deed.effects) this.last.set(thing(effect), deed);
    if (!known && deed.author === this.account) this.place(deed);
  }

  forget(id: Id): void {
    if (!this.deeds.delete(id)) return;
    const kept = [...this.deeds.values()];
    this.deeds.clear();
    this.gestures = new Map();
    this.places = new Map();
    this.last = new Map();
    this.undoable = [];
    this.redoable = [];
    for (const deed of kept) this.record(deed);
  }

  undo(place: Place): Plan {
    return this.invert(this.undoable[this.undoable.length - 1], place);
  }

  redo(place: Place): Plan {
    return this.invert(this.redoable[this.redoable.length - 1], place);
  }

  private place(deed: Deed): void {
    const target = deed.undoes === null ? undefined : this.places.get(deed.undoes);
    if (!target) {
      this.begin(deed.command);
      return;
    }
    const gesture = this.gestures.get(target.root) as Gesture;
    const depth = target.depth + 1;
    this.places.set(deed.command, { root: target.root, depth });
    if (depth === gesture.depth) gesture.active.push(deed.command);
    if (depth > gesture.depth) this.turn(gesture, depth, deed.command);
  }

  private begin(root: Id): void {
    this.places.set(root, { root, depth: 0 });
    this.gestures.set(root, { root, depth: 0, active: [root] });
    if (isImport(this.deeds.get(root) as Deed)) return;
    this.undoable.push(root);
    this.redoable = [];
  }

  private turn(gesture: Gesture, depth: number, command: Id): void {
    gesture.depth = depth;
    gesture.active = [command];
    this.undoable = this.undoable.filter((root) => root !== gesture.root);
    this.redoable = this.redoable.filter((root) => root !== gesture.root);
    (depth % 2 === 0 ? this.undoable : this.redoable).push(gesture.root);
  }

  private invert(root: Id | undefined, place: Place): Plan {
    const gesture = root === undefined ? undefined : this.gestures.get(root);
    if (!gesture) return { refusal: { kind: "nothing" } };
    const deeds = gesture.active.map((id) => this.deeds.get(id) as Deed).reverse();
    const refusal = this.objection(deeds, place);
    if (refusal) return { refusal };
    return { commands: deeds.flatMap((deed) => inverse(deed, place)) };
  }

  /** What was done must still be as it was left: else somebody's later work would be lost. */
  private objection(deeds: readonly Deed[], place: Place): Refusal | null {
    const set = ownSet(place.state);
    const effects = deeds.flatMap((deed) => deed.effects);
    for (const effect of leftBehind(deeds)) {
      const author = this.last.get(thing(effect))?.author ?? this.account;
      if (!sameContent(effect.after, standing(set, effect))) return { kind: "changed", entity: effect.id, author };
    }
    for (const effect of effects) {
      const refusal = this.hanging(effect, set) ?? missing(effect, place, effects);
      if (refusal) return refusal;
    }
    return null;
  }

  private hanging(effect: Effect, set: AnnotationSet): Refusal | null {
    if (effect.kind !== "annotation" || effect.before !== null) return null;
    for (const link of set.links.values()) {
      const author = this.last.get(`link/${link.id}`)?.author;
      if (link.from !== effect.id && link.to !== effect.id) continue;
      if (author !== undefined && author !== this.account) return { kind: "linked", entity: effect.id, author };
    }
    return null;
  }
}

/** What a file brought in is not a step that a person would take back one by one. */
const isImport = ({ effects }: Deed): boolean =>
  effects.length > 0 && effects.every((effect) => effect.kind === "annotation" && effect.after?.origin === "import");

const thing = (effect: Effect): string => `${effect.kind}/${effect.id}`;

/** The last effect on each thing; the deeds come newest first. */
function leftBehind(deeds: readonly Deed[]): Iterable<Effect> {
  const last = new Map<string, Effect>();
  for (const effect of [...deeds].reverse().flatMap((deed) => deed.effects)) last.set(thing(effect), effect);
  return last.values();
}

function standing(set: AnnotationSet, effect: Effect): Effect["after"] {
  switch (effect.kind) {
    case "annotation":
      return set.annotations.get(effect.id) ?? null;
    case "link":
      return set.links.get(effect.id) ?? null;
    case "answer":
      return set.answers.get(effect.id) ?? null;
    case "label":
      return set.document_labels[effect.id] ?? null;
    case "status":
      return set.status;
  }
}

/** Versions and positions aside: those change with every writing. */
const sameContent = (a: Effect["after"], b: Effect["after"]): boolean => content(told(a)) === content(told(b));

/** Where a suggestion came from is in its events, and not in a reading of the document. */
const told = (value: Effect["after"]): unknown =>
  typeof value === "object" && value !== null && "suggestion" in value
    ? [value.suggestion, value.answer, value.annotation]
    : value;

const content = (value: unknown): string =>
  JSON.stringify(value, (key, inner: unknown) => {
    if (key === "version" || key === "position") return undefined;
    const isRecord = typeof inner === "object" && inner !== null && !Array.isArray(inner);
    return isRecord ? Object.fromEntries(Object.entries(inner).sort(([x], [y]) => (x < y ? -1 : 1))) : inner;
  });

/** What would come back must still fit: its text, and the ends of a link (which may come back along with it). */
function missing(effect: Effect, place: Place, all: readonly Effect[]): Refusal | null {
  if (effect.before === null) return null;
  if (effect.kind === "annotation" && effect.before.text_version !== place.state.document.text_version)
    return { kind: "gone", entity: effect.id };
  if (effect.kind !== "link") return null;
  const { annotations } = ownSet(place.state);
  const returning = all.filter((other) => other.before !== null);
  const there = (end: Id): boolean => annotations.has(end) || returning.some((other) => other.id === end);
  return there(effect.before.from) && there(effect.before.to) ? null : { kind: "gone", entity: effect.id };
}

/** The commands that bring back what was before, last thing first: an annotation stands before its links again. */
function inverse(deed: Deed, place: Place): readonly Command[] {
  const firstBefore = new Map<string, Effect>();
  const lastAfter = new Map<string, Effect>();
  for (const effect of deed.effects) {
    if (!firstBefore.has(thing(effect))) firstBefore.set(thing(effect), effect);
    lastAfter.set(thing(effect), effect);
  }
  const things = [...lastAfter.values()].sort((a, b) => turn(a, firstBefore) - turn(b, firstBefore)).map(thing);
  return things.flatMap((key) => {
    const back = backTo(firstBefore.get(key) as Effect, lastAfter.get(key) as Effect, deed.command, place);
    return back ? [back] : [];
  });
}

/** Links go before what they join goes, and come back after it. */
const turn = (effect: Effect, firstBefore: ReadonlyMap<string, Effect>): number => {
  if (effect.kind !== "link") return 1;
  return firstBefore.get(thing(effect))?.before === null ? 0 : 2;
};

function backTo(first: Effect, last: Effect, undoes: Id, place: Place): Command | null {
  const there = last.after !== null;
  switch (first.kind) {
    case "annotation":
      if (first.before === null)
        return there ? command(place, "remove_annotation", { annotation: first.id }, undoes) : null;
      return command(
        place,
        there ? "change_annotation" : "add_annotation",
        annotationData(place, first.before),
        undoes,
      );
    case "link":
      if (first.before === null) return there ? command(place, "remove_link", { link: first.id }, undoes) : null;
      return command(place, there ? "change_link" : "add_link", linkData(first.before), undoes);
    case "answer":
      return first.before === null
        ? command(place, "reoffer_suggestion", { suggestion: first.id }, undoes)
        : rejection(first.before, undoes, place);
    case "label":
      return first.before === null
        ? command(place, "clear_document_label", { label: first.id }, undoes)
        : command(place, "set_document_label", { label: first.id, value: first.before }, undoes);
    case "status":
      return first.before === "finished"
        ? command(place, "finish_set", {}, undoes)
        : command(place, "reopen_set", { reason: "undo" }, undoes);
  }
}

function rejection(answer: SuggestionAnswer, undoes: Id, place: Place): Command | null {
  const { suggestion, source, source_version, label, latency_ms = 0 } = answer;
  if (source === undefined || source_version === undefined || label === undefined) return null;
  return command(place, "reject_suggestion", { suggestion, source, source_version, label, latency_ms }, undoes);
}
