/** Gold on top, then every voter in lanes of their own; each drawn span leads to its question. */

import type { Curation, Id } from "../../api/types";
import type { TextGroup, TextItem } from "../../document/view";
import type { Question, Wanted } from "./judge";

export const GOLD = "gold";
export const DRAFT = "draft";

const laneOf = (author: Id | null): string => author ?? "shared";

export const lanesOf = (curation: Curation, gold: string): readonly TextGroup[] => [
  { key: GOLD, name: gold, fill: true },
  ...curation.voters.map(({ author, name }) => ({ key: laneOf(author), name, fill: false })),
];

export interface Drawn {
  readonly items: readonly TextItem[];
  /** Item on the screen → key of its question. */
  readonly questions: ReadonlyMap<string, string>;
}

export const drawnOf = (
  curation: Curation,
  questions: readonly Question[],
  nameOf: (author: Id | null) => string,
  goldName: string,
): Drawn => {
  const lanes = new Set(curation.voters.map(({ author }) => laneOf(author)));
  const leads = new Map<string, string>();
  const items: TextItem[] = [];
  for (const { id, label, spans, provenance } of curation.gold) {
    items.push({ id: goldId(id), label, spans, group: GOLD, note: goldName });
    leads.set(goldId(id), provenance.item);
  }
  for (const question of questions) {
    if (question.kind === "link") continue;
    for (const { label, spans, votes } of question.item.candidates)
      for (const { author, annotation } of votes) {
        if (annotation === null || !lanes.has(laneOf(author))) continue;
        items.push({ id: annotation, label, spans, group: laneOf(author), note: nameOf(author) });
        leads.set(annotation, question.key);
      }
  }
  return { items, questions: leads };
};

export const goldId = (id: Id): string => `${GOLD}/${id}`;

export const draftItem = ({ label, spans }: Wanted): TextItem => ({
  id: DRAFT,
  label,
  spans,
  group: GOLD,
  change: "added",
});
