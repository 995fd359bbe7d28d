import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { webhooksQuery } from "../../api/queries";
import type { Id } from "../../api/types";
import { Empty, Trouble, Waiting } from "../../ui/states";
import { Secret } from "./secret";
import { WebhookCard } from "./webhook-card";
import { WebhookForm } from "./webhook-form";
import css from "./webhooks.module.css";

/** Who is told what happens in the project, and how that goes. */
export const Webhooks = ({ project }: { readonly project: Id }) => {
  const { data, error, refetch } = useQuery(webhooksQuery(project));
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  if (error) return <Trouble error={error} onRetry={refetch} />;
  if (!data) return <Waiting />;
  return (
    <div className={css.all}>
      <p className={css.lead}>
        <Trans>
          A webhook tells an address of yours what happens here: signed, in order, and again until it is acknowledged.
        </Trans>
      </p>
      {data.results.length === 0 ? (
        <Empty title={<Trans>None so far</Trans>} />
      ) : (
        <ul className={css.list}>
          {data.results.map((webhook) => (
            <li key={webhook.id}>
              <WebhookCard project={project} webhook={webhook} types={data.types} onSecret={setSecret} />
            </li>
          ))}
        </ul>
      )}
      <div>
        <Button variant="default" onClick={() => setAdding(true)}>
          <Trans>Add a webhook</Trans>
        </Button>
      </div>
      {adding && (
        <WebhookForm project={project} types={data.types} onClose={() => setAdding(false)} onSecret={setSecret} />
      )}
      {secret !== null && <Secret secret={secret} onClose={() => setSecret(null)} />}
    </div>
  );
};
