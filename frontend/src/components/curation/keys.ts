/** The keys of the curation screen, unless one is typing. */

import { useEffect, useRef } from "react";
import { quote } from "../../document/offsets";
import type { Bench } from "./bench";
import { accept, canSplit, decisionsOf, type Judgement, joined, nextOpen, type Question, wantedOf } from "./judge";

export interface Doors {
  readonly openHelp: () => void;
  readonly askAgreed: () => void;
  readonly focusReason: () => void;
  readonly openGuideline: () => void;
  readonly openComments: () => void;
}

export const useBenchKeys = (bench: Bench, doors: Doors): void => {
  const latest = useRef({ bench, doors });
  useEffect(() => {
    latest.current = { bench, doors };
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const { bench, doors } = latest.current;
      const action = isElsewhere(event) ? leaving(event, bench) : actionOf(event, bench, doors);
      if (!action) return;
      event.preventDefault();
      event.stopPropagation();
      action();
    };
    document.addEventListener("keydown", listen, { capture: true });
    return () => document.removeEventListener("keydown", listen, { capture: true });
  }, []);
};

const isElsewhere = ({ target, isComposing }: KeyboardEvent): boolean => {
  if (isComposing || !(target instanceof Element)) return true;
  if (target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return true;
  return target.closest("[role=dialog], [role=menu], [role=listbox]") !== null;
};

type Action = (() => void) | null;

/** Escape leads from a field back to the text; an open list closes first. */
const leaving = ({ key, target, isComposing }: KeyboardEvent, { view }: Bench): Action => {
  if (key !== "Escape" || isComposing || !(target instanceof HTMLElement)) return null;
  if (target.hasAttribute("data-expanded") || target.closest("[role=dialog]")) return null;
  return () => view.current?.focus();
};

const actionOf = (event: KeyboardEvent, bench: Bench, doors: Doors): Action => {
  const { key, ctrlKey, metaKey, altKey, target } = event;
  if (ctrlKey || metaKey || altKey) return null;
  if ((key === "Enter" || key === " ") && (target as Element).closest("button, a, summary")) return null;
  if (bench.draft && bench.current) return draftAction(key, bench, bench.current);
  return walkAction(key, bench, doors) ?? (bench.current ? judgeAction(event, bench, bench.current, doors) : null);
};

const draftAction = (key: string, bench: Bench, question: Question): Action => {
  const { draft, setDraft, judge, index, reason, note } = bench;
  if (key === "Escape") return () => setDraft(null);
  if (key !== "Enter" || !draft) return null;
  return () => judge(question, { verdict: "edit", annotation: draft, quote: quote(index, draft.spans), reason, note });
};

const walkAction = (key: string, bench: Bench, doors: Doors): Action => {
  const { questions, current, open } = bench;
  const step = (direction: 1 | -1) => () => {
    const next = nextOpen(questions, current?.key, direction);
    if (next) open(next.key);
  };
  switch (key) {
    case "j":
    case "n":
      return step(1);
    case "k":
    case "p":
      return step(-1);
    case "A":
      return doors.askAgreed;
    case "?":
      return doors.openHelp;
    case "g":
      return doors.openGuideline;
    case "c":
      return doors.openComments;
    case "Escape":
      return current ? () => open(null) : null;
    default:
      return null;
  }
};

const judgeAction = ({ key }: KeyboardEvent, bench: Bench, question: Question, doors: Doors): Action => {
  const { judge, reason, note, withdraw, setDraft, answers, choice, setChoice, curation } = bench;
  if (curation.finished) return null;
  const say =
    (verdict: Judgement["verdict"], rest: Partial<Judgement> = {}) =>
    () =>
      judge(question, { verdict, annotation: null, quote: null, reason, note, ...rest });
  const decisions = decisionsOf(question);
  const splits = question.kind === "label" ? question.item.splits : [];
  const last = decisions[decisions.length - 1] ?? splits[splits.length - 1];
  if (key === "w") return last ? () => withdraw(last.decision) : null;
  if (key === "o") return doors.focusReason;
  if (question.kind === "link") return key === "1" ? say("accept") : key === "x" ? say("reject") : null;

  const chosen = answers[choice] ?? answers[0];
  if (/^[1-9]$/.test(key)) {
    const answer = answers[Number(key) - 1];
    return answer ? () => judge(question, accept(answer, { reason, note })) : null;
  }
  switch (key) {
    case "0":
      return say("none_of_these");
    case "x":
      return chosen ? say("reject", { annotation: wantedOf(chosen), quote: chosen.quote }) : null;
    case "s":
      return canSplit(question) ? say("split") : null;
    case "m":
    case "i": {
      const spans = joined(answers, key === "m" ? "union" : "intersection");
      return chosen && spans ? () => setDraft({ ...wantedOf(chosen), spans }) : null;
    }
    case "e":
      return chosen ? () => setDraft(wantedOf(chosen)) : null;
    case "ArrowDown":
      return () => setChoice(Math.min(choice + 1, answers.length - 1));
    case "ArrowUp":
      return () => setChoice(Math.max(choice - 1, 0));
    default:
      return null;
  }
};
