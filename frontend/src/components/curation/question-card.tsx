import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea, useComputedColorScheme } from "@mantine/core";
import { useMemo } from "react";
import type { Candidate, Decision, LinkItem, Reason, Vote } from "../../api/types";
import { Badge, type Tone } from "../../ui/badge";
import { Choice } from "../../ui/choice";
import { IconButton } from "../../ui/icon-button";
import { LabelMark } from "../label-mark";
import { textLabels } from "../labels";
import { shorten } from "../words";
import { useBench } from "./bench";
import { DraftForm } from "./draft-form";
import { accept, canSplit, differing, type Judgement, nextOpen, type Question, tookAnswer, wantedOf } from "./judge";
import css from "./question-card.module.css";
import { useConflictNames, useReasonNames, useStatusNames, useVerdictNames } from "./words";

/** The current question with its answers, and everything one can say to it. */
export const QuestionCard = ({ question }: { readonly question: Question }) => {
  const { draft } = useBench();
  return (
    <article className={css.card} aria-label={question.key}>
      <Head question={question} />
      {draft ? (
        <DraftForm question={question} draft={draft} />
      ) : question.kind === "label" ? (
        <Answers question={question} />
      ) : (
        <LinkAnswer question={question} />
      )}
    </article>
  );
};

const TONES: Readonly<Record<string, Tone>> = { disputed: "warn", decided: "good", agreed: "good" };

const Head = ({ question }: { readonly question: Question }) => {
  const statuses = useStatusNames();
  const conflicts = useConflictNames();
  const { t } = useLingui();
  const { questions, open } = useBench();
  const { status, conflict, stale } = question.item;
  const step = (direction: 1 | -1) => {
    const next = nextOpen(questions, question.key, direction);
    if (next) open(next.key);
  };
  return (
    <header className={css.head}>
      <Badge tone={TONES[status] ?? "plain"}>{statuses[status]}</Badge>
      {conflict && <span>{conflicts[conflict]}</span>}
      {stale && (
        <Badge tone="bad">
          <Trans>votes changed since</Trans>
        </Badge>
      )}
      <span className={css.steps}>
        <IconButton icon="previous" label={t`Previous open question`} keys="k" onClick={() => step(-1)} />
        <IconButton icon="next" label={t`Next open question`} keys="j" onClick={() => step(1)} />
      </span>
    </header>
  );
};

type LabelQuestion = Extract<Question, { readonly kind: "label" }>;

const Answers = ({ question }: { readonly question: LabelQuestion }) => {
  const { judge, reason, note, answers, choice, setDraft, curation } = useBench();
  const { against } = question.item;
  const chosen = answers[choice] ?? answers[0];
  const without = (verdict: Judgement["verdict"]): Judgement => ({
    verdict,
    annotation: null,
    quote: null,
    reason,
    note,
  });
  const closed = curation.finished;
  return (
    <>
      <ol className={css.candidates}>
        {answers.map((answer, k) => (
          <Answer key={`${answer.key}/${answer.votes[0]?.annotation}`} question={question} answer={answer} place={k} />
        ))}
      </ol>
      {against.length > 0 && (
        <p className={css.against}>
          <Trans>
            Nothing here: <Voters votes={against} />
          </Trans>
        </p>
      )}
      {!closed && (
        <>
          <Why />
          <div className={css.buttons}>
            <Button size="xs" variant="default" onClick={() => chosen && setDraft(wantedOf(chosen))}>
              <Trans>Edit</Trans> <kbd>e</kbd>
            </Button>
            {chosen && (
              <Button
                size="xs"
                variant="default"
                onClick={() =>
                  judge(question, {
                    verdict: "reject",
                    annotation: wantedOf(chosen),
                    quote: chosen.quote,
                    reason,
                    note,
                  })
                }
              >
                <Trans>Reject</Trans> <kbd>x</kbd>
              </Button>
            )}
            <Button size="xs" variant="default" onClick={() => judge(question, without("none_of_these"))}>
              <Trans>None of these</Trans> <kbd>0</kbd>
            </Button>
            {canSplit(question) && (
              <Button size="xs" variant="default" onClick={() => judge(question, without("split"))}>
                <Trans>Split</Trans> <kbd>s</kbd>
              </Button>
            )}
          </div>
        </>
      )}
      {[...question.item.splits, ...question.item.decisions].map((decision) => (
        <Decided key={decision.decision} decision={decision} />
      ))}
    </>
  );
};

interface AnswerProps {
  readonly question: LabelQuestion;
  readonly answer: Candidate;
  readonly place: number;
}

const Answer = ({ question, answer, place }: AnswerProps) => {
  const { t } = useLingui();
  const { schema, judge, reason, note, choice, setChoice, curation, entities } = useBench();
  const scheme = useComputedColorScheme("light");
  const looks = useMemo(() => textLabels(schema.labels, scheme), [schema, scheme]);
  const label = schema.labels.find((one) => one.key === answer.label);
  const number = place + 1;
  const entity = answer.entity === null ? null : (entities.get(answer.entity)?.name ?? answer.entity);
  return (
    <li
      className={css.candidate}
      data-chosen={place === choice}
      data-taken={tookAnswer(question.item.decision, answer)}
    >
      <button type="button" className={css.words} aria-pressed={place === choice} onClick={() => setChoice(place)}>
        <span className={css.label}>
          <LabelMark look={looks.find((look) => look.key === answer.label)} /> {label?.name ?? answer.label}
        </span>
        <span className={css.quote} dir="auto">
          {shorten(answer.quote ?? t`erased`, 160)}
        </span>
        <Values answer={answer} entity={entity} />
        <span className={css.votes}>
          <Voters votes={answer.votes} />
        </span>
      </button>
      {!curation.finished && (
        <Button size="xs" onClick={() => judge(question, accept(answer, { reason, note }))}>
          <Trans>Accept</Trans> {number <= 9 && <kbd>{number}</kbd>}
        </Button>
      )}
    </li>
  );
};

const Values = ({ answer, entity }: { readonly answer: Candidate; readonly entity: string | null }) => {
  const { schema, answers } = useBench();
  const open = differing(answers, answer.key);
  const label = schema.labels.find((one) => one.key === answer.label);
  const nameOf = (key: string): string => label?.attributes.find((one) => one.key === key)?.name ?? key;
  const values = Object.entries(answer.attributes);
  if (values.length === 0 && entity === null) return null;
  return (
    <span className={css.values}>
      {entity !== null && <bdi data-differs={open.has(null)}>→ {entity}</bdi>}
      {values.map(([key, value]) => (
        <span key={key} data-differs={open.has(key)}>
          {nameOf(key)}: <bdi>{Array.isArray(value) ? value.join(", ") : String(value)}</bdi>
        </span>
      ))}
    </span>
  );
};

const Voters = ({ votes }: { readonly votes: readonly Vote[] }) => {
  const { nameOf } = useBench();
  return <>{votes.map((vote) => nameOf(vote.author)).join(", ")}</>;
};

type LinkQuestion = Extract<Question, { readonly kind: "link" }>;

const LinkAnswer = ({ question }: { readonly question: LinkQuestion }) => {
  const { schema, judge, reason, note, curation } = useBench();
  const { item } = question;
  const type = schema.link_types.find((one) => one.key === item.type);
  const say = (verdict: Judgement["verdict"]) =>
    judge(question, { verdict, annotation: null, quote: null, reason, note });
  return (
    <>
      <p className={css.quote} dir="auto">
        <End item={item} end="from" /> <span className={css.arrow}>{type?.name ?? item.type} →</span>{" "}
        <End item={item} end="to" />
      </p>
      <p className={css.votes}>
        <Trans>
          For: <Voters votes={item.votes} />
        </Trans>
      </p>
      {item.against.length > 0 && (
        <p className={css.against}>
          <Trans>
            Without it: <Voters votes={item.against} />
          </Trans>
        </p>
      )}
      {!curation.finished && (
        <>
          <Why />
          <div className={css.buttons}>
            <Button size="xs" onClick={() => say("accept")}>
              <Trans>Accept</Trans> <kbd>1</kbd>
            </Button>
            <Button size="xs" variant="default" onClick={() => say("reject")}>
              <Trans>Reject</Trans> <kbd>x</kbd>
            </Button>
          </div>
        </>
      )}
      {item.decision && <Decided decision={item.decision} />}
    </>
  );
};

const End = ({ item, end }: { readonly item: LinkItem; readonly end: "from" | "to" }) => {
  const { questions } = useBench();
  for (const one of questions) {
    if (one.kind !== "label") continue;
    const found = one.item.candidates.find(({ key }) => key === item[end]);
    if (found) return <>“{shorten(found.quote ?? "", 60)}”</>;
  }
  return <>{item[end]}</>;
};

/** Why it is decided so: a reason to count, a note to read. */
const Why = () => {
  const { t } = useLingui();
  const reasons = useReasonNames();
  const { reason, setReason, note, setNote } = useBench();
  return (
    <div className={css.why}>
      <Choice
        size="xs"
        aria-label={t`Reason`}
        none={t`Reason (o)`}
        id="reason"
        options={Object.entries(reasons).map(([value, label]) => ({ value, label }))}
        value={reason}
        onChange={(value) => setReason(value as Reason | null)}
      />
      <Textarea
        size="xs"
        aria-label={t`Note`}
        placeholder={t`Note`}
        autosize
        minRows={1}
        maxRows={6}
        dir="auto"
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </div>
  );
};

const Decided = ({ decision }: { readonly decision: Decision }) => {
  const { nameOf, withdraw, curation } = useBench();
  const verdicts = useVerdictNames();
  const reasons = useReasonNames();
  return (
    <div className={css.decided}>
      <p>
        <b>{verdicts[decision.verdict]}</b> <Trans>by {nameOf(decision.author)}</Trans>
        {decision.reason && <> · {reasons[decision.reason]}</>}
      </p>
      {decision.note && <p dir="auto">{decision.note}</p>}
      <p className={css.votes}>
        <Plural value={decision.votes.length} one="# vote was seen" other="# votes were seen" />
      </p>
      {!curation.finished && (
        <Button size="compact-xs" variant="default" onClick={() => withdraw(decision.decision)}>
          <Trans>Withdraw the decision</Trans> <kbd>w</kbd>
        </Button>
      )}
    </div>
  );
};
