/** How much happened where on the slider: events of each author in equal stretches of positions. */

import type { LogEvent } from "../../document/model";

export interface Bar {
  /** Number of the stretch, from 0. */
  readonly at: number;
  readonly author: string;
  /** Events of other authors beneath. */
  readonly from: number;
  readonly count: number;
}

export interface Density {
  readonly bars: readonly Bar[];
  readonly stretches: number;
  /** Events in the fullest stretch; at least 1. */
  readonly most: number;
}

/** `first` and `last` are the ends of the slider, both included. */
export const densityOf = (events: readonly LogEvent[], first: number, last: number, stretches: number): Density => {
  const range = Math.max(1, last - first + 1);
  const used = Math.max(1, Math.min(stretches, range));
  const cells: Map<string, number>[] = Array.from({ length: used }, () => new Map());
  for (const { position, author } of events) {
    const cell = cells[Math.floor(((position - first) * used) / range)];
    cell?.set(author, (cell.get(author) ?? 0) + 1);
  }
  const bars = cells.flatMap((cell, at) => stack(at, cell));
  return { bars, stretches: used, most: Math.max(1, ...bars.map((bar) => bar.from + bar.count)) };
};

const stack = (at: number, cell: ReadonlyMap<string, number>): readonly Bar[] => {
  let from = 0;
  return [...cell].map(([author, count]) => {
    const bar = { at, author, from, count };
    from += count;
    return bar;
  });
};
