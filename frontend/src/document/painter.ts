/** Draws placed annotations near the screen: tints in the highlight registry, the rest in the paragraphs' overlays. */

import type { Highlights } from "./highlights";
import { LAYERS, tint } from "./highlights";
import type { Id, Span } from "./model";
import type { TextIndex } from "./offsets";
import { quote } from "./offsets";
import type { Drawn, Overlay, Part } from "./overlay";
import { createOverlay, LANE_STEP, sizeOf } from "./overlay";
import type { Block, Page } from "./page";
import type { Placed, Placement } from "./placement";
import { sameSpans } from "./placement";
import type { TextItem, TextLabel, TextViewWords } from "./view";

/** Overlays kept for paragraphs that were scrolled away. */
const KEPT = 80;
/** Lanes that fit between two lines of normal height. */
const FREE_LANES = 2;

interface Tinted {
  readonly name: string;
  readonly spans: readonly Span[];
  readonly ranges: readonly StaticRange[];
}

export interface PainterOptions {
  readonly index: TextIndex;
  readonly page: Page;
  readonly placement: Placement;
  readonly highlights: Highlights;
  readonly words: TextViewWords;
}

export class Painter {
  selected: Id | null = null;
  handles = true;
  private readonly options: PainterOptions;
  private readonly near = new Set<number>();
  /** In order of last use. */
  private readonly overlays = new Map<number, Overlay>();
  private readonly tinted = new Map<number, Map<Id, Tinted>>();
  private readonly extra = new Map<number, number>();
  private names = new WeakMap<TextItem, string>();
  private labels = new Map<string, TextLabel>();

  constructor(options: PainterOptions) {
    this.options = options;
  }

  setLabels(labels: readonly TextLabel[]): void {
    this.labels = new Map(labels.map((label) => [label.key, label]));
    this.names = new WeakMap();
    this.options.highlights.restyle(labels);
  }

  /**
   * The browser looks at all registered ranges again whenever one comes or goes: those that came near are registered
   * together, and those that were left behind go with them.
   */
  enter(paragraphs: readonly number[]): void {
    for (const k of paragraphs) this.near.add(k);
    for (const k of [...this.tinted.keys()]) if (!this.near.has(k)) this.untint(k);
    for (const k of paragraphs) this.tint(k);
  }

  leave(paragraphs: readonly number[]): void {
    for (const k of paragraphs) {
      this.near.delete(k);
      this.touch(k);
    }
    this.trim();
  }

  /** What changed: makes room for the lanes, also far away, and draws the paragraphs that are near. */
  paint(paragraphs: readonly number[]): void {
    for (const k of paragraphs) this.grow(k);
    this.draw(paragraphs);
    for (const k of paragraphs) if (this.near.has(k)) this.tint(k);
  }

  /** The overlays of those that are near. */
  draw(paragraphs: readonly number[]): void {
    const near = paragraphs.filter((k) => this.near.has(k));
    const overlays = near.map((k) => this.overlay(k));
    for (const [n, overlay] of overlays.entries()) {
      if (overlay.size !== "" && overlay.size !== sizeOf(this.block(near[n] as number))) overlay.clear();
    }
    const draw = near.map((k, n) => (overlays[n] as Overlay).plan(this.parts(k), this.overlayOptions()));
    for (const commit of draw) commit();
  }

  /** Whether a paragraph has another size than when it was drawn. */
  isStale(paragraph: number): boolean {
    const overlay = this.overlays.get(paragraph);
    return overlay !== undefined && overlay.size !== "" && overlay.size !== sizeOf(this.block(paragraph));
  }

  /** Forgets all that was measured: another width, another font. */
  invalidate(): void {
    for (const [k, overlay] of this.overlays) {
      if (this.near.has(k)) overlay.clear();
      else this.drop(k, overlay);
    }
  }

  drawn(id: Id): readonly { readonly block: Block; readonly drawn: Drawn }[] {
    return this.options.placement.paragraphsOf(id).flatMap((k) => {
      const drawn = this.near.has(k) ? this.overlays.get(k)?.drawn.get(id) : undefined;
      return drawn ? [{ block: this.block(k), drawn }] : [];
    });
  }

  overlayAt(paragraph: number): Overlay | undefined {
    return this.overlays.get(paragraph);
  }

  /** The overlay of a paragraph, made if need be: for the cursor. */
  overlay(paragraph: number): Overlay {
    const known = this.overlays.get(paragraph);
    if (known) return known;
    const made = createOverlay(this.block(paragraph));
    this.overlays.set(paragraph, made);
    return made;
  }

  /** Draws an annotation again although nothing about it changed. */
  redraw(id: Id): void {
    for (const k of this.options.placement.paragraphsOf(id)) this.overlays.get(k)?.clear();
    this.options.placement.touch(id);
  }

  hover(id: Id, on: boolean): void {
    for (const { drawn } of this.drawn(id)) drawn.element.classList.toggle("tv-hover", on);
  }

  destroy(): void {
    for (const k of this.tinted.keys()) this.untint(k);
    for (const overlay of this.overlays.values()) overlay.remove();
    this.overlays.clear();
    this.near.clear();
  }

  private block(paragraph: number): Block {
    return this.options.page.blocks[paragraph] as Block;
  }

  private overlayOptions(): Parameters<Overlay["plan"]>[1] {
    const { highlights, words } = this.options;
    return { fill: !highlights.native, groupName: words.annotations, handles: this.handles };
  }

  /** Lines only ever grow: text that jumps back when an annotation goes would disturb whoever reads it. */
  private grow(paragraph: number): void {
    const wanted = Math.max(0, this.options.placement.laneCount(paragraph) - FREE_LANES) * LANE_STEP;
    if (wanted <= (this.extra.get(paragraph) ?? 0)) return;
    this.extra.set(paragraph, wanted);
    this.block(paragraph).box.style.setProperty("--tv-extra", `${wanted}px`);
  }

  private parts(paragraph: number): readonly Part[] {
    return this.options.placement.at(paragraph).flatMap((placed) => this.part(paragraph, placed) ?? []);
  }

  private part(paragraph: number, placed: Placed): Part | null {
    const { item, spans, first, last } = placed;
    const label = this.labels.get(item.label);
    if (!label) return null;
    const { placement } = this.options;
    const lane = placement.lane(paragraph, item);
    const fill = placement.group(item).fill && !item.suggestion && item.change !== "removed" && lane.own < LAYERS;
    const selected = item.id === this.selected;
    const color = this.options.highlights.colorClass(label.key);
    const name = this.name(item, label);
    return { item, label, color, spans, lane: lane.overall, first, last, fill, selected, name };
  }

  private name(item: TextItem, label: TextLabel): string {
    const known = this.names.get(item);
    if (known) return known;
    const { words, index, placement } = this.options;
    const notes = [
      item.uncertain ? words.uncertain : "",
      item.suggestion ? words.suggestion : "",
      item.change ? words[item.change] : "",
      item.note ?? "",
      placement.group(item).name,
    ].filter((note) => note !== "");
    const made = `${label.name}: ${quote(index, item.spans)}${notes.map((note) => `, ${note}`).join("")}`;
    this.names.set(item, made);
    return made;
  }

  /** Adds and takes away single ranges; those that stay are not touched. */
  private tint(paragraph: number): void {
    const { highlights } = this.options;
    if (!highlights.native) return;
    const known = this.tinted.get(paragraph) ?? new Map<Id, Tinted>();
    const wanted = new Map(this.parts(paragraph).flatMap((part) => (part.fill ? [[part.item.id, part]] : [])));
    for (const [id, old] of known) {
      const part = wanted.get(id);
      if (part && this.tintName(paragraph, part) === old.name && sameSpans(part.spans, old.spans)) wanted.delete(id);
      else this.untintOne(known, id, old);
    }
    for (const [id, part] of wanted) {
      const ranges = part.spans.map((span) => this.range(paragraph, span));
      const name = this.tintName(paragraph, part);
      for (const range of ranges) highlights.add(name, range);
      known.set(id, { name, spans: part.spans, ranges });
    }
    this.tinted.set(paragraph, known);
  }

  private tintName(paragraph: number, { item, label }: Part): string {
    return tint(label.key, this.options.placement.lane(paragraph, item).own);
  }

  private range(paragraph: number, [start, end]: Span): StaticRange {
    const { text, paragraph: here } = this.block(paragraph);
    return new StaticRange({
      startContainer: text,
      startOffset: here.toUnit(start),
      endContainer: text,
      endOffset: here.toUnit(end),
    });
  }

  private untint(paragraph: number): void {
    const known = this.tinted.get(paragraph);
    if (!known) return;
    for (const [id, tinted] of known) this.untintOne(known, id, tinted);
    this.tinted.delete(paragraph);
  }

  private untintOne(known: Map<Id, Tinted>, id: Id, { name, ranges }: Tinted): void {
    for (const range of ranges) this.options.highlights.remove(name, range);
    known.delete(id);
  }

  private touch(paragraph: number): void {
    const overlay = this.overlays.get(paragraph);
    if (!overlay) return;
    this.overlays.delete(paragraph);
    this.overlays.set(paragraph, overlay);
  }

  private trim(): void {
    let surplus = this.overlays.size - this.near.size - KEPT;
    for (const [k, overlay] of this.overlays) {
      if (surplus <= 0) return;
      if (this.near.has(k)) continue;
      this.drop(k, overlay);
      surplus -= 1;
    }
  }

  private drop(paragraph: number, overlay: Overlay): void {
    overlay.remove();
    this.overlays.delete(paragraph);
  }
}
