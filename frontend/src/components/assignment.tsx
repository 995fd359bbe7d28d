/** Handing out documents: asking for the next one, leaving one to others, and what the reasons are called. */

import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ApiProblem, post } from "../api/client";
import { sendCommands } from "../api/commands";
import type { Id } from "../api/types";
import { newId } from "../document/ids";
import { Choice } from "../ui/choice";
import { Dialog } from "../ui/dialog";
import { Fault } from "../ui/states";
import form from "./form.module.css";

const askNext = async (project: Id, besides: Id | null): Promise<Id | null> => {
  const { document } = await post("/api/v1/projects/{project}/next", {
    params: { path: { project } },
    body: { besides },
  });
  return document;
};

/** Leads to the next document of this person, or to their own page when nothing is left. */
export const useGoNext = (project: Id) => {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (besides: Id | null) => askNext(project, besides),
    onSuccess: async (document) => {
      void queries.invalidateQueries({ queryKey: ["work", project] });
      if (document) await navigate({ to: "/p/$project/d/$document", params: { project, document } });
      else await navigate({ to: "/p/$project/work", params: { project } });
    },
  });
};

export const useReasonNames = (): Readonly<Record<string, string>> => {
  const { t } = useLingui();
  return {
    language: t`A language that I do not read`,
    unreadable: t`Broken or unreadable text`,
    off_topic: t`Off topic`,
    too_long: t`Too long for one sitting`,
    conflict_of_interest: t`I am involved`,
    other: t`Another reason`,
  };
};

interface SkipProps {
  readonly project: Id;
  readonly document: Id;
  readonly onClose: () => void;
}

/** Leaves the document to others, with a reason, and goes on to the next. */
const Skip = ({ project, document, onClose }: SkipProps) => {
  const { t } = useLingui();
  const reasons = useReasonNames();
  const [reason, setReason] = useState<string | null>("language");
  const [note, setNote] = useState("");
  const next = useGoNext(project);
  const skip = useMutation({
    mutationFn: () =>
      sendCommands(project, [{ id: newId(), type: "skip_document", document, data: { reason, note: note.trim() } }]),
    onSuccess: () => {
      onClose();
      next.mutate(document);
    },
  });
  const isDone = skip.error instanceof ApiProblem && skip.error.problem.type.endsWith("set-finished-already");
  return (
    <Dialog opened onClose={onClose} title={t`Skip this document`}>
      <form
        className={form.form}
        onSubmit={(event) => {
          event.preventDefault();
          skip.mutate();
        }}
      >
        <p className={form.hint}>
          <Trans>Somebody else gets it. It comes back to you only if a manager gives it. Your marks stay.</Trans>
        </p>
        <Choice
          label={t`Why?`}
          options={Object.entries(reasons).map(([value, label]) => ({ value, label }))}
          value={reason}
          onChange={setReason}
        />
        <Textarea
          label={t`In your own words`}
          description={t`May stay empty; managers read it`}
          value={note}
          data-autofocus
          maxLength={2000}
          autosize
          minRows={2}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {isDone ? (
          <p role="alert">
            <Trans>You have said that it is done; open it again first.</Trans>
          </p>
        ) : (
          <Fault error={skip.error} />
        )}
        <div className={form.buttons}>
          <Button type="submit" loading={skip.isPending}>
            <Trans>Skip, and next document</Trans>
          </Button>
        </div>
      </form>
    </Dialog>
  );
};

export default Skip;
