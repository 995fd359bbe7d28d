/**
 * What a person selects in the text, by pointer, touch or keyboard, and which annotation they point at.
 *
 * Selections snap to whole words unless the Alt key says otherwise. Several parts can be gathered (Ctrl or Cmd while
 * dragging, or `keepParts`).
 */

import type { Cursor } from "./cursor";
import { cursorAt, cursorSpan, moved } from "./cursor";
import { tidy } from "./edits";
import type { Highlights } from "./highlights";
import { PREVIEW } from "./highlights";
import { barAt, caretAt, characterAt } from "./hittest";
import type { Id, Span } from "./model";
import type { TextIndex } from "./offsets";
import { quote } from "./offsets";
import type { Page } from "./page";
import { cutByParagraph } from "./page";
import type { Painter } from "./painter";
import type { Placement } from "./placement";
import { hull } from "./placement";
import type { PointerActions } from "./selection";
import { selectNatively } from "./selection";
import type { Tokens } from "./tokens";
import type { TextItem, TextSelection, TextViewOptions, Unit } from "./view";

/** What the view lends to it. */
export interface Stage {
  readonly page: Page;
  readonly index: TextIndex;
  readonly tokens: Tokens;
  readonly placement: Placement;
  readonly painter: Painter;
  readonly highlights: Highlights;
  readonly options: TextViewOptions;
  selected(): Id | null;
  select(id: Id | null): void;
  /** Names of the labels over a point, for reading aloud. */
  speak(words: string): void;
  labelName(key: string): string;
  /** The name of the armed label at the pointer; null takes it away. */
  pointAt(place: { readonly x: number; readonly y: number } | null): void;
  rectOf(span: Span): DOMRect | null;
  keepVisible(span: Span): void;
  firstOnScreen(): number;
}

export class Marking implements PointerActions {
  current: TextSelection | null = null;
  private readonly stage: Stage;
  private parts: readonly Span[] = [];
  /** The next selection adds to the parts, whatever key is held. */
  private adding = false;
  private cursor: Cursor | null = null;
  private cursorBlock = -1;
  private hovered: Id | null = null;
  private lastClick: { readonly point: number; readonly id: Id } | null = null;

  constructor(stage: Stage) {
    this.stage = stage;
  }

  // --- for the view --------------------------------------------------------------------------------------------

  set(spans: readonly Span[] | null): void {
    const last = spans?.at(-1);
    this.parts = spans?.slice(0, -1) ?? [];
    this.adding = false;
    if (last) this.hold(last);
    else this.document.getSelection()?.removeAllRanges();
    this.choose(spans ?? [], "program", true);
  }

  keepParts(): void {
    this.parts = this.current?.spans ?? [];
    this.adding = this.parts.length > 0;
  }

  /** The annotation after or before the cursor. */
  fromCursor(order: readonly TextItem[], direction: 1 | -1): TextItem | undefined {
    const point = this.cursor?.focus[0] ?? 0;
    return direction > 0
      ? order.find(({ spans }) => hull(spans).start >= point)
      : order.findLast(({ spans }) => hull(spans).start < point);
  }

  /** Draws the cursor again, where it is now. */
  showCursor(): void {
    const { index, painter } = this.stage;
    const focus = this.cursor?.focus;
    const block = focus ? index.paragraphAt(focus[0]).index : -1;
    if (this.cursorBlock >= 0 && this.cursorBlock !== block) painter.overlayAt(this.cursorBlock)?.cursor(null);
    this.cursorBlock = block;
    if (focus && block >= 0) painter.overlay(block).cursor(focus);
  }

  // --- pointer -------------------------------------------------------------------------------------------------

  selecting(span: Span, how: Parameters<PointerActions["selecting"]>[1]): void {
    const fitted = how.raw ? span : this.stage.tokens.snap(span);
    if (!how.keep && !this.adding) this.parts = [];
    if (how.done) this.adding = false;
    if (!fitted) return;
    this.cursor = { anchor: [fitted[0], fitted[0]], focus: fitted };
    this.choose([...this.parts, fitted], how.source, how.done);
    if (how.done && how.keep) this.parts = this.current?.spans ?? [];
  }

  sentence(point: number, keep: boolean): void {
    const { index, tokens } = this.stage;
    const sentences = tokens.sentences(index.paragraphAt(point));
    const sentence = sentences.find(([start, end]) => start <= point && point < end);
    if (!sentence) return;
    if (!keep && !this.adding) this.parts = [];
    this.adding = false;
    this.hold(sentence);
    this.choose([...this.parts, sentence], "mouse", true);
  }

  /** Innermost first; the same place again goes outwards. */
  click(x: number, y: number): void {
    this.parts = [];
    this.adding = false;
    this.choose([], "mouse", true);
    const { page, placement, options } = this.stage;
    const point = characterAt(page, x, y);
    const caret = point ?? caretAt(page, x, y);
    if (caret !== null) this.put(cursorAt(this.stage.tokens, caret));
    const stack = point === null ? [] : placement.stackAt(point);
    const bar = this.barUnder(x, y);
    const id = bar ?? this.nextInStack(stack, point);
    this.lastClick = id !== null && point !== null ? { point, id } : null;
    this.stage.select(id);
    options.onSelect?.(id, bar !== null && stack.length === 0 ? [bar] : stack);
  }

  hover(x: number, y: number): void {
    const { page, placement } = this.stage;
    this.stage.pointAt({ x, y });
    const point = characterAt(page, x, y);
    this.hoverOn(this.barUnder(x, y) ?? (point === null ? null : (placement.stackAt(point)[0] ?? null)));
  }

  leave(): void {
    this.stage.pointAt(null);
    this.hoverOn(null);
  }

  drag(id: Id, edge: "start" | "end", point: number, raw: boolean, done: boolean): void {
    const spans = this.stage.placement.items.get(id)?.spans;
    const to = raw ? point : (this.snapEdge(edge, point) ?? point);
    const changed = spans ? withEdge(spans, edge, to) : null;
    if (!changed) return;
    this.preview(changed);
    if (done) this.stage.options.onResize?.(id, changed);
  }

  dragEnd(): void {
    this.preview(this.current?.spans ?? []);
  }

  private hoverOn(id: Id | null): void {
    if (id === this.hovered) return;
    const { painter, options } = this.stage;
    if (this.hovered !== null) painter.hover(this.hovered, false);
    if (id !== null) painter.hover(id, true);
    this.hovered = id;
    options.onHover?.(id);
  }

  private nextInStack(stack: readonly Id[], point: number | null): Id | null {
    const last = this.lastClick;
    const again = last && point !== null && Math.abs(last.point - point) <= 1 && this.stage.selected() === last.id;
    const k = again ? stack.indexOf(last.id) : -1;
    return stack[(k + 1) % Math.max(1, stack.length)] ?? null;
  }

  private barUnder(x: number, y: number): Id | null {
    const { page, painter } = this.stage;
    const caret = caretAt(page, x, y);
    if (caret === null) return null;
    const block = page.blockAt(caret);
    const overlay = painter.overlayAt(block.paragraph.index);
    return overlay ? barAt(block, overlay, x, y) : null;
  }

  private snapEdge(edge: "start" | "end", point: number): number | null {
    const { tokens } = this.stage;
    const inside = edge === "start" ? point : point - 1;
    const token = tokens.near(Math.max(0, inside));
    if (!token) return null;
    if (edge === "start") return token[0];
    return token[0] <= inside ? token[1] : (tokens.neighbour(token, -1)?.[1] ?? null);
  }

  // --- keyboard ------------------------------------------------------------------------------------------------

  /** The text got the focus by keyboard: show where it stands. */
  begin(): void {
    if (this.cursor || !this.stage.page.root.matches(":focus-visible")) return;
    const { page, tokens } = this.stage;
    const first = page.blocks[this.stage.firstOnScreen()];
    this.put(cursorAt(tokens, first?.paragraph.start ?? 0));
  }

  key(event: KeyboardEvent): void {
    if (event.target !== this.stage.page.root || event.defaultPrevented) return;
    const action = this.actionOf(event);
    if (!action) return;
    event.preventDefault();
    action();
  }

  private actionOf(event: KeyboardEvent): (() => void) | null {
    const { key, shiftKey, altKey } = event;
    const jump = event.ctrlKey || event.metaKey;
    switch (key) {
      case "Escape":
        return this.current ? () => this.clear() : null;
      case "Enter":
        return jump || altKey ? null : () => this.enter();
      case "ArrowUp":
      case "ArrowDown":
        return altKey ? null : () => this.move(jump ? "paragraph" : "line", key === "ArrowDown" ? 1 : -1, shiftKey);
      case "ArrowLeft":
      case "ArrowRight":
        return this.sideways(key, jump, shiftKey, altKey);
      default:
        return null;
    }
  }

  private sideways(key: string, jump: boolean, shift: boolean, alt: boolean): (() => void) | null {
    // Alt with an arrow alone is the browser's way back.
    if (alt && !shift) return null;
    const unit = alt ? "character" : jump ? "sentence" : "token";
    return () => this.move(unit, this.isRtl() === (key === "ArrowLeft") ? 1 : -1, shift);
  }

  private isRtl(): boolean {
    const { element } = this.stage.page.blockAt(this.cursor?.focus[0] ?? 0);
    return (this.document.defaultView as Window).getComputedStyle(element).direction === "rtl";
  }

  private move(unit: Unit, direction: 1 | -1, extend: boolean): void {
    const { index, tokens } = this.stage;
    const field = { index, tokens, line: this.lineStep };
    const cursor = this.cursor ? moved(field, this.cursor, unit, direction, extend) : cursorAt(tokens, 0);
    if (!cursor) return;
    const span = cursorSpan(cursor);
    this.put(cursor, extend ? span : undefined);
    this.stage.keepVisible(cursor.focus);
    this.choose([...this.parts, span], "keyboard", false);
    this.speak(span);
  }

  private put(cursor: Cursor | null, selected?: Span): void {
    this.cursor = cursor;
    if (!cursor) return;
    this.showCursor();
    const [start] = cursorSpan(cursor);
    selectNatively(this.stage.page, selected ?? [start, start]);
  }

  private enter(): void {
    const { options } = this.stage;
    const selected = this.stage.selected();
    if (this.current && !this.current.done) this.choose(this.current.spans, this.current.source, true);
    else if (selected !== null) options.onActivate?.(selected);
  }

  private clear(): void {
    this.parts = [];
    this.adding = false;
    this.document.getSelection()?.removeAllRanges();
    this.choose([], "keyboard", true);
  }

  /** The place at the same distance from the side, on the line above or below. */
  private readonly lineStep = (point: number, direction: 1 | -1): number | null => {
    const { page } = this.stage;
    const rect = this.stage.rectOf([point, point + 1]);
    if (!rect) return null;
    const x = (rect.left + rect.right) / 2;
    const half = (rect.bottom - rect.top) / 2;
    for (let n = 1; n <= 6; n += 1) {
      const caret = caretAt(page, x, direction > 0 ? rect.bottom + n * half : rect.top - n * half);
      const found = caret === null ? null : this.stage.rectOf([caret, caret + 1]);
      const isOther = found && (direction > 0 ? found.top > rect.top + half : found.bottom < rect.bottom - half);
      if (isOther) return caret;
    }
    return null;
  };

  private speak(span: Span): void {
    const { index, placement } = this.stage;
    const names = placement.stackAt(span[0]).map((id) => this.stage.labelName(placement.items.get(id)?.label ?? ""));
    this.stage.speak([index.slice(...span), ...names].join(", "));
  }

  // --- both ----------------------------------------------------------------------------------------------------

  private get document(): Document {
    return this.stage.page.root.ownerDocument;
  }

  private hold(span: Span): void {
    this.cursor = { anchor: [span[0], span[0]], focus: span };
    selectNatively(this.stage.page, span);
  }

  private choose(spans: readonly Span[], source: TextSelection["source"], done: boolean): void {
    const ordered = tidy(spans);
    const last = spans.at(-1);
    if (ordered.length === 0 && !this.current) return;
    const { index, options } = this.stage;
    // A cursor that stands on a word is drawn as such.
    const standing = source === "keyboard" && this.cursor?.anchor === this.cursor?.focus && this.parts.length === 0;
    this.preview(standing ? [] : ordered);
    const rect = last ? this.stage.rectOf(last) : null;
    this.current = ordered.length > 0 ? { spans: ordered, quote: quote(index, ordered), source, done, rect } : null;
    options.onSelection?.(this.current);
  }

  /** What will be marked, which is not always what the browser shows as selected. */
  private preview(spans: readonly Span[]): void {
    const { page, index, highlights } = this.stage;
    const ranges = [...cutByParagraph(index, spans)].map(([paragraph, [start, end]]) => {
      const text = page.blockAt(start).text;
      const startOffset = paragraph.toUnit(start);
      const endOffset = paragraph.toUnit(end);
      return new StaticRange({ startContainer: text, startOffset, endContainer: text, endOffset });
    });
    highlights.replace(PREVIEW, ranges);
  }
}

/** The spans with their first start or last end elsewhere; null when nothing would be left of that part. */
export const withEdge = (spans: readonly Span[], edge: "start" | "end", to: number): readonly Span[] | null => {
  const k = edge === "start" ? 0 : spans.length - 1;
  const [start, end] = spans[k] as Span;
  const changed: Span = edge === "start" ? [to, end] : [start, to];
  if (changed[0] >= changed[1]) return null;
  return tidy(spans.map((span, n) => (n === k ? changed : span)));
};
