import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea, useComputedColorScheme } from "@mantine/core";
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { type ReactNode, useMemo, useState } from "react";
import { sendCommands } from "../api/commands";
import { myResultsQuery, schemaQuery } from "../api/queries";
import type { Appeal, Id, MyMark, MyResults, Why } from "../api/types";
import { shown } from "../components/agreement/figures";
import { useReasonNames, useVerdictNames } from "../components/curation/words";
import { LabelMark } from "../components/label-mark";
import { textLabels } from "../components/labels";
import { figure, shorten } from "../components/words";
import { newId } from "../document/ids";
import { Badge, type Tone } from "../ui/badge";
import { Page, Section } from "../ui/page";
import { Fault, Trouble, Waiting } from "../ui/states";
import css from "./my-results.module.css";

const MyResult = () => {
  const { t } = useLingui();
  const { project, document } = useParams({ from: "/inside/p/$project/rooms/results/$document" });
  const { data, error, refetch } = useQuery(myResultsQuery(project, document));
  return (
    <Page
      title={t`What became of my work`}
      actions={
        <Link to="/p/$project/d/$document" params={{ project, document }}>
          <Trans>Open the document</Trans>
        </Link>
      }
    >
      {error ? (
        <Trouble error={error} onRetry={refetch} />
      ) : !data ? (
        <Waiting />
      ) : (
        <Told project={project} results={data} />
      )}
    </Page>
  );
};

const Told = ({ project, results }: { readonly project: Id; readonly results: MyResults }) => {
  const { score, marks, missed, appeals, document } = results;
  const changed = marks.filter(({ outcome }) => outcome !== "kept");
  const kept = marks.length - changed.length;
  const appealFor = (item: string) => (
    <AppealFor project={project} document={document} item={item} appeals={appeals.filter((one) => one.item === item)} />
  );
  return (
    <>
      <p className={css.score}>
        <span>
          <b>{figure(kept)}</b> <Plural value={kept} one="mark is gold as it is" other="marks are gold as they are" />
        </span>
        <span>
          <b>{figure(changed.length)}</b> <Trans>changed or left out</Trans>
        </span>
        <span>
          <b>{figure(missed.length)}</b> <Trans>in gold only</Trans>
        </span>
        {score.f1 !== null && (
          <span>
            <b>{shown(score.f1)}</b> <Trans>F1 with gold</Trans>
          </span>
        )}
      </p>
      {changed.length > 0 && (
        <Section title={<Trans>Changed or left out</Trans>}>
          <ul className={css.list}>
            {changed.map((mark) => (
              <li key={mark.annotation} className={css.mark}>
                <Mark project={project} mark={mark} />
                <WhySo why={mark.why} />
                {appealFor(mark.item)}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {missed.length > 0 && (
        <Section title={<Trans>In gold, and not marked by me</Trans>}>
          <ul className={css.list}>
            {missed.map(({ gold, item, why }) => (
              <li key={gold.gold} className={css.mark}>
                <Labelled project={project} label={gold.label} quote={gold.quote} />
                <WhySo why={why} />
                {appealFor(item)}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {kept > 0 && (
        <Section title={<Trans>Gold as they are</Trans>}>
          <ul className={css.list}>
            {marks
              .filter(({ outcome }) => outcome === "kept")
              .map((mark) => (
                <li key={mark.annotation} className={css.mark}>
                  <Labelled project={project} label={mark.label} quote={mark.quote} />
                </li>
              ))}
          </ul>
        </Section>
      )}
    </>
  );
};

const TONES: Readonly<Record<MyMark["outcome"], Tone>> = {
  kept: "good",
  attributes: "plain",
  bounds: "plain",
  label: "warn",
  dropped: "bad",
};

const Mark = ({ project, mark }: { readonly project: Id; readonly mark: MyMark }) => {
  const { t } = useLingui();
  const outcomes: Readonly<Record<MyMark["outcome"], string>> = {
    kept: t`kept`,
    attributes: t`other attributes`,
    bounds: t`other edges`,
    label: t`another label`,
    dropped: t`left out`,
  };
  const { gold, outcome } = mark;
  return (
    <>
      <Labelled project={project} label={mark.label} quote={mark.quote}>
        <Badge tone={TONES[outcome]}>{outcomes[outcome]}</Badge>
      </Labelled>
      {gold && outcome !== "attributes" && (
        <Labelled project={project} label={gold.label} quote={gold.quote}>
          <Badge tone="good">
            <Trans>gold</Trans>
          </Badge>
        </Labelled>
      )}
      {gold && outcome === "attributes" && (
        <p className={css.why}>
          {Object.entries(gold.attributes)
            .filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(mark.attributes[key]))
            .map(([key, value]) => `${key}: ${String(mark.attributes[key] ?? "–")} → ${String(value)}`)
            .join(" · ")}
        </p>
      )}
    </>
  );
};

interface LabelledProps {
  readonly project: Id;
  readonly label: string;
  readonly quote: string | null;
  readonly children?: ReactNode;
}

const Labelled = ({ project, label, quote, children }: LabelledProps) => {
  const { t } = useLingui();
  const schema = useSuspenseQuery(schemaQuery(project)).data;
  const scheme = useComputedColorScheme("light");
  const looks = useMemo(() => textLabels(schema.labels, scheme), [schema, scheme]);
  return (
    <>
      <span className={css.head}>
        <LabelMark look={looks.find(({ key }) => key === label)} />
        <b>{schema.labels.find(({ key }) => key === label)?.name ?? label}</b>
        {children}
      </span>
      <span className={css.quote} dir="auto">
        {shorten(quote ?? t`erased`, 240)}
      </span>
    </>
  );
};

const WhySo = ({ why }: { readonly why: Why }) => {
  const verdicts = useVerdictNames();
  const reasons = useReasonNames();
  if (why.verdict === null)
    return (
      <p className={css.why}>
        <Trans>So the votes came out; no curator decided it.</Trans>
      </p>
    );
  return (
    <p className={css.why}>
      <Trans>A curator decided:</Trans> {verdicts[why.verdict]}
      {why.reason && ` · ${reasons[why.reason]}`}
      {why.note && <bdi> – {why.note}</bdi>}
    </p>
  );
};

interface AppealProps {
  readonly project: Id;
  readonly document: Id;
  readonly item: string;
  readonly appeals: readonly Appeal[];
}

const AppealFor = ({ project, document, item, appeals }: AppealProps) => {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [note, setNote] = useState<string | null>(null);
  // Made once, so that sending again after a failure asks for nothing twice.
  const [ids] = useState(() => ({ appeal: newId(), command: newId() }));
  const send = useMutation({
    mutationFn: (words: string) => {
      const data = { appeal: ids.appeal, item, note: words };
      return sendCommands(project, [{ id: ids.command, type: "make_appeal", document, data }]);
    },
    onSuccess: () => {
      setNote(null);
      return queries.invalidateQueries(myResultsQuery(project, document));
    },
  });
  if (appeals.length > 0) return appeals.map((appeal) => <Said key={appeal.appeal} appeal={appeal} />);
  if (note === null)
    return (
      <div>
        <Button size="compact-xs" variant="default" onClick={() => setNote("")}>
          <Trans>Ask for another look</Trans>
        </Button>
      </div>
    );
  return (
    <form
      className={css.appeal}
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate(note.trim());
      }}
    >
      <Textarea
        size="xs"
        label={t`Why should it be looked at again?`}
        autosize
        minRows={2}
        data-autofocus
        dir="auto"
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Fault error={send.error} />
      <div>
        <Button size="xs" type="submit" disabled={!note.trim()} loading={send.isPending}>
          <Trans>Appeal</Trans>
        </Button>{" "}
        <Button size="xs" variant="default" onClick={() => setNote(null)}>
          <Trans>Leave it</Trans>
        </Button>
      </div>
    </form>
  );
};

const Said = ({ appeal }: { readonly appeal: Appeal }) => (
  <div className={css.said}>
    <p dir="auto">{appeal.note}</p>
    <p className={css.why}>
      {appeal.answer === null ? (
        <Trans>Your appeal waits for a curator.</Trans>
      ) : appeal.answer === "granted" ? (
        <Trans>Granted by a curator.</Trans>
      ) : (
        <Trans>Dismissed by a curator.</Trans>
      )}
      {appeal.answer_note && <bdi> – {appeal.answer_note}</bdi>}
    </p>
  </div>
);

export default MyResult;
