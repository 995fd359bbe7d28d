/**
 * The text with its annotations: what the annotator reads, selects and marks. Framework-free.
 *
 * The text is plain and never changes (page.ts); annotations are placed in lanes (placement.ts) and drawn near the
 * screen only (painter.ts). Several views can live on one page.
 */

import type { Arcs } from "./arcs";
import { createArcs } from "./arcs";
import type { Cursor } from "./cursor";
import { cursorAt, cursorSpan, moved } from "./cursor";
import { tidy } from "./edits";
import type { Highlights } from "./highlights";
import { createHighlights, PREVIEW } from "./highlights";
import { barAt, caretAt, characterAt } from "./hittest";
import type { Id, Span } from "./model";
import type { Nearby } from "./nearby";
import { scrollerOf, watchNearby } from "./nearby";
import type { TextIndex } from "./offsets";
import { indexText, quote } from "./offsets";
import type { Page } from "./page";
import { buildPage, cutByParagraph } from "./page";
import { Painter } from "./painter";
import type { Placement } from "./placement";
import { createPlacement, hull } from "./placement";
import type { PointerActions } from "./selection";
import { selectNatively, watchPointer } from "./selection";
import type { Tokens } from "./tokens";
import { createTokens } from "./tokens";
import type {
  TextItem,
  TextLabel,
  TextLink,
  TextSelection,
  TextViewApi,
  TextViewOptions,
  TextViewWords,
  Unit,
} from "./view";

const ENGLISH: TextViewWords = {
  text: "Text",
  annotations: "Annotations",
  uncertain: "uncertain",
  suggestion: "suggestion",
  added: "added",
  removed: "removed",
};

/** Time for drawing ahead in one frame, in milliseconds. */
const FRAME_BUDGET = 6;
const MARGIN = 80;

export class TextView implements TextViewApi {
  private readonly root: HTMLElement;
  private readonly options: TextViewOptions;
  private readonly index: TextIndex;
  private readonly tokens: Tokens;
  private readonly page: Page;
  private readonly placement: Placement;
  private readonly highlights: Highlights;
  private readonly painter: Painter;
  private readonly arcs: Arcs;
  private readonly nearby: Nearby;
  private readonly scroller: HTMLElement | null;
  private readonly spoken: HTMLElement;
  private readonly tag: HTMLElement;
  private readonly resizes: ResizeObserver;
  private readonly stopping = new AbortController();
  private labels: readonly TextLabel[];
  private links: readonly TextLink[] = [];
  private allLinks = false;
  private selected: Id | null = null;
  private hovered: Id | null = null;
  private armed: string | null = null;
  private readOnly: boolean;
  private parts: readonly Span[] = [];
  private current: TextSelection | null = null;
  private cursor: Cursor | null = null;
  private cursorBlock = -1;
  private lastClick: { readonly point: number; readonly id: Id } | null = null;
  private queue: number[] = [];
  private frame = 0;
  private started = false;
  private stale = false;
  private arcsStale = false;
  private width = 0;
  private probeSize = "";

  constructor(root: HTMLElement, options: TextViewOptions) {
    this.root = root;
    this.options = options;
    this.labels = options.labels;
    this.readOnly = options.readOnly ?? false;
    this.index = indexText(options.text);
    this.tokens = createTokens(this.index, options.languages);
    const document = root.ownerDocument;
    root.classList.add("tv");
    root.tabIndex = 0;
    root.setAttribute("role", "document");
    root.setAttribute("aria-label", this.words.text);
    this.page = buildPage(root, this.index, this.tokens);
    this.placement = createPlacement(this.index, options.groups);
    this.highlights = createHighlights(document);
    const { index, page, placement, highlights, words } = this;
    this.painter = new Painter({ index, page, placement, highlights, words });
    this.painter.setLabels(options.labels);
    this.painter.handles = !this.readOnly;
    this.arcs = createArcs({
      page,
      lookup: (id) => this.painter.drawn(id),
      paragraphOf: (id) => this.placement.paragraphsOf(id)[0] ?? -1,
      quoteOf: (id) => quote(this.index, this.placement.items.get(id)?.spans ?? []),
    });
    this.spoken = this.helper("tv-spoken");
    this.spoken.setAttribute("aria-live", "polite");
    this.tag = this.helper("tv-armed-label");
    this.tag.hidden = true;
    this.tag.setAttribute("aria-hidden", "true");
    this.scroller = scrollerOf(root);
    this.nearby = watchNearby(
      page,
      this.scroller,
      (entered) => this.entered(entered),
      (left) => this.left(left),
    );
    this.resizes = new ResizeObserver((entries) => this.resized_(entries));
    this.watch();
  }

  // --- what is shown -------------------------------------------------------------------------------------------

  setItems(items: readonly TextItem[]): void {
    this.placement.set(items);
    this.request();
  }

  upsert(item: TextItem): void {
    this.placement.upsert(item);
    this.request();
  }

  remove(id: Id): void {
    this.placement.remove(id);
    this.request();
  }

  setLinks(links: readonly TextLink[], showAll = false): void {
    this.links = links;
    this.allLinks = showAll;
    this.arcsStale = true;
    this.request();
  }

  setLabels(labels: readonly TextLabel[]): void {
    this.labels = labels;
    this.painter.setLabels(labels);
    for (const id of this.placement.items.keys()) this.placement.touch(id);
    this.request();
  }

  select(id: Id | null, { scroll = true }: { readonly scroll?: boolean } = {}): void {
    if (id !== this.selected) {
      if (this.selected !== null) this.placement.touch(this.selected);
      if (id !== null) this.placement.touch(id);
      this.selected = id;
      this.painter.selected = id;
      this.arcsStale = true;
      this.request();
    }
    const item = id === null ? undefined : this.placement.items.get(id);
    if (item && scroll) this.scrollTo(spanOf(item.spans));
  }

  setArmed(label: string | null): void {
    this.armed = label;
    this.root.classList.toggle("tv-armed", label !== null);
    this.tag.textContent = this.labels.find(({ key }) => key === label)?.name ?? "";
    if (label === null) this.tag.hidden = true;
  }

  setReadOnly(readOnly: boolean): void {
    this.readOnly = readOnly;
    this.painter.handles = !readOnly;
    if (this.selected !== null) this.painter.redraw(this.selected);
    this.request();
  }

  // --- selecting -----------------------------------------------------------------------------------------------

  selection(): TextSelection | null {
    return this.current;
  }

  setSelection(spans: readonly Span[] | null): void {
    this.parts = spans ? spans.slice(0, -1) : [];
    const last = spans?.[spans.length - 1];
    if (last) {
      this.cursor = { anchor: [last[0], last[0]], focus: last };
      selectNatively(this.page, last);
    } else this.root.ownerDocument.getSelection()?.removeAllRanges();
    this.choose(spans, "program", true);
  }

  addFragment(): void {
    this.parts = this.current?.spans ?? [];
  }

  step(direction: 1 | -1): Id | null {
    const order = this.placement.ordered();
    const here = order.findIndex(({ id }) => id === this.selected);
    const found = here >= 0 ? order[here + direction] : this.firstFrom(order, direction);
    if (!found) return null;
    this.select(found.id);
    this.options.onSelect?.(found.id, this.placement.stackAt(hull(found.spans).start));
    return found.id;
  }

  stackAt(point: number): readonly Id[] {
    return this.placement.stackAt(point);
  }

  resized(
    id: Id,
    edge: "start" | "end",
    direction: 1 | -1,
    unit: "token" | "character" = "token",
  ): readonly Span[] | null {
    const spans = this.placement.items.get(id)?.spans;
    if (!spans) return null;
    const k = edge === "start" ? 0 : spans.length - 1;
    const [start, end] = spans[k] as Span;
    const from = edge === "start" ? start : end;
    const to = unit === "character" ? this.tokens.step(from, direction) : this.edgeBeside(from, edge, direction);
    return to === null || to === from ? null : withEdge(spans, edge, to);
  }

  scrollTo(span: Span): void {
    this.flush();
    const rect = this.screenRect(span);
    const screen = this.screen();
    if (!rect || (rect.top >= screen.top + MARGIN && rect.bottom <= screen.bottom - MARGIN)) return;
    const by = rect.top - (screen.top + (screen.bottom - screen.top) / 3);
    if (this.scroller) this.scroller.scrollTop += by;
    else this.window.scrollBy(0, by);
  }

  focus(): void {
    this.root.focus({ preventScroll: true });
  }

  flush(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (!this.started) this.start();
    if (this.stale) this.measureAnew();
    const dirty = this.placement.takeDirty();
    if (dirty.length > 0) {
      this.painter.paint(dirty);
      this.arcsStale = true;
    }
    this.paintQueue();
    if (this.arcsStale) this.drawArcs();
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    this.stopping.abort();
    this.nearby.destroy();
    this.resizes.disconnect();
    this.painter.destroy();
    this.highlights.destroy();
    this.root.replaceChildren();
    this.root.classList.remove("tv", "tv-armed", "tv-dragging");
  }

  // --- drawing -------------------------------------------------------------------------------------------------

  private get words(): TextViewWords {
    return { ...ENGLISH, ...this.options.words };
  }

  private get window(): Window {
    return this.root.ownerDocument.defaultView as Window;
  }

  private helper(name: string): HTMLElement {
    const element = this.root.ownerDocument.createElement("div");
    element.className = name;
    this.root.append(element);
    return element;
  }

  private request(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.flush());
  }

  /** The first picture has its annotations: it does not wait for the browser to report what is near. */
  private start(): void {
    this.started = true;
    this.placement.takeDirty();
    this.painter.paint([...this.page.blocks.keys()]);
    this.nearby.look();
    this.paintQueue(Number.POSITIVE_INFINITY);
  }

  private entered(paragraphs: readonly number[]): void {
    this.painter.enter(paragraphs);
    this.queue.push(...paragraphs);
    for (const k of paragraphs) this.resizes.observe((this.page.blocks[k] as Page["blocks"][number]).element);
    if (this.started) this.request();
  }

  private left(paragraphs: readonly number[]): void {
    this.painter.leave(paragraphs);
    const gone = new Set(paragraphs);
    this.queue = this.queue.filter((k) => !gone.has(k));
    for (const k of paragraphs) this.resizes.unobserve((this.page.blocks[k] as Page["blocks"][number]).element);
    this.arcsStale = true;
    this.request();
  }

  /** Draws what came near, a few paragraphs at a time so that scrolling stays smooth. */
  private paintQueue(budget = FRAME_BUDGET): void {
    const until = performance.now() + budget;
    while (this.queue.length > 0 && performance.now() < until) {
      this.painter.paint(this.queue.splice(0, budget === Number.POSITIVE_INFINITY ? this.queue.length : 4));
      this.arcsStale = true;
    }
    if (this.queue.length > 0) this.request();
  }

  private measureAnew(): void {
    this.stale = false;
    this.painter.invalidate();
    this.queue = [...this.nearby.all];
    this.arcsStale = true;
    this.showCursor();
  }

  private drawArcs(): void {
    this.arcsStale = false;
    const mine = ({ from, to }: TextLink): boolean => from === this.selected || to === this.selected;
    const shown = this.allLinks ? this.links : this.links.filter(mine);
    this.arcs.draw(shown, this.selected);
  }

  private watch(): void {
    const { document } = this.window;
    const { signal } = this.stopping;
    // Letter spacing and fonts change where words stand without changing the size of anything else.
    const probe = this.helper("tv-probe");
    probe.textContent = "mmm iii 123 نص";
    probe.setAttribute("aria-hidden", "true");
    this.resizes.observe(this.root);
    this.resizes.observe(probe);
    document.fonts?.ready.then(() => this.spoil());
    document.fonts?.addEventListener("loadingdone", () => this.spoil(), { signal });
    this.root.addEventListener("keydown", (event) => this.key(event), { signal });
    this.root.addEventListener("click", (event) => this.pressedCode(event), { signal });
    this.root.addEventListener("focus", () => this.began(), { signal });
    signal.addEventListener("abort", watchPointer(this.page, this.pointerActions()));
  }

  private spoil(): void {
    if (this.stopping.signal.aborted || !this.started) return;
    this.stale = true;
    this.request();
  }

  private resized_(entries: readonly ResizeObserverEntry[]): void {
    for (const { target, contentRect } of entries) {
      const size = `${contentRect.width}x${contentRect.height}`;
      if (target === this.root) this.rootSize(contentRect.width);
      else if ((target as HTMLElement).className === "tv-probe") this.probe(size);
      else this.paragraphSize(target);
    }
  }

  private rootSize(width: number): void {
    if (this.width !== 0 && width !== this.width) this.spoil();
    this.width = width;
    // Paragraphs that came near got their true height: lines between paragraphs run elsewhere now.
    this.arcsStale = true;
    if (this.started && this.links.length > 0) this.request();
  }

  private probe(size: string): void {
    if (this.probeSize !== "" && size !== this.probeSize) this.spoil();
    this.probeSize = size;
  }

  private paragraphSize(target: Element): void {
    const k = this.page.blocks.findIndex(({ element }) => element === target);
    if (k < 0 || !this.painter.isStale(k)) return;
    this.queue.push(k);
    this.request();
  }

  // --- pointer -------------------------------------------------------------------------------------------------

  private pointerActions(): PointerActions {
    return {
      selecting: (span, { raw, keep, source, done }) => {
        if (!keep) this.parts = [];
        const fitted = raw ? span : this.tokens.snap(span);
        if (!fitted) return;
        this.cursor = { anchor: [fitted[0], fitted[0]], focus: fitted };
        this.choose([...this.parts, fitted], source, done);
        if (done && keep) this.parts = this.current?.spans ?? [];
      },
      sentence: (point, keep) => this.chooseSentence(point, keep),
      click: (x, y) => this.click(x, y),
      hover: (x, y) => this.hover(x, y),
      leave: () => this.hoverOn(null),
      drag: (id, edge, point, raw, done) => this.dragEdge(id, edge, point, raw, done),
      dragEnd: () => this.preview(this.current?.spans ?? []),
    };
  }

  private chooseSentence(point: number, keep: boolean): void {
    const paragraph = this.index.paragraphAt(point);
    const sentence = this.tokens.sentences(paragraph).find(([start, end]) => start <= point && point < end);
    if (!sentence) return;
    if (!keep) this.parts = [];
    this.cursor = { anchor: [sentence[0], sentence[0]], focus: sentence };
    selectNatively(this.page, sentence);
    this.choose([...this.parts, sentence], "mouse", true);
  }

  /** Innermost first; the same place again goes outwards. */
  private click(x: number, y: number): void {
    this.parts = [];
    this.choose(null, "mouse", true);
    const point = characterAt(this.page, x, y);
    const caret = point ?? caretAt(this.page, x, y);
    if (caret !== null) this.putCursor(cursorAt(this.tokens, caret), false);
    const stack = point === null ? [] : this.placement.stackAt(point);
    const bar = this.barUnder(x, y);
    const id = bar ?? this.nextInStack(stack, point);
    this.lastClick = id !== null && point !== null ? { point, id } : null;
    this.select(id, { scroll: false });
    this.options.onSelect?.(id, bar !== null && stack.length === 0 ? [bar] : stack);
  }

  private nextInStack(stack: readonly Id[], point: number | null): Id | null {
    const last = this.lastClick;
    if (last && point !== null && Math.abs(last.point - point) <= 1 && this.selected === last.id) {
      const k = stack.indexOf(last.id);
      if (k >= 0) return stack[(k + 1) % stack.length] ?? null;
    }
    return stack[0] ?? null;
  }

  private barUnder(x: number, y: number): Id | null {
    const caret = caretAt(this.page, x, y);
    if (caret === null) return null;
    const block = this.page.blockAt(caret);
    const overlay = this.painter.overlayAt(block.paragraph.index);
    return overlay ? barAt(block, overlay, x, y) : null;
  }

  private hover(x: number, y: number): void {
    if (this.armed !== null) {
      this.tag.hidden = false;
      this.tag.style.left = `${x}px`;
      this.tag.style.top = `${y}px`;
    }
    const point = characterAt(this.page, x, y);
    this.hoverOn(this.barUnder(x, y) ?? (point === null ? null : (this.placement.stackAt(point)[0] ?? null)));
  }

  private hoverOn(id: Id | null): void {
    if (id === null) this.tag.hidden = true;
    if (id === this.hovered) return;
    if (this.hovered !== null) this.painter.hover(this.hovered, false);
    if (id !== null) this.painter.hover(id, true);
    this.hovered = id;
    this.options.onHover?.(id);
  }

  private dragEdge(id: Id, edge: "start" | "end", point: number, raw: boolean, done: boolean): void {
    const spans = this.placement.items.get(id)?.spans;
    if (!spans) return;
    const to = raw ? point : (this.snapEdge(edge, point) ?? point);
    const moved = withEdge(spans, edge, to);
    if (!moved) return;
    this.preview(moved);
    if (done) this.options.onResize?.(id, moved);
  }

  private snapEdge(edge: "start" | "end", point: number): number | null {
    const inside = edge === "start" ? point : point - 1;
    const token = this.tokens.near(Math.max(0, inside));
    if (!token) return null;
    if (edge === "start") return token[0];
    return token[0] <= inside ? token[1] : (this.tokens.neighbour(token, -1)?.[1] ?? null);
  }

  /** The buttons of the overlay let pointers through: this comes from assistive technology. */
  private pressedCode(event: MouseEvent): void {
    const id = (event.target as Element).closest<HTMLElement>(".tv-code")?.dataset.id;
    if (id === undefined) return;
    this.select(id, { scroll: false });
    this.options.onSelect?.(id, [id]);
  }

  // --- keyboard ------------------------------------------------------------------------------------------------

  private began(): void {
    if (this.cursor || !this.root.matches(":focus-visible")) return;
    const first = [...this.nearby.all].sort((a, b) => a - b).find((k) => this.isOnScreen(k)) ?? 0;
    this.putCursor(cursorAt(this.tokens, (this.page.blocks[first] as Page["blocks"][number]).paragraph.start), false);
  }

  private key(event: KeyboardEvent): void {
    if (event.target !== this.root || event.defaultPrevented) return;
    const action = this.actionOf(event);
    if (!action) return;
    event.preventDefault();
    action();
  }

  private actionOf(event: KeyboardEvent): (() => void) | null {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    const jump = ctrlKey || metaKey;
    if (key === "Escape") return this.current ? () => this.clearSelection() : null;
    if (key === "Enter" && !jump && !altKey) return () => this.enter();
    if (key === "ArrowUp" || key === "ArrowDown") {
      if (altKey) return null;
      return () => this.move(jump ? "paragraph" : "line", key === "ArrowDown" ? 1 : -1, shiftKey);
    }
    if (key !== "ArrowLeft" && key !== "ArrowRight") return null;
    // Alt with an arrow alone is the browser's way back.
    if (altKey && !shiftKey) return null;
    const unit = altKey ? "character" : jump ? "sentence" : "token";
    return () => this.move(unit, this.isRtl() === (key === "ArrowLeft") ? 1 : -1, shiftKey);
  }

  private isRtl(): boolean {
    const block = this.page.blockAt(this.cursor?.focus[0] ?? 0);
    return this.window.getComputedStyle(block.element).direction === "rtl";
  }

  private move(unit: Unit, direction: 1 | -1, extend: boolean): void {
    const field = { index: this.index, tokens: this.tokens, line: this.lineStep };
    if (this.cursor) this.putCursor(moved(field, this.cursor, unit, direction, extend), extend);
    else this.putCursor(cursorAt(this.tokens, 0), false);
  }

  private putCursor(cursor: Cursor | null, extended: boolean): void {
    this.cursor = cursor;
    if (!cursor) return;
    const span = cursorSpan(cursor);
    if (this.root.matches(":focus")) this.keepVisible(cursor.focus);
    this.showCursor();
    selectNatively(this.page, extended ? span : [span[0], span[0]]);
    if (this.root.matches(":focus-visible")) {
      this.choose([...this.parts, span], "keyboard", false);
      this.speak(span);
    }
  }

  private showCursor(): void {
    const focus = this.cursor?.focus;
    const block = focus ? this.index.paragraphAt(focus[0]).index : -1;
    if (this.cursorBlock >= 0 && this.cursorBlock !== block) this.painter.overlayAt(this.cursorBlock)?.cursor(null);
    this.cursorBlock = block;
    if (focus && block >= 0) this.painter.overlay(block).cursor(focus);
  }

  private enter(): void {
    if (this.current?.source === "keyboard" && !this.current.done) this.choose(this.current.spans, "keyboard", true);
    else if (this.selected !== null) this.options.onActivate?.(this.selected);
  }

  private clearSelection(): void {
    this.parts = [];
    this.root.ownerDocument.getSelection()?.removeAllRanges();
    this.choose(null, "keyboard", true);
  }

  /** The word at the same height on the line above or below. */
  private readonly lineStep = (point: number, direction: 1 | -1): number | null => {
    const rect = this.screenRect([point, point + 1]);
    if (!rect) return null;
    const x = (rect.left + rect.right) / 2;
    const height = rect.bottom - rect.top;
    for (let n = 1; n <= 6; n += 1) {
      const y = direction > 0 ? rect.bottom + n * (height / 2) : rect.top - n * (height / 2);
      const caret = caretAt(this.page, x, y);
      if (caret === null) continue;
      const found = this.screenRect([caret, caret + 1]);
      if (found && (direction > 0 ? found.top > rect.top + height / 2 : found.bottom < rect.bottom - height / 2))
        return caret;
    }
    return null;
  };

  private speak(span: Span): void {
    const names = this.placement.stackAt(span[0]).map((id) => {
      const label = this.placement.items.get(id)?.label;
      return this.labels.find(({ key }) => key === label)?.name ?? "";
    });
    this.spoken.textContent = [this.index.slice(...span), ...names].join(", ");
  }

  // --- helpers -------------------------------------------------------------------------------------------------

  private choose(spans: readonly Span[] | null, source: TextSelection["source"], done: boolean): void {
    const ordered = spans ? tidy(spans) : [];
    if (ordered.length === 0 && !this.current) return;
    const last = spans?.[spans.length - 1];
    this.preview(source === "keyboard" && ordered.length === 1 && isOneToken(this.cursor) ? [] : ordered);
    this.current =
      ordered.length === 0 || !last
        ? null
        : { spans: ordered, quote: quote(this.index, ordered), source, done, rect: this.screenRect(last) };
    this.options.onSelection?.(this.current);
  }

  /** What will be marked, which is not always what the browser shows as selected. */
  private preview(spans: readonly Span[]): void {
    const ranges = [...cutByParagraph(this.index, spans)].map(([{ index }, [start, end]]) => {
      const { text, paragraph } = this.page.blocks[index] as Page["blocks"][number];
      const startOffset = paragraph.toUnit(start);
      return new StaticRange({
        startContainer: text,
        startOffset,
        endContainer: text,
        endOffset: paragraph.toUnit(end),
      });
    });
    this.highlights.replace(PREVIEW, ranges);
  }

  private edgeBeside(from: number, edge: "start" | "end", direction: 1 | -1): number | null {
    const at = edge === "start" ? 0 : 1;
    const inside = edge === "start" ? from : from - 1;
    const here = this.tokens.near(Math.max(0, inside));
    if (!here) return null;
    const next = this.tokens.neighbour(here, direction);
    return next ? next[at] : null;
  }

  private firstFrom(order: readonly TextItem[], direction: 1 | -1): TextItem | undefined {
    const point = this.cursor?.focus[0] ?? 0;
    return direction > 0
      ? order.find(({ spans }) => hull(spans).start >= point)
      : order.findLast(({ spans }) => hull(spans).start < point);
  }

  private screenRect([start, end]: Span): DOMRect | null {
    const from = this.page.position(start);
    const to = this.page.position(end);
    const range = this.root.ownerDocument.createRange();
    range.setStart(from.node, from.offset);
    range.setEnd(to.node, to.offset);
    return range.getClientRects()[0] ?? range.getBoundingClientRect();
  }

  private screen(): { readonly top: number; readonly bottom: number } {
    return this.scroller?.getBoundingClientRect() ?? { top: 0, bottom: this.window.innerHeight };
  }

  private isOnScreen(paragraph: number): boolean {
    const { top, bottom } = (this.page.blocks[paragraph] as Page["blocks"][number]).box.getBoundingClientRect();
    const screen = this.screen();
    return bottom > screen.top && top < screen.bottom;
  }

  private keepVisible(span: Span): void {
    const rect = this.screenRect(span);
    const screen = this.screen();
    if (!rect) return;
    const by = Math.min(0, rect.top - screen.top - MARGIN) || Math.max(0, rect.bottom - screen.bottom + MARGIN);
    if (by === 0) return;
    if (this.scroller) this.scroller.scrollTop += by;
    else this.window.scrollBy(0, by);
  }
}

const isOneToken = (cursor: Cursor | null): boolean => cursor !== null && cursor.anchor === cursor.focus;

const spanOf = (spans: readonly Span[]): Span => [hull(spans).start, hull(spans).end];

/** The spans with their first start or last end elsewhere; null when nothing would be left of that part. */
const withEdge = (spans: readonly Span[], edge: "start" | "end", to: number): readonly Span[] | null => {
  const k = edge === "start" ? 0 : spans.length - 1;
  const [start, end] = spans[k] as Span;
  const moved: Span = edge === "start" ? [to, end] : [start, to];
  if (moved[0] >= moved[1]) return null;
  return tidy(spans.map((span, n) => (n === k ? moved : span)));
};
