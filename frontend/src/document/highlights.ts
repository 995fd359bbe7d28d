/**
 * Tints under the text through the CSS Custom Highlight API. Names are global to the page, so each view has its own
 * prefix. Every registered range is paid for at each paint: callers register what is near the screen only.
 */

import type { TextLabel } from "./view";

export interface Highlights {
  /** False: the browser has no such thing, and the overlay draws the tints. */
  readonly native: boolean;
  add(name: string, range: StaticRange): void;
  remove(name: string, range: StaticRange): void;
  /** All ranges of one name. */
  replace(name: string, ranges: readonly StaticRange[]): void;
  restyle(labels: readonly TextLabel[]): void;
  /** Class of elements that have a label's colour as --tv-color. */
  colorClass(label: string): string;
  destroy(): void;
}

/** Overlapping tints add up; from the fifth on the text would be hard to read. */
export const LAYERS = 4;
export const PREVIEW = "preview";

let views = 0;

export const createHighlights = (document: Document): Highlights => {
  const native = typeof CSS !== "undefined" && "highlights" in CSS && typeof Highlight !== "undefined";
  // Where the system gives the colours it takes every background away, but not what is drawn.
  const forced = document.defaultView?.matchMedia?.("(forced-colors: active)").matches ?? false;
  return native && !forced ? new Registry(document) : new Palette(document);
};

/** The name under which a label's ranges of one layer are registered. */
export const tint = (label: string, layer: number): string => `${label}/${layer}`;

/** Colours alone, as classes. */
class Palette implements Highlights {
  readonly native: boolean = false;
  private readonly document: Document;
  private readonly prefix: string;
  private readonly sheet = new CSSStyleSheet();
  private readonly names = new Map<string, string>();

  constructor(document: Document) {
    views += 1;
    this.prefix = `tv${views}`;
    this.document = document;
    document.adoptedStyleSheets.push(this.sheet);
  }

  add(_name: string, _range: StaticRange): void {}

  remove(_name: string, _range: StaticRange): void {}

  replace(_name: string, _ranges: readonly StaticRange[]): void {}

  colorClass(label: string): string {
    return this.identifier(`color/${label}`);
  }

  restyle(labels: readonly TextLabel[]): void {
    this.sheet.replaceSync(this.rules(labels).join("\n"));
  }

  destroy(): void {
    this.document.adoptedStyleSheets = this.document.adoptedStyleSheets.filter((sheet) => sheet !== this.sheet);
  }

  protected rules(labels: readonly TextLabel[]): readonly string[] {
    return labels.map(({ key, color }) => `.${this.colorClass(key)}{--tv-color:${safeColor(color)}}`);
  }

  /** Keys come from people: the CSS name is a number instead. */
  protected identifier(name: string): string {
    const known = this.names.get(name);
    if (known) return known;
    const made = `${this.prefix}-${this.names.size}`;
    this.names.set(name, made);
    return made;
  }
}

class Registry extends Palette {
  override readonly native = true;
  private readonly sets = new Map<string, Highlight>();

  override add(name: string, range: StaticRange): void {
    this.set(name).add(range);
  }

  override remove(name: string, range: StaticRange): void {
    this.sets.get(name)?.delete(range);
  }

  override replace(name: string, ranges: readonly StaticRange[]): void {
    const set = this.set(name);
    set.clear();
    for (const range of ranges) set.add(range);
  }

  override destroy(): void {
    for (const name of this.sets.keys()) CSS.highlights.delete(this.identifier(name));
    this.sets.clear();
    super.destroy();
  }

  /** Said of the whole text once: the paragraphs inherit it, which is cheaper than a style for each. */
  protected override rules(labels: readonly TextLabel[]): readonly string[] {
    const layers = Array.from({ length: LAYERS }, (_, layer) => layer);
    const tints = labels.flatMap(({ key, color }) => layers.map((layer) => this.rule(tint(key, layer), faint(color))));
    return [...super.rules(labels), ...tints, this.rule(PREVIEW, PREVIEW_COLOR)];
  }

  private rule(name: string, color: string): string {
    return `.tv::highlight(${this.identifier(name)}){background-color:${color}}`;
  }

  private set(name: string): Highlight {
    const known = this.sets.get(name);
    if (known) return known;
    const made = new Highlight();
    if (name === PREVIEW) made.priority = 1;
    this.sets.set(name, made);
    CSS.highlights.set(this.identifier(name), made);
    return made;
  }
}

const PREVIEW_COLOR = "color-mix(in srgb, Highlight 45%, transparent)";

/** At 18 % (15 % on dark pages) four layers keep the text readable. An unknown colour is dropped with its rule. */
export const faint = (color: string): string =>
  `color-mix(in srgb, ${safeColor(color)} var(--tv-tint, 18%), transparent)`;

/** A colour comes from a project's schema: it must not be able to close the rule and open another. */
export const safeColor = (color: string): string => (/^[\w#(),.%\s/+-]+$/.test(color) ? color : "GrayText");
