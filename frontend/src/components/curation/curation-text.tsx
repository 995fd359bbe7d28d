import { useLingui } from "@lingui/react/macro";
import { useEffect, useMemo } from "react";
import type { Candidate, LinkItem } from "../../api/types";
import type { DocumentView } from "../../document/model";
import type { TextSelection } from "../../document/view";
import { TextPane } from "../text-pane";
import { useBench } from "./bench";
import css from "./curation-text.module.css";
import type { Question } from "./judge";
import { DRAFT, draftItem, drawnOf, GOLD, lanesOf } from "./lanes";

export const CurationText = ({ view }: { readonly view: DocumentView }) => {
  const { t } = useLingui();
  const bench = useBench();
  const { schema, curation, questions, current, answers, choice, draft, setDraft, open } = bench;
  const gold = t`Gold`;
  const signature = JSON.stringify(curation.voters);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only other voters make other lanes
  const lanes = useMemo(() => lanesOf(curation, gold), [signature, gold]);
  const drawn = useDrawn();
  const items = useMemo(() => (draft ? [...drawn.items, draftItem(draft)] : drawn.items), [drawn, draft]);
  const selected = draft
    ? DRAFT
    : current
      ? shownFor(current, answers[choice] ?? answers[0], questions, drawn.questions)
      : null;

  // The item in question comes into view; the text itself stays where it is as long as it is there.
  const key = current?.key;
  useEffect(() => {
    if (key !== undefined) bench.view.current?.select(selected);
  }, [key, selected, bench.view]);

  const selection = (found: TextSelection | null) => {
    if (draft && found?.done) {
      setDraft({ ...draft, spans: found.spans });
      bench.view.current?.setSelection(null);
    }
  };
  return (
    <div className={css.scroll}>
      <ul className={css.legend} aria-label={t`Lanes from top to bottom`}>
        {lanes.map((lane) => (
          <li key={lane.key} data-gold={lane.key === GOLD}>
            {lane.name}
          </li>
        ))}
      </ul>
      <TextPane
        ref={bench.view}
        text={view.text}
        languages={view.document.languages}
        labels={schema.labels}
        groups={lanes}
        items={items}
        selected={selected}
        readOnly={draft === null}
        onSelect={(id) => id !== null && id !== DRAFT && open(drawn.questions.get(id) ?? null)}
        onSelection={selection}
        onResize={(id, spans) => id === DRAFT && draft && setDraft({ ...draft, spans })}
      />
      <p className={css.end}>{t`End of the text`}</p>
    </div>
  );
};

const useDrawn = () => {
  const { t } = useLingui();
  const { curation, questions, nameOf } = useBench();
  const gold = t`gold`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: names change only with the curation
  return useMemo(() => drawnOf(curation, questions, nameOf, gold), [curation, questions, gold]);
};

/** The chosen answer as its first voter drew it; for a link the place where it begins; else the gold label. */
const shownFor = (
  question: Question,
  answer: Candidate | undefined,
  questions: readonly Question[],
  leads: ReadonlyMap<string, string>,
): string | null => {
  const from = question.kind === "link" ? beginningOf(question.item, questions) : answer;
  return firstDrawn(from) ?? [...leads].find(([, key]) => key === question.key)?.[0] ?? null;
};

const beginningOf = (link: LinkItem, questions: readonly Question[]): Candidate | undefined => {
  for (const one of questions) {
    const found = one.kind === "label" ? one.item.candidates.find(({ key }) => key === link.from) : undefined;
    if (found) return found;
  }
  return undefined;
};

const firstDrawn = (candidate: Candidate | undefined): string | null =>
  candidate?.votes.find((vote) => vote.annotation !== null)?.annotation ?? null;
