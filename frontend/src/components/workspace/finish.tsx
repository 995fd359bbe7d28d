import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { FoldOut } from "../../ui/fold-out";
import { duration, figure, shorten } from "../words";
import { quoteOf } from "./actions";
import { openPoints } from "./attention";
import { useDesk } from "./desk";
import css from "./finish.module.css";

interface Props {
  readonly opened: boolean;
  readonly onOpen: (opened: boolean) => void;
  readonly goNext: () => void;
}

/** Done is one press and one confirmation; a document with nothing in it is done in so many words. */
export const Finish = ({ opened, onOpen, goNext }: Props) => {
  const { t } = useLingui();
  const { snapshot } = useDesk();
  const { status, annotations } = snapshot.own;
  const finished = status === "finished";
  return (
    <FoldOut
      opened={opened}
      onChange={onOpen}
      label={finished ? t`Reopen` : t`Done`}
      role="dialog"
      button={(props) => (
        <Button size="xs" variant={finished ? "default" : "filled"} aria-keyshortcuts="d" {...props}>
          {finished ? (
            <Trans>Reopen</Trans>
          ) : annotations.size === 0 ? (
            <Trans>
              <span className={css.long}>Nothing to mark here – done</span>
              <span className={css.short}>Done</span>
            </Trans>
          ) : (
            <Trans>Done</Trans>
          )}
        </Button>
      )}
    >
      {finished ? <Reopen onDone={() => onOpen(false)} /> : <Confirm goNext={goNext} onDone={() => onOpen(false)} />}
    </FoldOut>
  );
};

interface ConfirmProps {
  readonly goNext: () => void;
  readonly onDone: () => void;
}

const Confirm = ({ goNext, onDone }: ConfirmProps) => {
  const { actions, snapshot } = useDesk();
  const finish = () => {
    actions.finish();
    onDone();
  };
  const next = () => {
    finish();
    goNext();
  };
  return (
    <div className={css.body}>
      <p>
        {snapshot.own.annotations.size === 0 ? (
          <Trans>You have read it and there is nothing to mark. That counts as an answer.</Trans>
        ) : (
          <Summary />
        )}
      </p>
      <CheckList onDone={onDone} />
      <div className={css.buttons}>
        <Button size="xs" data-autofocus onClick={finish}>
          <Trans>Done</Trans>
        </Button>
        <Button size="xs" variant="default" onClick={next} aria-keyshortcuts="Shift+d">
          <Trans>Done, and next document</Trans>
        </Button>
      </div>
    </div>
  );
};

/** What was marked, in figures; and what of it in this visit. */
const Summary = () => {
  const { snapshot, labels, session } = useDesk();
  const rows = [...snapshot.own.annotations.values()];
  const counts = labels.flatMap(({ key, name }) => {
    const n = rows.filter((row) => row.label === key).length;
    return n > 0 ? [`${name} ${figure(n)}`] : [];
  });
  const { edits, seconds } = session();
  const time = duration(seconds);
  return (
    <>
      <Plural value={rows.length} one="# span marked" other="# spans marked" />
      {": "}
      {counts.join(", ")}.{" "}
      {edits > 0 && (
        <Plural value={edits} one={`# edit in this visit of ${time}.`} other={`# edits in this visit of ${time}.`} />
      )}
    </>
  );
};

const MOST = 6;

/** Nothing here forbids to be done: it says what may have been forgotten, and leads there. */
const CheckList = ({ onDone }: { readonly onDone: () => void }) => {
  const { schema, snapshot, goTo } = useDesk();
  const points = openPoints(schema, snapshot.own);
  if (points.length === 0) return null;
  const rest = points.length - MOST;
  return (
    <div>
      <p className={css.warn}>
        <Trans>Before you say so:</Trans>
      </p>
      <ul className={css.points}>
        {points.slice(0, MOST).map((point) => (
          <li key={`${point.annotation}/${point.kind}`}>
            <button
              type="button"
              className={css.link}
              onClick={() => {
                onDone();
                goTo(point.annotation);
              }}
            >
              <bdi>
                {shorten(quoteOf(snapshot.index, snapshot.own.annotations.get(point.annotation)?.spans ?? []), 36)}
              </bdi>
            </button>{" "}
            {point.kind === "missing" ? (
              <Trans>lacks {point.what.join(", ")}</Trans>
            ) : (
              <Trans>has no link ({point.what.join(", ")})</Trans>
            )}
          </li>
        ))}
      </ul>
      {rest > 0 && (
        <p>
          <Plural value={rest} one="and # more" other="and # more" />
        </p>
      )}
    </div>
  );
};

const Reopen = ({ onDone }: { readonly onDone: () => void }) => {
  const { t } = useLingui();
  const { actions } = useDesk();
  const [reason, setReason] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    actions.reopen(reason.trim());
    onDone();
  };
  return (
    <form className={css.body} onSubmit={submit}>
      <TextInput
        size="xs"
        label={t`Why open it again?`}
        description={t`May stay empty`}
        value={reason}
        data-autofocus
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className={css.buttons}>
        <Button size="xs" type="submit">
          <Trans>Open again</Trans>
        </Button>
      </div>
    </form>
  );
};
