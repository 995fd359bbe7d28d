/** Commands as a restless person would give them, from a number, so that a failing test can be run again. */

import type { Place } from "../edits";
import * as edits from "../edits";
import type { Annotation, Command, Link } from "../model";
import { ownSet } from "../model";

export const randomCommand = (place: Place, seed: number): Command => {
  const set = ownSet(place.state);
  const next = numbers(seed);
  const rows = [...set.annotations.values()];
  const links = [...set.links.values()];
  const row = rows[next(rows.length)] as Annotation;
  const other = rows[next(rows.length)] as Annotation;
  const link = links[next(links.length)] as Link;
  const label = ["actor", "location", "claim"][next(3)] as string;
  const start = next(place.index.length - 3);
  const choices: readonly (() => Command)[] = [
    () => edits.addAnnotation(place, { label, spans: [[start, start + 1 + next(3)]] }),
    () => edits.setDocumentLabel(place, "genre", label),
    () => edits.clearDocumentLabel(place, "genre"),
    () =>
      edits.rejectSuggestion(place, {
        ...{ suggestion: `suggestion-${next(3)}`, source: "s", source_version: 1, label, latency_ms: 5 },
      }),
    ...(next(6) > 0 ? [] : [() => (set.status === "open" ? edits.finish(place) : edits.reopen(place, ""))]),
    ...(row ? [() => edits.relabel(place, row, label)] : []),
    ...(row ? [() => edits.addFragment(place, row, [start, start + 2])] : []),
    ...(row ? [() => edits.setAttribute(place, row, "note", label)] : []),
    ...(row ? [() => edits.removeAnnotation(place, row.id)] : []),
    ...(row && other && row !== other
      ? [() => edits.addLink(place, { type: "target", from: row.id, to: other.id })]
      : []),
    ...(link ? [() => edits.changeLink(place, link, { attributes: { stance: label } })] : []),
    ...(link ? [() => edits.removeLink(place, link.id)] : []),
  ];
  return (choices[next(choices.length)] as () => Command)();
};

/** Whole numbers below a limit; 0 when there is nothing to choose from. */
const numbers = (seed: number): ((limit: number) => number) => {
  let state = seed + 1;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return limit > 0 ? (state >>> 8) % limit : 0;
  };
};
