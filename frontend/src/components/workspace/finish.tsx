import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { FoldOut } from "../../ui/fold-out";
import type { Neighbours } from "../neighbours";
import { missing } from "./actions";
import { useDesk } from "./desk";
import css from "./finish.module.css";

interface Props {
  readonly opened: boolean;
  readonly onOpen: (opened: boolean) => void;
  readonly neighbours: Neighbours;
}

/** Done is one press and one confirmation; a document with nothing in it is done in so many words. */
export const Finish = ({ opened, onOpen, neighbours }: Props) => {
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
      {finished ? (
        <Reopen onDone={() => onOpen(false)} />
      ) : (
        <Confirm neighbours={neighbours} onDone={() => onOpen(false)} />
      )}
    </FoldOut>
  );
};

interface ConfirmProps {
  readonly neighbours: Neighbours;
  readonly onDone: () => void;
}

const Confirm = ({ neighbours: { unfinished }, onDone }: ConfirmProps) => {
  const navigate = useNavigate();
  const { project, actions, snapshot, goTo } = useDesk();
  const lacking = useLacking();
  const [first] = lacking;
  const finish = () => {
    actions.finish();
    onDone();
  };
  const next = () => {
    finish();
    if (unfinished)
      void navigate({ to: "/p/$project/d/$document", params: { project: project.id, document: unfinished.document } });
  };
  return (
    <div className={css.body}>
      <p>
        {snapshot.own.annotations.size === 0 ? (
          <Trans>You have read it and there is nothing to mark. That counts as an answer.</Trans>
        ) : (
          <Plural value={snapshot.own.annotations.size} one="# span marked." other="# spans marked." />
        )}
      </p>
      {first && (
        <p className={css.warn}>
          <Plural
            value={lacking.length}
            one="# of them lacks a required attribute."
            other="# of them lack a required attribute."
          />{" "}
          <button
            type="button"
            className={css.link}
            onClick={() => {
              onDone();
              goTo(first);
            }}
          >
            <Trans>Show the first</Trans>
          </button>
        </p>
      )}
      <div className={css.buttons}>
        <Button size="xs" data-autofocus onClick={finish}>
          <Trans>Done</Trans>
        </Button>
        {unfinished && (
          <Button size="xs" variant="default" onClick={next}>
            <Trans>Done, and next document</Trans>
          </Button>
        )}
      </div>
    </div>
  );
};

const useLacking = (): readonly string[] => {
  const { schema, snapshot } = useDesk();
  return [...snapshot.own.annotations.values()]
    .filter((row) => {
      const label = schema.labels.find((one) => one.key === row.label);
      return missing(row, label?.attributes ?? []).length > 0;
    })
    .map((row) => row.id);
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
