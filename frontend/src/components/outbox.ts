/** The one outbox of this tab: it sends for every document, whichever page is open. */

import { useSyncExternalStore } from "react";
import { csrfToken, reportSignedOut, whoAmI } from "../api/client";
import { createOutbox, type Outbox, type OutboxStatus } from "../api/outbox";
import { browserWorld } from "../api/outbox-browser";

let only: Outbox | null = null;

export const theOutbox = (): Outbox => {
  only ??= start();
  return only;
};

function start(): Outbox {
  const outbox = createOutbox(
    browserWorld({ csrf: csrfToken, refresh: async () => (await whoAmI()).account?.id ?? null }),
  );
  outbox.onStatus(({ state }) => {
    if (state === "signin") reportSignedOut();
  });
  window.addEventListener("online", () => outbox.wake());
  window.addEventListener("beforeunload", (event) => {
    const { durable, unsent } = outbox.status();
    if (!durable && unsent > 0) event.preventDefault();
  });
  return outbox;
}

const subscribe = (listener: () => void): (() => void) => theOutbox().onStatus(listener);

// One object for as long as nothing changes, as React asks.
let last: OutboxStatus | null = null;
const read = (): OutboxStatus => {
  const now = theOutbox().status();
  if (!last || Object.entries(now).some(([key, value]) => last?.[key as keyof OutboxStatus] !== value)) last = now;
  return last;
};

export const useOutboxStatus = (): OutboxStatus => useSyncExternalStore(subscribe, read);
