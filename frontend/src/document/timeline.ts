/** The document at any moment of its history, folded from events; stepping by one costs one event. */

import { applyEvents } from "./fold";
import type { DocumentState, LogEvent } from "./model";

/** The state after the first n of the events. */
export const stateAt = (start: DocumentState, events: readonly LogEvent[], n: number): DocumentState =>
  applyEvents(start, events.slice(0, n));

export interface Timeline {
  readonly events: readonly LogEvent[];
  /** The state after the first n events; keeps what it folded, so that a slider can jump about. */
  at(n: number): DocumentState;
  /** How many of the events stand at or before a position. */
  countAt(position: number): number;
  /** More events, in order of position. */
  append(more: readonly LogEvent[]): void;
}

const STRIDE = 256;

export const createTimeline = (start: DocumentState, history: readonly LogEvent[]): Timeline => {
  const events = [...history];
  const marks: DocumentState[] = [start];
  let last = { n: 0, state: start };

  const mark = (k: number): DocumentState => {
    while (marks.length <= k) {
      const from = (marks.length - 1) * STRIDE;
      marks.push(applyEvents(marks[marks.length - 1] as DocumentState, events.slice(from, from + STRIDE)));
    }
    return marks[k] as DocumentState;
  };

  const at = (wanted: number): DocumentState => {
    const n = Math.max(0, Math.min(wanted, events.length));
    const k = Math.floor(n / STRIDE);
    const near = last.n <= n && last.n >= k * STRIDE ? last : { n: k * STRIDE, state: mark(k) };
    last = { n, state: applyEvents(near.state, events.slice(near.n, n)) };
    return last.state;
  };

  const countAt = (position: number): number => {
    let low = 0;
    let high = events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((events[middle] as LogEvent).position <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return { events, at, countAt, append: (more) => void events.push(...more) };
};
