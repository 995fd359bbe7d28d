import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { webhooksQuery } from "../../api/queries";
import type { Id, Webhook } from "../../api/types";
import { redeliver, removeWebhook } from "../../api/webhooks";
import { Dialog } from "../../ui/dialog";
import { NumberField } from "../../ui/number-field";
import { Fault } from "../../ui/states";
import form from "../form.module.css";

export type Question = "redeliver" | "remove";

interface Props {
  readonly project: Id;
  readonly webhook: Webhook;
  readonly question: Question;
  readonly onClose: () => void;
}

/** What is asked before something is done that the other side notices. */
export const Ask = ({ project, webhook, question, onClose }: Props) => {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [after, setAfter] = useState<number | null>(null);
  const removes = question === "remove";
  const act = useMutation({
    mutationFn: async (): Promise<void> => {
      if (removes) await removeWebhook(project, webhook.id);
      else await redeliver(project, webhook.id, after);
    },
    onSuccess: async () => {
      await queries.invalidateQueries(webhooksQuery(project));
      onClose();
    },
  });
  return (
    <Dialog opened onClose={onClose} title={removes ? t`Remove the webhook` : t`Deliver once more`}>
      <div className={form.form}>
        {removes ? (
          <p>
            <Trans>
              <b>{webhook.name}</b> is told nothing any more, and its secret is forgotten.
            </Trans>
          </p>
        ) : (
          <NumberField
            label={t`Everything after position`}
            description={t`Empty: on from where it stopped. Receivers get new messages with new ids.`}
            value={after}
            onChange={setAfter}
            integer
            error={after !== null && after < 0 ? t`From 0 on` : null}
            data-autofocus
          />
        )}
        <Fault error={act.error} />
        <div className={form.buttons}>
          <Button loading={act.isPending} onClick={() => act.mutate()} {...(removes ? { color: "red" } : {})}>
            {removes ? t`Remove it` : t`Deliver`}
          </Button>
          <Button variant="default" onClick={onClose} data-autofocus={removes || undefined}>
            <Trans>Cancel</Trans>
          </Button>
        </div>
      </div>
    </Dialog>
  );
};
