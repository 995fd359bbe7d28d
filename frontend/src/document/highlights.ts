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
  destroy(): void;
}

/** Overlapping tints add up; from the fifth on the text would be hard to read. */
export const LAYERS = 4;
export const PREVIEW = "preview";

let views = 0;

export const createHighlights = (document: Document): Highlights => {
  const native = typeof CSS !== "undefined" && "highlights" in CSS && typeof Highlight !== "undefined";
  return native ? new Registry(document) : NONE;
};

/** The name under which a label's ranges of one layer are registered. */
export const tint = (label: string, layer: number): string => `${label}/${layer}`;

const NONE: Highlights = {
  native: false,
  add: () => {},
  remove: () => {},
  replace: () => {},
  restyle: () => {},
  destroy: () => {},
};

class Registry implements Highlights {
  readonly native = true;
  private readonly document: Document;
  private readonly prefix: string;
  private readonly sheet = new CSSStyleSheet();
  private readonly sets = new Map<string, Highlight>();
  private readonly names = new Map<string, string>();

  constructor(document: Document) {
    views += 1;
    this.prefix = `tv${views}`;
    this.document = document;
    document.adoptedStyleSheets.push(this.sheet);
  }

  add(name: string, range: StaticRange): void {
    this.set(name).add(range);
  }

  remove(name: string, range: StaticRange): void {
    this.sets.get(name)?.delete(range);
  }

  replace(name: string, ranges: readonly StaticRange[]): void {
    const set = this.set(name);
    set.clear();
    for (const range of ranges) set.add(range);
  }

  restyle(labels: readonly TextLabel[]): void {
    const rules = labels.flatMap(({ key, color }) =>
      Array.from(
        { length: LAYERS },
        (_, layer) => `::highlight(${this.identifier(tint(key, layer))}){background-color:${faint(color)}}`,
      ),
    );
    rules.push(`::highlight(${this.identifier(PREVIEW)}){background-color:${PREVIEW_COLOR}}`);
    this.sheet.replaceSync(rules.join("\n"));
  }

  destroy(): void {
    for (const name of this.sets.keys()) CSS.highlights.delete(this.identifier(name));
    this.sets.clear();
    this.document.adoptedStyleSheets = this.document.adoptedStyleSheets.filter((sheet) => sheet !== this.sheet);
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

  /** Label keys come from people: the CSS name is a number instead. */
  private identifier(name: string): string {
    const known = this.names.get(name);
    if (known) return known;
    const made = `${this.prefix}-${this.names.size}`;
    this.names.set(name, made);
    return made;
  }
}

const PREVIEW_COLOR = "color-mix(in srgb, Highlight 45%, transparent)";

/** At 18 % four layers keep the text above 6:1. A colour that CSS does not know is dropped with its rule. */
export const faint = (color: string): string => `color-mix(in srgb, ${safeColor(color)} 18%, transparent)`;

/** A colour comes from a project's schema: it must not be able to close the rule and open another. */
export const safeColor = (color: string): string => (/^[\w#(),.%\s/+-]+$/.test(color) ? color : "GrayText");
