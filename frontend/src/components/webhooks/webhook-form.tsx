import { Trans, useLingui } from "@lingui/react/macro";
import { Button, MultiSelect, Switch, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { webhooksQuery } from "../../api/queries";
import type { Id, Webhook, WebhookWish } from "../../api/types";
import { addWebhook, changeWebhook } from "../../api/webhooks";
import { newId } from "../../document/ids";
import { Choice } from "../../ui/choice";
import { Dialog } from "../../ui/dialog";
import { Fault } from "../../ui/states";
import form from "../form.module.css";
import { isWhole, type Scope, scopeOf, typeWords, wishFor } from "./wishes";

interface Props {
  readonly project: Id;
  /** The one to change; without it a new one is made. */
  readonly webhook?: Webhook;
  readonly types: readonly string[];
  readonly onClose: () => void;
  readonly onSecret: (secret: string) => void;
}

export const WebhookForm = ({ project, webhook, types, onClose, onSecret }: Props) => {
  const { t } = useLingui();
  const [name, setName] = useState(webhook?.name ?? "");
  const [url, setUrl] = useState(webhook?.url ?? "");
  const [scope, setScope] = useState<Scope>(webhook ? scopeOf(webhook) : "releases");
  const [chosen, setChosen] = useState<readonly string[]>(webhook?.types ?? []);
  const [gold, setGold] = useState(webhook?.gold ?? false);
  const wish = wishFor({ name, url, scope, chosen, gold }, webhook);
  const save = useSave(project, webhook, onClose, onSecret);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(wish);
  };
  return (
    <Dialog opened onClose={onClose} title={webhook ? t`Change the webhook` : t`Add a webhook`}>
      <form className={form.form} onSubmit={submit}>
        <TextInput
          label={t`Name`}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          maxLength={100}
          data-autofocus
        />
        <TextInput
          label={t`Address`}
          description={t`Deliveries go there by POST. It must answer within 10 seconds.`}
          placeholder="https://"
          type="url"
          dir="ltr"
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          required
          maxLength={2000}
        />
        <Choice
          label={t`It is told`}
          options={[
            { value: "releases", label: t`when a release is made or withdrawn` },
            { value: "all", label: t`everything that happens` },
            { value: "chosen", label: t`only these events` },
            { value: "none", label: t`no events` },
          ]}
          value={scope}
          onChange={(value) => setScope((value ?? "all") as Scope)}
        />
        {scope === "chosen" && (
          <MultiSelect
            label={t`Events`}
            data={types.map((type) => ({ value: type, label: typeWords(type) }))}
            value={[...chosen]}
            onChange={setChosen}
            searchable
            clearable
          />
        )}
        <Switch
          label={t`Changes of gold`}
          description={t`Documents whose gold has changed, with what and why.`}
          checked={gold}
          onChange={(event) => setGold(event.currentTarget.checked)}
        />
        <Fault error={save.error} />
        <div className={form.buttons}>
          <Button type="submit" loading={save.isPending} disabled={!isWhole(wish, scope)}>
            {webhook ? t`Save` : t`Add it`}
          </Button>
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
        </div>
      </form>
    </Dialog>
  );
};

const useSave = (
  project: Id,
  webhook: Webhook | undefined,
  onClose: () => void,
  onSecret: (secret: string) => void,
) => {
  const queries = useQueryClient();
  // Kept over retries, so that a second press after a lost answer makes no second webhook.
  const [fresh] = useState(newId);
  return useMutation({
    mutationFn: async (wish: WebhookWish): Promise<string | null> => {
      if (!webhook) return addWebhook(project, fresh, wish);
      await changeWebhook(project, webhook.id, wish);
      return null;
    },
    onSuccess: async (secret) => {
      await queries.invalidateQueries(webhooksQuery(project));
      onClose();
      if (secret !== null) onSecret(secret);
    },
  });
};
