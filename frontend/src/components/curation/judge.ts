/** What there is to decide, in order, and the commands that decide it. Pure but for fresh ids. */

import type { ProjectCommand } from "../../api/commands";
import type { Candidate, Curation, CurationItem, Decision, Id, LinkItem, Reason, Verdict, Vote } from "../../api/types";
import { newId } from "../../document/ids";
import type { Attributes, Span } from "../../document/model";

/** One question: about a stretch of text, or about a link. */
export type Question =
  | { readonly kind: "label"; readonly key: string; readonly item: CurationItem }
  | { readonly kind: "link"; readonly key: string; readonly item: LinkItem };

export const questionsOf = (curation: Curation): readonly Question[] => [
  ...curation.items.map((item): Question => ({ kind: "label", key: item.item, item })),
  ...curation.links.map((item): Question => ({ kind: "link", key: item.item, item })),
];

/** Waits for somebody: voters differ, or the votes changed since the decision. */
export const isOpen = ({ item }: Question): boolean => item.status === "disputed" || item.stale;

/** What "accept all agreed" takes: all voters said the same, and nobody has decided. */
export const isAgreed = (question: Question): boolean => question.item.status === "agreed" && !question.item.stale;

/** The next open question after a place in the list, round at its end; `skip` is the one just decided. */
export const nextOpen = (
  questions: readonly Question[],
  current: string | undefined,
  direction: 1 | -1,
  skip?: string,
): Question | null => {
  const at = questions.findIndex(({ key }) => key === current);
  const start = at < 0 && direction < 0 ? 0 : at;
  for (let step = 1; step <= questions.length; step++) {
    const k = (start + direction * step + questions.length * 2) % questions.length;
    const found = questions[k];
    if (found && isOpen(found) && found.key !== skip) return found;
  }
  return null;
};

export interface Wanted {
  readonly label: string;
  readonly spans: readonly Span[];
  readonly attributes: Attributes;
  readonly entity: Id | null;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** The candidate in question, or what takes its place; null for none of these, and for links. */
  readonly annotation: Wanted | null;
  readonly quote: string | null;
  readonly reason: Reason | null;
  readonly note: string;
}

/** The decision with the votes and the decisions that were on the screen: none but these may be put aside. */
export const decide = (document: Id, question: Question, judgement: Judgement): ProjectCommand => {
  const { verdict, annotation, quote, reason, note } = judgement;
  const votes = seenVotes(question);
  const seen = decisionsOf(question).map(({ decision }) => decision);
  const data = { decision: newId(), item: question.key, verdict, annotation, quote, votes, seen, reason, note };
  return { id: newId(), type: "decide_item", document, data };
};

export const decisionsOf = ({ kind, item }: Question): readonly Decision[] =>
  kind === "label" ? item.decisions : item.decision ? [item.decision] : [];

/** Whether its answers could be questions of their own. */
export const canSplit = ({ kind, item }: Question): boolean => kind === "label" && item.candidates.length > 1;

/** Everything that any of the answers covers, or what all of them cover; null where that is nothing. */
export const joined = (answers: readonly Candidate[], how: "union" | "intersection"): readonly Span[] | null => {
  const edges = [...new Set(answers.flatMap(({ spans }) => spans.flat()))].sort((a, b) => a - b);
  const covers = ({ spans }: Candidate, at: number): boolean => spans.some(([start, end]) => start <= at && at < end);
  const found: [number, number][] = [];
  edges.slice(0, -1).forEach((start, k) => {
    const end = edges[k + 1] as number;
    const inside = (one: Candidate): boolean => covers(one, start);
    if (!(how === "union" ? answers.some(inside) : answers.every(inside))) return;
    const last = found[found.length - 1];
    if (last && last[1] === start) last[1] = end;
    else found.push([start, end]);
  });
  return found.length > 0 ? found : null;
};

export const withdraw = (document: Id, decision: Id): ProjectCommand => ({
  id: newId(),
  type: "withdraw_decision",
  document,
  data: { decision },
});

/** Every vote of the item; the shared set has no author who could be named. */
export const seenVotes = ({ kind, item }: Question): readonly Vote[] => {
  const made = kind === "label" ? item.candidates.flatMap((candidate) => candidate.votes) : item.votes;
  return [...made, ...item.against].filter((vote) => vote.author !== null);
};

export const wantedOf = ({ label, spans, attributes, entity }: Candidate): Wanted => ({
  label,
  spans,
  attributes,
  entity,
});

export const accept = (candidate: Candidate, said: Pick<Judgement, "reason" | "note">): Judgement => ({
  verdict: "accept",
  annotation: wantedOf(candidate),
  quote: candidate.quote,
  ...said,
});

/** What an annotation says besides its place: read in the sets, for consensus shows only what most say. */
export type Said = Pick<Wanted, "attributes" | "entity">;

/**
 * The candidates of an item, one for each different thing that its voters say of it, in the order of the candidates and
 * of their first votes. `saidBy` knows an annotation by its id; what it does not know counts as what consensus shows.
 */
export const answersOf = (item: CurationItem, saidBy: (annotation: Id) => Said | undefined): readonly Candidate[] =>
  item.candidates.flatMap((candidate) => {
    const groups = new Map<string, { said: Said; votes: Vote[] }>();
    for (const vote of candidate.votes) {
      const said = (vote.annotation === null ? undefined : saidBy(vote.annotation)) ?? candidate;
      const key = sayingKey(said);
      const group = groups.get(key) ?? { said, votes: [] };
      group.votes.push(vote);
      groups.set(key, group);
    }
    if (groups.size < 2) return [candidate];
    return [...groups.values()].map(({ said, votes }): Candidate => {
      const { entity, attributes } = said;
      return { ...candidate, votes, entity, attributes: attributes as Candidate["attributes"] };
    });
  });

const sayingKey = ({ attributes, entity }: Said): string =>
  JSON.stringify([entity, Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))]);

/** Attributes that the answers of one candidate do not agree on; `null` stands for the entity. */
export const differing = (answers: readonly Candidate[], key: string): ReadonlySet<string | null> => {
  const same = answers.filter((answer) => answer.key === key);
  const names = new Set(same.flatMap(({ attributes }) => Object.keys(attributes)));
  const differs = (read: (answer: Candidate) => unknown): boolean =>
    new Set(same.map((answer) => JSON.stringify(read(answer)))).size > 1;
  const found = [...names].filter((name) => differs(({ attributes }) => attributes[name]));
  return new Set<string | null>([...found, ...(differs(({ entity }) => entity) ? [null] : [])]);
};

const SILENT = { reason: null, note: "" } as const;

export const acceptAllAgreed = (document: Id, questions: readonly Question[]): readonly ProjectCommand[] =>
  questions.filter(isAgreed).flatMap((question) => {
    if (question.kind === "link")
      return [decide(document, question, { verdict: "accept", annotation: null, quote: null, ...SILENT })];
    const [candidate] = question.item.candidates;
    return candidate ? [decide(document, question, accept(candidate, SILENT))] : [];
  });

/** Whether the decision took this answer as it is. */
export const tookAnswer = (decision: Decision | null, answer: Candidate): boolean =>
  decision?.verdict === "accept" &&
  decision.annotation?.label === answer.label &&
  JSON.stringify(decision.annotation.spans) === JSON.stringify(answer.spans) &&
  sayingKey(decision.annotation) === sayingKey(answer);
