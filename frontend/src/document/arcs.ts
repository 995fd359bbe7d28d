/**
 * Links of the selected annotation as lines that keep out of the text: up into the gap over the line, along it, through
 * the gutter, and down onto the other end. An end that is far away gets a stub that names it.
 */

import { startOf } from "./geometry";
import type { Id } from "./model";
import type { Drawn } from "./overlay";
import type { Block, Page } from "./page";
import type { TextLink } from "./view";

/** Finds what is drawn of an annotation; nothing when it is far from the screen. */
export type Lookup = (id: Id) => readonly { readonly block: Block; readonly drawn: Drawn }[];

export interface ArcsOptions {
  readonly page: Page;
  readonly lookup: Lookup;
  /** First paragraph of an annotation; -1 when there is none. */
  readonly paragraphOf: (id: Id) => number;
  readonly quoteOf: (id: Id) => string;
}

export interface Arcs {
  draw(links: readonly TextLink[]): void;
  remove(): void;
}

const SVG = "http://www.w3.org/2000/svg";
const GAP = 5;
const CORNER = 4;
const TRACK = 5;
const TRACKS = 4;
const ARROW = 4;
/** Where the letters over a span end. */
const BESIDE_CODE = 22;

interface Anchor {
  readonly x: number;
  readonly y: number;
  /** 1 where its reader goes to the right, -1 where to the left. */
  readonly onwards: 1 | -1;
  /** How far above the line its link runs. */
  readonly gap: number;
  readonly paragraph: number;
}

export const createArcs = (options: ArcsOptions): Arcs => {
  const { page } = options;
  const svg = page.root.ownerDocument.createElementNS(SVG, "svg");
  svg.setAttribute("class", "tv-links");
  svg.setAttribute("aria-hidden", "true");
  // Before the text, so that the letters of the codes stand on the lines and not under them.
  page.root.prepend(svg);

  const draw = (links: readonly TextLink[]): void => {
    const outer = page.root.getBoundingClientRect();
    const gutter = gutterOf(page.root);
    const drawn = links.flatMap((link, k) => {
      // Links side by side leave, run and arrive beside each other.
      const shift = (k % TRACKS) * TRACK;
      const from = anchor(options, link.from, outer, shift);
      const to = anchor(options, link.to, outer, shift);
      const track = gutter.x + gutter.inwards * shift;
      if (from && to) return arc(svg, from, to, track, link.name);
      const near = from ?? to;
      if (!near) return [];
      const farId = from ? link.to : link.from;
      const up = options.paragraphOf(farId) < near.paragraph;
      return stub(svg, near, track, up, `${link.name}: “${short(options.quoteOf(farId))}”`, gutter.inwards);
    });
    svg.replaceChildren(...drawn);
  };

  return { draw, remove: () => svg.remove() };
};

function anchor({ lookup }: ArcsOptions, id: Id, outer: DOMRect, shift: number): Anchor | null {
  const [found] = lookup(id);
  const start = found ? startOf(found.drawn.rects, found.drawn.rtl) : null;
  if (!found || !start) return null;
  const box = found.block.box.getBoundingClientRect();
  const width = start.rect.right - start.rect.left;
  const onwards = found.drawn.rtl ? -1 : 1;
  const inset = Math.min(Math.max(width - 4, 3), BESIDE_CODE + shift) * onwards;
  return {
    x: start.x + inset + box.left - outer.left,
    y: start.rect.top + box.top - outer.top,
    onwards,
    gap: GAP + shift / 2,
    paragraph: found.block.paragraph.index,
  };
}

/** The side of the page where its reader's lines begin. */
function gutterOf(root: HTMLElement): { readonly x: number; readonly inwards: number } {
  const style = (root.ownerDocument.defaultView as Window).getComputedStyle(root);
  const rtl = style.direction === "rtl";
  const x = rtl ? root.clientWidth - 4 : 4;
  return { x, inwards: rtl ? -1 : 1 };
}

function arc(svg: SVGSVGElement, from: Anchor, to: Anchor, track: number, name: string): readonly SVGElement[] {
  const sameLine = Math.abs(from.y - to.y) < 4;
  const points: readonly Point[] = sameLine
    ? [
        [from.x, from.y],
        [from.x, from.y - from.gap],
        [to.x, to.y - to.gap],
        [to.x, to.y - 1],
      ]
    : [
        [from.x, from.y],
        [from.x, from.y - from.gap],
        [track, from.y - from.gap],
        [track, to.y - to.gap],
        [to.x, to.y - to.gap],
        [to.x, to.y - 1],
      ];
  const label = text(svg, to.x + to.onwards * 6, to.y - to.gap + 3, name, to.onwards > 0 ? "start" : "end");
  return [line(svg, points), arrow(svg, to.x, to.y, 0, 1), label];
}

function stub(
  svg: SVGSVGElement,
  from: Anchor,
  track: number,
  up: boolean,
  name: string,
  inwards: number,
): readonly SVGElement[] {
  const tip = from.y - from.gap + (up ? -14 : 14);
  const points: readonly Point[] = [
    [from.x, from.y],
    [from.x, from.y - from.gap],
    [track, from.y - from.gap],
    [track, tip],
  ];
  const label = text(svg, track + inwards * 7, from.y - from.gap - 3, name, inwards > 0 ? "start" : "end");
  return [line(svg, points), arrow(svg, track, tip, 0, up ? -1 : 1), label];
}

type Point = readonly [x: number, y: number];

function line(svg: SVGSVGElement, points: readonly Point[]): SVGElement {
  const path = svg.ownerDocument.createElementNS(SVG, "path");
  path.setAttribute("d", rounded(points));
  return path;
}

/** A way along right angles with its corners taken off. */
export function rounded(points: readonly Point[]): string {
  const [first, ...rest] = points as readonly [Point, ...Point[]];
  const parts = [`M${first[0]} ${first[1]}`];
  for (const [k, here] of rest.entries()) {
    const before = points[k] as Point;
    const next = rest[k + 1];
    if (!next) parts.push(`L${here[0]} ${here[1]}`);
    else {
      const [a, b] = [towards(here, before), towards(here, next)];
      parts.push(`L${a[0]} ${a[1]}Q${here[0]} ${here[1]} ${b[0]} ${b[1]}`);
    }
  }
  return parts.join("");
}

function towards(from: Point, to: Point): Point {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  const step = length === 0 ? 0 : Math.min(CORNER, length / 2) / length;
  return [from[0] + dx * step, from[1] + dy * step];
}

function arrow(svg: SVGSVGElement, x: number, y: number, dx: number, dy: number): SVGElement {
  const head = svg.ownerDocument.createElementNS(SVG, "polygon");
  const back: Point = [x - dx * ARROW, y - dy * ARROW];
  const side: Point = [(dy * ARROW) / 1.6, (dx * ARROW) / 1.6];
  head.setAttribute(
    "points",
    `${x},${y} ${back[0] + side[0]},${back[1] + side[1]} ${back[0] - side[0]},${back[1] - side[1]}`,
  );
  return head;
}

function text(svg: SVGSVGElement, x: number, y: number, words: string, anchor: "start" | "end"): SVGElement {
  const element = svg.ownerDocument.createElementNS(SVG, "text");
  element.setAttribute("x", String(x));
  element.setAttribute("y", String(y));
  element.setAttribute("text-anchor", anchor);
  element.textContent = words;
  return element;
}

const short = (words: string): string => {
  const line = words.replace(/\s+/g, " ");
  const letters = Array.from(line);
  return letters.length > 32 ? `${letters.slice(0, 31).join("")}…` : line;
};
