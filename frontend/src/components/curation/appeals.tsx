import { Trans, useLingui } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { sendCommands } from "../../api/commands";
import { appealsQuery, curationQuery } from "../../api/queries";
import type { Appeal } from "../../api/types";
import { newId } from "../../document/ids";
import { Fault } from "../../ui/states";
import css from "./appeals.module.css";
import { useBench } from "./bench";

/** What annotators ask to be looked at again: those about the question on the screen, else all that are open. */
export const Appeals = () => {
  const { project, document, current } = useBench();
  const { data = [] } = useQuery(appealsQuery(project.id, document));
  const open = data.filter(({ answer }) => answer === null);
  const shown = current ? open.filter(({ item }) => item === current.key) : open;
  if (shown.length === 0) return null;
  return (
    <section className={css.box}>
      {shown.map((appeal) => (
        <Said key={appeal.appeal} appeal={appeal} />
      ))}
    </section>
  );
};

const Said = ({ appeal }: { readonly appeal: Appeal }) => {
  const { t } = useLingui();
  const { project, document, current, open, nameOf } = useBench();
  const queries = useQueryClient();
  const [note, setNote] = useState("");
  // Made once, so that sending again after a failure answers nothing twice.
  const [id] = useState(newId);
  const answer = useMutation({
    mutationFn: (said: "granted" | "dismissed") => {
      const data = { appeal: appeal.appeal, answer: said, note };
      return sendCommands(project.id, [{ id, type: "answer_appeal", document, data }]);
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries(appealsQuery(project.id, document)),
        queries.invalidateQueries(curationQuery(project.id, document)),
      ]),
  });
  return (
    <div className={css.appeal}>
      <p>
        <b>
          <Trans>{nameOf(appeal.author)} appeals</Trans>
        </b>
      </p>
      <p dir="auto">{appeal.note}</p>
      {current ? (
        <>
          <TextInput
            size="xs"
            aria-label={t`Answer`}
            placeholder={t`Answer`}
            dir="auto"
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <div className={css.buttons}>
            <Button size="compact-xs" disabled={answer.isPending} onClick={() => answer.mutate("granted")}>
              <Trans>Grant</Trans>
            </Button>
            <Button
              size="compact-xs"
              variant="default"
              disabled={answer.isPending}
              onClick={() => answer.mutate("dismissed")}
            >
              <Trans>Dismiss</Trans>
            </Button>
          </div>
          <Fault error={answer.error} />
        </>
      ) : (
        <div>
          <Button size="compact-xs" variant="default" onClick={() => open(appeal.item)}>
            <Trans>Show the question</Trans>
          </Button>
        </div>
      )}
    </div>
  );
};
