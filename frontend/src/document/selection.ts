/** From the browser's own selection to spans, and from the pointer to what it means. */

import { caretAt } from "./hittest";
import type { Id, Span } from "./model";
import type { Page } from "./page";

/** The browser's selection inside the text; null when it is elsewhere or empty. */
export const nativeSpan = (page: Page): Span | null => {
  const selection = page.root.ownerDocument.getSelection();
  if (!selection || selection.rangeCount === 0 || selection.isCollapsed) return null;
  const { startContainer, startOffset, endContainer, endOffset } = selection.getRangeAt(0);
  if (!page.root.contains(startContainer) || !page.root.contains(endContainer)) return null;
  const start = page.pointAt(startContainer, startOffset);
  const end = page.pointAt(endContainer, endOffset);
  return start === null || end === null || end <= start ? null : [start, end];
};

/** Makes the browser select a span, so that it can be copied and is read aloud. */
export const selectNatively = (page: Page, [start, end]: Span): void => {
  const from = page.position(start);
  const to = page.position(end);
  page.root.ownerDocument.getSelection()?.setBaseAndExtent(from.node, from.offset, to.node, to.offset);
};

export const isApple = (): boolean => /Mac|iP(hone|ad|od)/.test(navigator.platform);

/** The key that keeps the parts selected so far: on Macs Control is a right click. */
export const keepsParts = (event: { readonly ctrlKey: boolean; readonly metaKey: boolean }): boolean =>
  isApple() ? event.metaKey : event.ctrlKey;

export interface PointerActions {
  /** The native selection moved, or stands still after having moved. */
  selecting(
    span: Span,
    how: { readonly raw: boolean; readonly keep: boolean; readonly source: "mouse" | "touch"; readonly done: boolean },
  ): void;
  /** A third click: the sentence there. */
  sentence(point: number, keep: boolean): void;
  click(x: number, y: number): void;
  hover(x: number, y: number): void;
  leave(): void;
  /** A handle of an annotation is at a place of the text. */
  drag(id: Id, edge: "start" | "end", point: number, raw: boolean, done: boolean): void;
  dragEnd(): void;
}

/** How long a touch selection must stand still to count. */
const SETTLED = 300;
const STILL = 4;

/** Listens to pointers and to the browser's selection; answers how to stop. */
export const watchPointer = (page: Page, actions: PointerActions): (() => void) => new Watcher(page, actions).stop;

class Watcher {
  private readonly page: Page;
  private readonly actions: PointerActions;
  private readonly stopping = new AbortController();
  private down: { readonly x: number; readonly y: number; readonly touch: boolean; readonly keep: boolean } | null =
    null;
  private touched = false;
  private alt = false;
  /** Pointer events do not count clicks; mouse events do. */
  private clicks = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private frame = 0;
  private waiting: { readonly timer: ReturnType<typeof setTimeout>; readonly act: () => void } | null = null;
  private dragging: { readonly id: Id; readonly edge: "start" | "end"; last: number | null } | null = null;

  constructor(page: Page, actions: PointerActions) {
    this.page = page;
    this.actions = actions;
    const { root } = page;
    const { signal } = this.stopping;
    root.addEventListener("pointerdown", (event) => this.press(event), { signal });
    root.addEventListener("mousedown", (event) => this.count(event), { signal });
    root.addEventListener("pointermove", (event) => this.move(event), { signal });
    root.addEventListener("pointerleave", () => this.actions.leave(), { signal });
    root.ownerDocument.addEventListener("pointerup", (event) => this.release(event), { signal });
    root.ownerDocument.addEventListener("pointercancel", () => this.cancel(), { signal });
    root.ownerDocument.addEventListener("selectionchange", () => this.selected(), { signal });
    // On the window, which every key passes before it reaches the page's own listeners.
    root.ownerDocument.defaultView?.addEventListener("keydown", this.finish, { signal, capture: true });
  }

  readonly stop = (): void => {
    this.stopping.abort();
    clearTimeout(this.timer);
    cancelAnimationFrame(this.frame);
  };

  private press(event: PointerEvent): void {
    if (event.button !== 0) return;
    const handle = (event.target as Element).closest<HTMLElement>(".tv-handle");
    if (handle) {
      this.grab(handle, event);
      return;
    }
    this.touched = event.pointerType === "touch";
    this.alt = event.altKey;
    this.down = { x: event.clientX, y: event.clientY, touch: this.touched, keep: keepsParts(event) };
  }

  private count(event: MouseEvent): void {
    this.clicks = event.detail;
  }

  private grab(handle: HTMLElement, event: PointerEvent): void {
    const { id, edge } = handle.dataset;
    if (id === undefined || (edge !== "start" && edge !== "end")) return;
    event.preventDefault();
    // The root and not the handle: the handle is drawn anew while it is dragged.
    this.page.root.setPointerCapture(event.pointerId);
    this.page.root.classList.add("tv-dragging");
    this.dragging = { id, edge, last: null };
  }

  private move(event: PointerEvent): void {
    const { clientX: x, clientY: y, altKey } = event;
    this.alt = altKey;
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      if (this.dragging) this.dragTo(x, y, altKey, false);
      else if (!this.down) this.actions.hover(x, y);
    });
  }

  private dragTo(x: number, y: number, raw: boolean, done: boolean): void {
    const drag = this.dragging;
    if (!drag) return;
    const point = caretAt(this.page, x, y) ?? drag.last;
    drag.last = point;
    if (point !== null) this.actions.drag(drag.id, drag.edge, point, raw, done);
  }

  private release(event: PointerEvent): void {
    if (this.dragging) {
      cancelAnimationFrame(this.frame);
      this.dragTo(event.clientX, event.clientY, event.altKey, true);
      this.letGo();
      return;
    }
    const down = this.down;
    this.down = null;
    if (!down || event.button !== 0) return;
    const { clientX: x, clientY: y } = event;
    const still = Math.hypot(x - down.x, y - down.y) < STILL;
    this.finish();
    // After this event the browser's selection is what it will be.
    this.waiting = { timer: setTimeout(this.finish), act: () => this.released(x, y, still, down, event) };
  }

  /**
   * Takes what the last release of the pointer means, now. A key that is pressed at once comes before any timer: it
   * would find what was selected before, and be lost or meet the wrong annotation.
   */
  private readonly finish = (): void => {
    const waiting = this.waiting;
    this.waiting = null;
    if (!waiting) return;
    clearTimeout(waiting.timer);
    waiting.act();
  };

  private released(
    x: number,
    y: number,
    still: boolean,
    down: { touch: boolean; keep: boolean },
    event: PointerEvent,
  ): void {
    if (this.stopping.signal.aborted) return;
    const span = nativeSpan(this.page);
    if (span && !down.touch) {
      if (this.clicks >= 3) this.actions.sentence(caretAt(this.page, x, y) ?? span[0], down.keep);
      else this.actions.selecting(span, { raw: event.altKey, keep: down.keep, source: "mouse", done: true });
    } else if (!span && still) this.actions.click(x, y);
  }

  private letGo(): void {
    this.dragging = null;
    this.page.root.classList.remove("tv-dragging");
    this.actions.dragEnd();
  }

  private cancel(): void {
    this.down = null;
    if (this.dragging) this.letGo();
  }

  private selected(): void {
    const span = nativeSpan(this.page);
    if (!span) return;
    if (this.down && !this.down.touch)
      this.actions.selecting(span, { raw: this.alt, keep: this.down.keep, source: "mouse", done: false });
    else if (this.touched) this.settle(span);
  }

  private settle(span: Span): void {
    clearTimeout(this.timer);
    this.actions.selecting(span, { raw: false, keep: false, source: "touch", done: false });
    this.timer = setTimeout(() => {
      const now = nativeSpan(this.page);
      if (now) this.actions.selecting(now, { raw: false, keep: false, source: "touch", done: true });
    }, SETTLED);
  }
}
