/** Which paragraphs are on the screen or about to be. */

import type { Page, Section } from "./page";

export interface Nearby {
  has(paragraph: number): boolean;
  readonly all: ReadonlySet<number>;
  /** Looks at once, before the browser has told anything. */
  look(): void;
  destroy(): void;
}

/** How far beyond the screen, in pixels, drawing goes ahead. */
const AHEAD = 500;

/** `scroller` is the box that the text scrolls in; null for the window. */
export const watchNearby = (
  page: Page,
  scroller: HTMLElement | null,
  onEnter: (paragraphs: readonly number[]) => void,
  onLeave: (paragraphs: readonly number[]) => void,
): Nearby => {
  const near = new Set<number>();
  const sections = new Map<Element, Section>(page.sections.map((section) => [section.element, section]));
  const numbers = (element: Element): readonly number[] =>
    (sections.get(element) as Section).blocks.map(({ paragraph }) => paragraph.index);

  const change = (entered: readonly number[], left: readonly number[]): void => {
    const came = entered.filter((k) => !near.has(k));
    const went = left.filter((k) => near.has(k));
    for (const k of came) near.add(k);
    for (const k of went) near.delete(k);
    if (came.length > 0) onEnter(came);
    if (went.length > 0) onLeave(went);
  };

  const see = (entries: readonly IntersectionObserverEntry[]): void => {
    change(
      entries.filter((entry) => entry.isIntersecting).flatMap((entry) => numbers(entry.target)),
      entries.filter((entry) => !entry.isIntersecting).flatMap((entry) => numbers(entry.target)),
    );
  };

  const observer = new IntersectionObserver(see, { root: scroller, rootMargin: `${AHEAD}px 0px` });
  for (const { element } of page.sections) observer.observe(element);

  const look = (): void => {
    const window = page.root.ownerDocument.defaultView as Window;
    const screen = scroller?.getBoundingClientRect() ?? { top: 0, bottom: window.innerHeight };
    const found: number[] = [];
    for (const { element } of page.sections) {
      const { top, bottom } = element.getBoundingClientRect();
      if (top > screen.bottom + AHEAD) break;
      if (bottom > screen.top - AHEAD) found.push(...numbers(element));
    }
    change(found, []);
  };

  return { has: (k) => near.has(k), all: near, look, destroy: () => observer.disconnect() };
};

/** The nearest box around an element that scrolls, or null when the window does. */
export const scrollerOf = (element: HTMLElement): HTMLElement | null => {
  const window = element.ownerDocument.defaultView as Window;
  for (let box = element.parentElement; box && box !== element.ownerDocument.body; box = box.parentElement) {
    if (/auto|scroll/.test(window.getComputedStyle(box).overflowY)) return box;
  }
  return null;
};
