import { Trans, useLingui } from "@lingui/react/macro";
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useMemo, useRef } from "react";
import { Empty } from "../../ui/states";
import { WindowList, type WindowListApi } from "../../ui/window-list";
import { LabelMark } from "../label-mark";
import { textLabels } from "../labels";
import { shorten } from "../words";
import { useBench } from "./bench";
import { isOpen, type Question } from "./judge";
import css from "./question-list.module.css";
import { useConflictNames, useStatusNames } from "./words";

const HEIGHT = 52;

export const QuestionList = () => {
  const { t } = useLingui();
  const { questions, show, current } = useBench();
  const rows = useMemo(() => (show === "open" ? questions.filter(isOpen) : questions), [questions, show]);
  const list = useRef<WindowListApi>(null);
  const at = rows.findIndex(({ key }) => key === current?.key);
  useEffect(() => {
    if (at >= 0) list.current?.reveal(at);
  }, [at]);
  if (rows.length === 0)
    return (
      <div className={css.empty}>
        <Empty title={show === "open" ? <Trans>Nothing is open</Trans> : <Trans>No finished sets yet</Trans>}>
          {show === "open" ? (
            <Trans>Voters agree, or it has been decided. New votes appear here as they come.</Trans>
          ) : (
            <Trans>What annotators mark appears here once they have said “done”.</Trans>
          )}
        </Empty>
      </div>
    );
  return (
    <WindowList ref={list} label={t`Questions`} rows={rows} height={HEIGHT} rowKey={({ key }) => key}>
      {(question) => <Row question={question} />}
    </WindowList>
  );
};

const Row = ({ question }: { readonly question: Question }) => {
  const { schema, current, open } = useBench();
  const statuses = useStatusNames();
  const conflicts = useConflictNames();
  const scheme = useComputedColorScheme("light");
  const looks = useMemo(
    () => new Map(textLabels(schema.labels, scheme).map((look) => [look.key, look])),
    [schema, scheme],
  );
  const { status, conflict, stale } = question.item;
  return (
    <button
      type="button"
      className={css.row}
      aria-current={question.key === current?.key}
      onClick={() => open(question.key)}
    >
      {question.kind === "label" ? (
        <LabelMark
          look={looks.get(question.item.candidates[0]?.label ?? question.item.decision?.annotation?.label ?? "")}
        />
      ) : (
        <span className={css.arrow} aria-hidden="true">
          →
        </span>
      )}
      <span className={css.words}>
        <span className={css.quote} dir="auto">
          <Title question={question} />
        </span>
        <span className={css.facts} data-open={isOpen(question)}>
          {statuses[status]}
          {conflict && ` · ${conflicts[conflict]}`}
          {stale && (
            <>
              {" · "}
              <Trans>votes changed since</Trans>
            </>
          )}
        </span>
      </span>
    </button>
  );
};

const Title = ({ question }: { readonly question: Question }) => {
  const { schema, index } = useBench();
  if (question.kind === "link")
    return <>{schema.link_types.find((type) => type.key === question.item.type)?.name ?? question.item.type}</>;
  const { candidates, decision } = question.item;
  const quote = candidates[0]?.quote ?? decision?.annotation?.spans.map(([a, b]) => index.slice(a, b)).join(" ");
  return <>{shorten(quote ?? question.key, 70)}</>;
};
