import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { webhooksQuery } from "../../api/queries";
import type { Id, Webhook } from "../../api/types";
import { changeWebhook, newSecret, tryWebhook, wishOf } from "../../api/webhooks";
import { Badge, type Tone } from "../../ui/badge";
import { Fault } from "../../ui/states";
import { figure, moment } from "../words";
import { Ask, type Question } from "./ask";
import { WebhookForm } from "./webhook-form";
import css from "./webhooks.module.css";
import { scopeOf, typeWords } from "./wishes";

interface Props {
  readonly project: Id;
  readonly webhook: Webhook;
  readonly types: readonly string[];
  readonly onSecret: (secret: string) => void;
}

export const WebhookCard = ({ project, webhook, types, onSecret }: Props) => {
  const [changing, setChanging] = useState(false);
  const [question, setQuestion] = useState<Question | null>(null);
  return (
    <article className={css.card} aria-labelledby={webhook.id}>
      <header className={css.head}>
        <h3 id={webhook.id}>
          <bdi>{webhook.name}</bdi>
        </h3>
        <State webhook={webhook} />
      </header>
      <p className={css.url} dir="ltr">
        {webhook.url || "–"}
      </p>
      <p className={css.quiet}>
        <Told webhook={webhook} />
      </p>
      <Progress webhook={webhook} />
      <Actions
        project={project}
        webhook={webhook}
        onChange={() => setChanging(true)}
        onAsk={setQuestion}
        onSecret={onSecret}
      />
      {changing && (
        <WebhookForm
          project={project}
          webhook={webhook}
          types={types}
          onClose={() => setChanging(false)}
          onSecret={onSecret}
        />
      )}
      {question !== null && (
        <Ask project={project} webhook={webhook} question={question} onClose={() => setQuestion(null)} />
      )}
    </article>
  );
};

const TONES: Record<Webhook["delivery"]["state"], Tone> = {
  up_to_date: "good",
  waiting: "accent",
  failing: "warn",
  paused: "plain",
  disabled: "bad",
  no_secret: "bad",
};

const State = ({ webhook }: { readonly webhook: Webhook }) => {
  const { t } = useLingui();
  const { state } = webhook.delivery;
  const words = {
    up_to_date: t`up to date`,
    waiting: t`waiting`,
    failing: t`failing`,
    paused: t`paused`,
    disabled: t`disabled`,
    no_secret: t`without a secret`,
  };
  return <Badge tone={TONES[state]}>{words[state]}</Badge>;
};

const Told = ({ webhook }: { readonly webhook: Webhook }) => {
  const { t } = useLingui();
  const scopes = {
    releases: t`Releases`,
    all: t`Everything that happens`,
    chosen: [...webhook.kinds, ...webhook.types.map(typeWords)].join(", "),
    none: "",
  };
  return [scopes[scopeOf(webhook)], webhook.gold ? t`Changes of gold` : ""].filter(Boolean).join(" · ");
};

const Progress = ({ webhook }: { readonly webhook: Webhook }) => {
  const { t } = useLingui();
  const { delivery } = webhook;
  return (
    <>
      {delivery.disabled_at !== null && <p className={css.bad}>{delivery.disabled_reason}</p>}
      {delivery.disabled_at === null && delivery.error !== "" && (
        <p className={css.bad}>
          {delivery.error}{" "}
          {delivery.next_try_at !== null && <Trans>Next attempt: {moment(delivery.next_try_at)}.</Trans>}
        </p>
      )}
      {delivery.state === "no_secret" && (
        <p className={css.bad}>
          <Trans>This server has no secret for it, and tells it nothing. Make one.</Trans>
        </p>
      )}
      <p className={css.quiet}>
        {t`Told up to position ${figure(delivery.position)}`}
        {delivery.behind > 0 && (
          <>
            {" · "}
            <Plural value={delivery.behind} one="# event behind" other="# events behind" />
          </>
        )}
        {delivery.tried_at !== null && ` · ${lastAnswer(delivery)}`}
      </p>
    </>
  );
};

const lastAnswer = ({ tried_at, status, milliseconds }: Webhook["delivery"]): string =>
  [tried_at && moment(tried_at), status ?? "–", milliseconds !== null && `${figure(milliseconds)} ms`]
    .filter(Boolean)
    .join(" · ");

interface ActionProps {
  readonly project: Id;
  readonly webhook: Webhook;
  readonly onChange: () => void;
  readonly onAsk: (question: Question) => void;
  readonly onSecret: (secret: string) => void;
}

const Actions = ({ project, webhook, onChange, onAsk, onSecret }: ActionProps) => {
  const { t } = useLingui();
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries(webhooksQuery(project));
  const test = useMutation({ mutationFn: () => tryWebhook(project, webhook.id), onSettled: refresh });
  const pause = useMutation({
    mutationFn: () => changeWebhook(project, webhook.id, { ...wishOf(webhook), paused: !webhook.paused }),
    onSettled: refresh,
  });
  const secret = useMutation({
    mutationFn: () => newSecret(project, webhook.id),
    onSuccess: async (made) => {
      await refresh();
      onSecret(made);
    },
  });
  const plain = { size: "xs", variant: "default" } as const;
  return (
    <>
      <div className={css.actions}>
        <Button {...plain} onClick={() => test.mutate()} loading={test.isPending}>
          <Trans>Send a test</Trans>
        </Button>
        <Button {...plain} onClick={() => pause.mutate()} loading={pause.isPending}>
          {webhook.paused ? t`Go on` : t`Pause`}
        </Button>
        <Button {...plain} onClick={onChange}>
          <Trans>Change…</Trans>
        </Button>
        <Button {...plain} onClick={() => onAsk("redeliver")}>
          <Trans>Redeliver…</Trans>
        </Button>
        <Button {...plain} onClick={() => secret.mutate()} loading={secret.isPending}>
          <Trans>New secret</Trans>
        </Button>
        <Button size="xs" variant="subtle" color="red" onClick={() => onAsk("remove")}>
          <Trans>Remove…</Trans>
        </Button>
      </div>
      {test.data && (
        <p role="status" className={test.data.error ? css.bad : css.good}>
          {test.data.error || t`The test arrived: ${test.data.status}, ${figure(test.data.milliseconds)} ms`}
        </p>
      )}
      <Fault error={test.error ?? pause.error ?? secret.error} />
    </>
  );
};
