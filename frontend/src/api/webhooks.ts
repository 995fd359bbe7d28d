/** Webhooks: made, changed, tried and removed by managers. */

import { post, remove } from "./client";
import type { Id, Webhook, WebhookTried, WebhookWish } from "./types";

/** The secret is told here and nowhere else; null when the webhook was there before. */
export const addWebhook = async (project: Id, id: Id, wish: WebhookWish): Promise<string | null> => {
  const params = { path: { project } };
  return (await post("/api/v1/projects/{project}/webhooks", { params, body: { id, ...wish } })).secret;
};

export const changeWebhook = (project: Id, webhook: Id, wish: WebhookWish): Promise<Webhook> =>
  post("/api/v1/projects/{project}/webhooks/{webhook}", { params: { path: { project, webhook } }, body: wish });

export const removeWebhook = async (project: Id, webhook: Id): Promise<void> => {
  await remove("/api/v1/projects/{project}/webhooks/{webhook}", { params: { path: { project, webhook } } });
};

export const newSecret = async (project: Id, webhook: Id): Promise<string> => {
  const params = { path: { project, webhook } };
  return (await post("/api/v1/projects/{project}/webhooks/{webhook}/secret", { params })).secret;
};

export const tryWebhook = (project: Id, webhook: Id): Promise<WebhookTried> =>
  post("/api/v1/projects/{project}/webhooks/{webhook}/test", { params: { path: { project, webhook } } });

/** Everything after a position once more; null: on from where it stopped. */
export const redeliver = (project: Id, webhook: Id, after: number | null): Promise<Webhook> =>
  post("/api/v1/projects/{project}/webhooks/{webhook}/redelivery", {
    params: { path: { project, webhook } },
    body: { after },
  });

/** What a webhook wants, without how it goes. */
export const wishOf = ({ name, url, events, kinds, types, gold, paused }: Webhook): WebhookWish => ({
  name,
  url,
  events,
  kinds,
  types,
  gold,
  paused,
});
