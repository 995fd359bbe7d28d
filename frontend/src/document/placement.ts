/** Where each annotation lies: cut by paragraph, each part in a lane. Knows nothing of the screen. */

import type { Lanes, Stretch } from "./lanes";
import { createLanes, outermostFirst } from "./lanes";
import type { Id, Span } from "./model";
import type { TextIndex } from "./offsets";
import { cutByParagraph } from "./page";
import type { TextGroup, TextItem } from "./view";

export interface Placed {
  readonly item: TextItem;
  /** In this paragraph. */
  readonly spans: readonly Span[];
  readonly first: boolean;
  readonly last: boolean;
}

export interface Placement {
  readonly items: ReadonlyMap<Id, TextItem>;
  /** The whole truth; unchanged objects stay as they are. */
  set(items: readonly TextItem[]): void;
  upsert(item: TextItem): void;
  remove(id: Id): void;
  /** What lies in a paragraph, in no order. */
  at(paragraph: number): readonly Placed[];
  /** Lane within the item's group, and over all groups. */
  lane(paragraph: number, item: TextItem): { readonly own: number; readonly overall: number };
  laneCount(paragraph: number): number;
  group(item: TextItem): TextGroup;
  /** Paragraphs changed since the last call. */
  takeDirty(): readonly number[];
  /** Marks the paragraphs of an item. */
  touch(id: Id): void;
  paragraphsOf(id: Id): readonly number[];
  /** Annotations over a point, innermost first. */
  stackAt(point: number): readonly Id[];
  /** All annotations in order of the text. */
  ordered(): readonly TextItem[];
}

const ALL: TextGroup = { key: "", name: "", fill: true };

export const createPlacement = (index: TextIndex, groups: readonly TextGroup[] = []): Placement =>
  new LanedPlacement(index, groups.length > 0 ? groups : [ALL]);

class LanedPlacement implements Placement {
  readonly items = new Map<Id, TextItem>();
  private readonly index: TextIndex;
  private readonly groups: readonly TextGroup[];
  private readonly paragraphs = new Map<number, Map<Id, Placed>>();
  private readonly places = new Map<Id, readonly number[]>();
  private readonly lanes = new Map<string, Lanes>();
  private readonly dirty = new Set<number>();
  private order: readonly TextItem[] | null = null;

  constructor(index: TextIndex, groups: readonly TextGroup[]) {
    this.index = index;
    this.groups = groups;
  }

  set(items: readonly TextItem[]): void {
    const wanted = new Set(items.map((item) => item.id));
    for (const id of this.items.keys()) if (!wanted.has(id)) this.remove(id);
    const changed = items.filter((item) => this.items.get(item.id) !== item);
    for (const item of changed.sort((a, b) => outermostFirst(hull(a.spans), hull(b.spans)))) this.upsert(item);
  }

  upsert(item: TextItem): void {
    const known = this.items.get(item.id);
    if (known === item) return;
    this.order = null;
    if (known && sameSpans(known.spans, item.spans) && known.group === item.group) this.replace(item);
    else {
      if (known) this.remove(item.id);
      this.insert(item);
    }
  }

  remove(id: Id): void {
    const item = this.items.get(id);
    if (!item) return;
    this.order = null;
    for (const paragraph of this.paragraphsOf(id)) {
      this.dirty.add(paragraph);
      this.paragraphs.get(paragraph)?.delete(id);
      this.lanesOf(paragraph, item).remove(id);
    }
    this.items.delete(id);
    this.places.delete(id);
  }

  at(paragraph: number): readonly Placed[] {
    return [...(this.paragraphs.get(paragraph)?.values() ?? [])];
  }

  lane(paragraph: number, item: TextItem): { own: number; overall: number } {
    const own = this.lanesOf(paragraph, item).laneOf(item.id) ?? 0;
    let overall = own;
    for (const group of this.groups) {
      if (group.key === this.group(item).key) break;
      overall += this.height(paragraph, group);
    }
    return { own, overall };
  }

  laneCount(paragraph: number): number {
    return this.groups.reduce((sum, group) => sum + this.height(paragraph, group), 0);
  }

  group(item: TextItem): TextGroup {
    return this.groups.find((group) => group.key === item.group) ?? (this.groups[0] as TextGroup);
  }

  takeDirty(): readonly number[] {
    const taken = [...this.dirty];
    this.dirty.clear();
    return taken;
  }

  touch(id: Id): void {
    for (const paragraph of this.paragraphsOf(id)) this.dirty.add(paragraph);
  }

  paragraphsOf(id: Id): readonly number[] {
    return this.places.get(id) ?? [];
  }

  stackAt(point: number): readonly Id[] {
    const here = this.at(this.index.paragraphAt(point).index);
    const over = here.filter(({ spans }) => spans.some(([start, end]) => start <= point && point < end));
    return over.sort((a, b) => extent(a.item) - extent(b.item)).map(({ item }) => item.id);
  }

  ordered(): readonly TextItem[] {
    this.order ??= [...this.items.values()].sort((a, b) => outermostFirst(hull(a.spans), hull(b.spans)));
    return this.order;
  }

  private replace(item: TextItem): void {
    this.items.set(item.id, item);
    for (const paragraph of this.paragraphsOf(item.id)) {
      const placed = this.paragraphs.get(paragraph) as Map<Id, Placed>;
      placed.set(item.id, { ...(placed.get(item.id) as Placed), item });
      this.dirty.add(paragraph);
    }
  }

  private insert(item: TextItem): void {
    const parts = new Map<number, Span[]>();
    for (const [{ index }, span] of cutByParagraph(this.index, item.spans)) {
      const there = parts.get(index);
      if (there) there.push(span);
      else parts.set(index, [span]);
    }
    const places = [...parts.keys()];
    this.items.set(item.id, item);
    this.places.set(item.id, places);
    for (const [k, paragraph] of places.entries()) {
      const spans = parts.get(paragraph) as Span[];
      const placed = { item, spans, first: k === 0, last: k === places.length - 1 };
      this.paragraph(paragraph).set(item.id, placed);
      this.lanesOf(paragraph, item).add(item.id, hull(spans));
      this.dirty.add(paragraph);
    }
  }

  private paragraph(index: number): Map<Id, Placed> {
    const known = this.paragraphs.get(index);
    if (known) return known;
    const made = new Map<Id, Placed>();
    this.paragraphs.set(index, made);
    return made;
  }

  private lanesOf(paragraph: number, item: TextItem): Lanes {
    const key = `${paragraph}/${this.group(item).key}`;
    const known = this.lanes.get(key);
    if (known) return known;
    const made = createLanes();
    this.lanes.set(key, made);
    return made;
  }

  /** With several groups each keeps a lane even when empty, so that an author's lane is always the same one. */
  private height(paragraph: number, group: TextGroup): number {
    const count = this.lanes.get(`${paragraph}/${group.key}`)?.count ?? 0;
    return this.groups.length > 1 ? Math.max(1, count) : count;
  }
}

export const hull = (spans: readonly Span[]): Stretch => ({
  start: spans[0]?.[0] ?? 0,
  end: spans[spans.length - 1]?.[1] ?? 0,
});

const extent = ({ spans }: TextItem): number => spans.reduce((sum, [start, end]) => sum + end - start, 0);

export const sameSpans = (a: readonly Span[], b: readonly Span[]): boolean =>
  a === b || (a.length === b.length && a.every((span, k) => span[0] === b[k]?.[0] && span[1] === b[k]?.[1]));
