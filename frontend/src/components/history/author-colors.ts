import { readable, type Scheme, SWATCHES } from "../labels";

const PAPER: Readonly<Record<Scheme, string>> = { light: "#faf8f4", dark: "#17181a" };

/** A colour for each author, by the order in which they first appear. */
export const authorColors = (authors: readonly string[], scheme: Scheme): ReadonlyMap<string, string> =>
  new Map(authors.map((author, k) => [author, readable(SWATCHES[k % SWATCHES.length] as string, PAPER[scheme], 3)]));
