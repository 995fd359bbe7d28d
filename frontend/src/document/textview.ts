/**
 * The text with its annotations: what the annotator reads, selects and marks. Framework-free.
 *
 * The text is plain and never changes (page.ts); annotations are placed in lanes (placement.ts) and drawn near the
 * screen only (painter.ts); marking.ts follows pointer and keyboard. Several views can live on one page.
 */

import type { Arcs } from "./arcs";
import { createArcs } from "./arcs";
import type { Highlights } from "./highlights";
import { createHighlights } from "./highlights";
import { Marking, withEdge } from "./marking";
import type { Id, Span } from "./model";
import type { Nearby } from "./nearby";
import { scrollerOf, watchNearby } from "./nearby";
import type { TextIndex } from "./offsets";
import { indexText, quote } from "./offsets";
import type { Block, Page } from "./page";
import { buildPage } from "./page";
import { Painter } from "./painter";
import type { Placement } from "./placement";
import { createPlacement, hull } from "./placement";
import { nativeSpan, watchPointer } from "./selection";
import type { Tokens } from "./tokens";
import { createTokens } from "./tokens";
import type { TextItem, TextLabel, TextLink, TextSelection, TextViewApi, TextViewOptions, TextViewWords } from "./view";

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
const AT_ONCE = 4;
/** Frames in which a scroll is put right. */
const SETTLING = 4;
/** Paragraphs; nobody prints more, and it must not hang the page. */
const MOST_ON_PAPER = 3_000;
/** Distance from the edges of the screen that scrolling leaves. */
const MARGIN = 80;

export class TextView implements TextViewApi {
  private readonly root: HTMLElement;
  private readonly options: TextViewOptions;
  private readonly words: TextViewWords;
  private readonly index: TextIndex;
  private readonly tokens: Tokens;
  private readonly scroller: HTMLElement | null;
  private readonly page: Page;
  private readonly placement: Placement;
  private readonly highlights: Highlights;
  private readonly painter: Painter;
  private readonly arcs: Arcs;
  private readonly marking: Marking;
  private readonly nearby: Nearby;
  private readonly resizes: ResizeObserver;
  private readonly spoken: HTMLElement;
  private readonly tag: HTMLElement;
  private readonly probe: HTMLElement;
  private readonly stopping = new AbortController();
  private labels: readonly TextLabel[];
  private links: readonly TextLink[] = [];
  private allLinks = false;
  private selected: Id | null = null;
  private armed: string | null = null;
  /** Paragraphs that came near and are not drawn yet. */
  private queue: number[] = [];
  private frame = 0;
  private started = false;
  private stale = false;
  private arcsStale = false;
  /** Unknown at first; 0 while the page is hidden. */
  private width = -1;
  private probeSize = "";

  constructor(root: HTMLElement, options: TextViewOptions) {
    this.root = root;
    this.options = options;
    this.labels = options.labels;
    this.words = { ...ENGLISH, ...options.words };
    this.index = indexText(options.text);
    this.tokens = createTokens(this.index, options.languages);
    // Asked while the page is still empty: a style read later would lay out the whole text.
    this.scroller = scrollerOf(root);
    this.page = buildPage(root, this.index, this.tokens);
    this.placement = createPlacement(this.index, options.groups);
    this.highlights = createHighlights(root.ownerDocument);
    this.painter = this.createPainter();
    this.arcs = this.createArcs();
    this.spoken = this.helper("tv-spoken");
    this.tag = this.helper("tv-armed-label");
    this.probe = this.helper("tv-probe");
    this.marking = this.createMarking();
    this.nearby = watchNearby(
      this.page,
      this.scroller,
      (paragraphs) => this.entered(paragraphs),
      (paragraphs) => this.left(paragraphs),
    );
    this.resizes = new ResizeObserver((entries) => this.resizedBoxes(entries));
    this.describe();
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
    this.arcsStale ||= this.links.length > 0;
    this.links = links;
    this.allLinks = showAll;
    this.spoilArcs();
  }

  setLabels(labels: readonly TextLabel[]): void {
    this.labels = labels;
    this.painter.setLabels(labels);
    for (const id of this.placement.items.keys()) this.placement.touch(id);
    this.request();
  }

  select(id: Id | null, { scroll = true }: { readonly scroll?: boolean } = {}): void {
    if (id !== this.selected) this.selectOther(id);
    const item = id === null ? undefined : this.placement.items.get(id);
    if (item && scroll) this.scrollTo([hull(item.spans).start, hull(item.spans).end]);
  }

  setArmed(label: string | null): void {
    this.armed = label;
    this.root.classList.toggle("tv-armed", label !== null);
    this.tag.textContent = label === null ? "" : this.labelName(label);
    if (label === null) this.tag.hidden = true;
  }

  setReadOnly(readOnly: boolean): void {
    this.painter.handles = !readOnly;
    if (this.selected !== null) this.painter.redraw(this.selected);
    this.request();
  }

  // --- selecting -----------------------------------------------------------------------------------------------

  selection(): TextSelection | null {
    return this.marking.current;
  }

  setSelection(spans: readonly Span[] | null): void {
    this.marking.set(spans);
  }

  addFragment(): void {
    this.marking.keepParts();
  }

  step(direction: 1 | -1): Id | null {
    const order = this.placement.ordered();
    const here = order.findIndex(({ id }) => id === this.selected);
    const found = here >= 0 ? order[here + direction] : this.marking.fromCursor(order, direction);
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
    const from = edge === "start" ? hull(spans).start : hull(spans).end;
    const to = unit === "character" ? this.tokens.step(from, direction) : this.edgeBeside(from, edge, direction);
    return to === null || to === from ? null : withEdge(spans, edge, to);
  }

  scrollTo(span: Span): void {
    this.flush();
    this.bring(span, SETTLING);
  }

  focus(): void {
    this.root.focus({ preventScroll: true });
  }

  flush(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (!this.started) this.start();
    if (this.stale) this.measureAnew();
    this.paint(this.placement.takeDirty());
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
    for (const name of ["role", "aria-label", "tabindex"]) this.root.removeAttribute(name);
  }

  // --- drawing -------------------------------------------------------------------------------------------------

  private request(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.flush());
  }

  private paint(paragraphs: readonly number[]): void {
    if (paragraphs.length === 0) return;
    this.painter.paint(paragraphs);
    this.arcsStale ||= this.links.length > 0;
  }

  private draw(paragraphs: readonly number[]): void {
    this.painter.draw(paragraphs);
    this.arcsStale ||= this.links.length > 0;
  }

  /** The first picture has its annotations: it does not wait for the browser to report what is near. */
  private start(): void {
    this.started = true;
    this.paint(this.placement.takeDirty());
    this.nearby.look();
    this.draw(this.queue.splice(0));
  }

  /** Draws what came near, a few paragraphs at a time so that scrolling stays smooth. */
  private paintQueue(): void {
    const until = performance.now() + FRAME_BUDGET;
    while (this.queue.length > 0 && performance.now() < until) this.draw(this.queue.splice(0, AT_ONCE));
    if (this.queue.length > 0) this.request();
  }

  private entered(paragraphs: readonly number[]): void {
    this.painter.enter(paragraphs);
    this.queue.push(...paragraphs);
    for (const k of paragraphs) this.resizes.observe(this.block(k).element);
    if (this.started) this.request();
  }

  private left(paragraphs: readonly number[]): void {
    const gone = new Set(paragraphs);
    this.painter.leave(paragraphs);
    this.queue = this.queue.filter((k) => !gone.has(k));
    for (const k of paragraphs) this.resizes.unobserve(this.block(k).element);
    this.spoilArcs();
  }

  private selectOther(id: Id | null): void {
    for (const one of [this.selected, id]) if (one !== null) this.placement.touch(one);
    this.selected = id;
    this.painter.selected = id;
    this.spoilArcs();
    this.request();
  }

  private spoilArcs(): void {
    this.arcsStale ||= this.links.length > 0;
    if (this.started && this.arcsStale) this.request();
  }

  private drawArcs(): void {
    this.arcsStale = false;
    const mine = ({ from, to }: TextLink): boolean => from === this.selected || to === this.selected;
    this.arcs.draw(this.allLinks ? this.links : this.links.filter(mine));
  }

  // --- what moves the words ------------------------------------------------------------------------------------

  private resizedBoxes(entries: readonly ResizeObserverEntry[]): void {
    for (const { target, contentRect } of entries) {
      if (target === this.root) this.rootResized(contentRect.width);
      else if (target === this.probe) this.probeResized(`${contentRect.width}x${contentRect.height}`);
      else this.paragraphResized(target);
    }
  }

  private rootResized(width: number): void {
    if (this.width >= 0 && width !== this.width) this.spoil();
    this.width = width;
    // Paragraphs that came near got their true height: links between paragraphs run elsewhere now.
    this.spoilArcs();
  }

  private probeResized(size: string): void {
    if (this.probeSize !== "" && size !== this.probeSize) this.spoil();
    this.probeSize = size;
  }

  private paragraphResized(target: Element): void {
    const k = this.page.indexOf(target);
    if (k < 0 || !this.painter.isStale(k)) return;
    this.queue.push(k);
    this.request();
  }

  private spoil(): void {
    if (this.stopping.signal.aborted || !this.started) return;
    this.stale = true;
    this.request();
  }

  private measureAnew(): void {
    this.stale = false;
    this.painter.invalidate();
    this.queue = [...this.nearby.all];
    this.arcsStale = this.links.length > 0;
    this.marking.showCursor();
  }

  // --- paper ---------------------------------------------------------------------------------------------------

  /** All of it is drawn, and the lines stay as long as they are, so that what is drawn stays where it belongs. */
  private toPaper(): void {
    this.root.style.inlineSize = `${this.root.offsetWidth}px`;
    const far = this.page.blocks.map(({ paragraph }) => paragraph.index).filter((k) => !this.nearby.has(k));
    this.entered(far.slice(0, MOST_ON_PAPER));
    this.flush();
    this.draw(this.queue.splice(0));
  }

  private fromPaper(): void {
    this.root.style.inlineSize = "";
    this.left(this.page.blocks.map(({ paragraph }) => paragraph.index).filter((k) => !this.nearby.has(k)));
  }

  // --- setting up ----------------------------------------------------------------------------------------------

  private describe(): void {
    this.root.classList.add("tv");
    this.root.tabIndex = 0;
    this.root.setAttribute("role", "document");
    this.root.setAttribute("aria-label", this.words.text);
    this.spoken.setAttribute("aria-live", "polite");
    this.tag.hidden = true;
    // Letter spacing and fonts change where words stand without changing the size of a box: this one they change.
    this.probe.textContent = "mmm iii 123 نص";
    for (const helper of [this.tag, this.probe]) helper.setAttribute("aria-hidden", "true");
  }

  private watch(): void {
    const { root } = this;
    const { fonts } = root.ownerDocument;
    const { signal } = this.stopping;
    this.resizes.observe(root);
    this.resizes.observe(this.probe);
    void fonts?.ready.then(() => this.spoil());
    fonts?.addEventListener("loadingdone", () => this.spoil(), { signal });
    root.addEventListener("keydown", (event) => this.marking.key(event), { signal });
    root.addEventListener("click", (event) => this.pressed(event), { signal });
    root.addEventListener("copy", (event) => this.copy(event), { signal });
    root.addEventListener("focus", () => this.marking.begin(), { signal });
    const window = this.root.ownerDocument.defaultView as Window;
    window.addEventListener("beforeprint", () => this.toPaper(), { signal });
    window.addEventListener("afterprint", () => this.fromPaper(), { signal });
    signal.addEventListener("abort", watchPointer(this.page, this.marking));
  }

  /** Annotations let pointers through: this comes from assistive technology. */
  private pressed(event: MouseEvent): void {
    const id = (event.target as Element).closest<SVGElement>(".tv-item")?.dataset.id;
    if (id === undefined) return;
    this.select(id, { scroll: false });
    this.options.onSelect?.(id, [id]);
  }

  /** The text as it is; the browser would put an empty line between paragraphs. */
  private copy(event: ClipboardEvent): void {
    const span = nativeSpan(this.page);
    if (!span) return;
    event.clipboardData?.setData("text/plain", this.index.slice(...span));
    event.preventDefault();
  }

  private createPainter(): Painter {
    const { index, page, placement, highlights, words, options } = this;
    const painter = new Painter({ index, page, placement, highlights, words });
    painter.setLabels(options.labels);
    painter.handles = !options.readOnly;
    return painter;
  }

  private createArcs(): Arcs {
    return createArcs({
      page: this.page,
      lookup: (id) => this.painter.drawn(id),
      paragraphOf: (id) => this.placement.paragraphsOf(id)[0] ?? -1,
      quoteOf: (id) => quote(this.index, this.placement.items.get(id)?.spans ?? []),
    });
  }

  private createMarking(): Marking {
    const { page, index, tokens, placement, painter, highlights, options } = this;
    return new Marking({
      page,
      index,
      tokens,
      placement,
      painter,
      highlights,
      options,
      selected: () => this.selected,
      select: (id) => this.select(id, { scroll: false }),
      speak: (words) => {
        this.spoken.textContent = words;
      },
      labelName: (key) => this.labelName(key),
      pointAt: (place) => this.showTag(place),
      rectOf: (span) => this.rectOf(span),
      keepVisible: (span) => this.keepVisible(span),
      firstOnScreen: () => this.firstOnScreen(),
    });
  }

  private helper(name: string): HTMLElement {
    const element = this.root.ownerDocument.createElement("div");
    element.className = name;
    this.root.append(element);
    return element;
  }

  // --- helpers -------------------------------------------------------------------------------------------------

  private block(paragraph: number): Block {
    return this.page.blocks[paragraph] as Block;
  }

  private labelName(key: string): string {
    return this.labels.find((label) => label.key === key)?.name ?? "";
  }

  private showTag(place: { readonly x: number; readonly y: number } | null): void {
    this.tag.hidden = place === null || this.armed === null;
    if (!place || this.tag.hidden) return;
    this.tag.style.left = `${place.x}px`;
    this.tag.style.top = `${place.y}px`;
  }

  private edgeBeside(from: number, edge: "start" | "end", direction: 1 | -1): number | null {
    const here = this.tokens.near(Math.max(0, edge === "start" ? from : from - 1));
    const next = here ? this.tokens.neighbour(here, direction) : null;
    return next ? next[edge === "start" ? 0 : 1] : null;
  }

  /** Where a span stands on the screen; far away its paragraph is laid out for the answer. */
  private rectOf([start, end]: Span): DOMRect | null {
    const from = this.page.position(start);
    const to = this.page.position(end);
    const range = this.root.ownerDocument.createRange();
    range.setStart(from.node, from.offset);
    range.setEnd(to.node, to.offset);
    return range.getClientRects()[0] ?? this.page.blockAt(start).element.getBoundingClientRect();
  }

  private screen(): { readonly top: number; readonly bottom: number } {
    const window = this.root.ownerDocument.defaultView as Window;
    return this.scroller?.getBoundingClientRect() ?? { top: 0, bottom: window.innerHeight };
  }

  private scrollBy(pixels: number): void {
    if (this.scroller) this.scroller.scrollTop += pixels;
    else this.root.ownerDocument.defaultView?.scrollBy({ top: pixels, behavior: "instant" });
  }

  /** What comes on the screen on the way gets its true height and moves the goal: look again in the next frames. */
  private bring(span: Span, frames: number): void {
    const rect = this.rectOf(span);
    const screen = this.screen();
    if (!rect || frames === 0 || this.stopping.signal.aborted) return;
    const isThere = rect.top >= screen.top + MARGIN && rect.bottom <= screen.bottom - MARGIN;
    if (!isThere) this.scrollBy(rect.top - (screen.top + (screen.bottom - screen.top) / 3));
    if (!isThere || frames < SETTLING) requestAnimationFrame(() => this.bring(span, frames - 1));
  }

  private firstOnScreen(): number {
    const screen = this.screen();
    const near = [...this.nearby.all].sort((a, b) => a - b);
    return near.find((k) => this.block(k).box.getBoundingClientRect().bottom > screen.top) ?? 0;
  }

  private keepVisible(span: Span): void {
    const rect = this.rectOf(span);
    const screen = this.screen();
    if (!rect) return;
    const above = Math.min(0, rect.top - screen.top - MARGIN);
    const below = Math.max(0, rect.bottom - screen.bottom + MARGIN);
    if (above !== 0 || below !== 0) this.scrollBy(above || below);
  }
}
