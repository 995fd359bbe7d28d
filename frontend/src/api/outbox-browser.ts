/** The outbox in a real browser: its database, its lock, its channel, and POST /commands. */

import type { Id } from "../document/model";
import type { OutboxWorld, Problem, Reply, Send } from "./outbox";
import { openOutboxDb } from "./outbox-db";

export interface Session {
  /** The token that came with the sign-in; it changes with every sign-in, so an old tab cannot write as somebody else. */
  csrf(): string;
  /** Asks the server who is signed in, and keeps the new token. */
  refresh(): Promise<Id | null>;
}

export const browserWorld = (session: Session): OutboxWorld => ({
  open: async () => {
    void navigator.storage?.persist?.().catch(() => {});
    return openOutboxDb();
  },
  send: sendCommands(session),
  locks: navigator.locks ?? null,
  channel: () => (typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("palimpsest-outbox")),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
  now: Date.now,
});

const TIMEOUT = 30_000;

export const sendCommands = (session: Session, fetcher: typeof fetch = (...args) => fetch(...args)): Send => {
  const post = ({ project, commands, keepalive }: Parameters<Send>[0]): Promise<Response> =>
    fetcher(`/api/v1/projects/${project}/commands`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": session.csrf() },
      credentials: "same-origin",
      body: JSON.stringify({ commands }),
      keepalive,
      signal: AbortSignal.timeout(TIMEOUT),
    });
  return async (request) => {
    const response = await post(request);
    // Also what an outdated token gets: somebody signed in again, perhaps somebody else.
    if (response.status !== 401 && response.status !== 403) return replyOf(response);
    if ((await session.refresh()) !== request.account) return { kind: "signin" };
    return replyOf(await post(request));
  };
};

async function replyOf(response: Response): Promise<Reply> {
  const { status } = response;
  if (response.ok) return { kind: "ok", ...(await response.json()) };
  if (status === 401) return { kind: "signin" };
  if (status === 408 || status === 425 || status === 429 || status >= 500) return busy(response);
  return { kind: "refused", problem: await problemOf(response) };
}

const busy = (response: Response): Reply => {
  const seconds = Number(response.headers.get("Retry-After"));
  return seconds > 0 ? { kind: "busy", after: seconds * 1000 } : { kind: "busy" };
};

const problemOf = async (response: Response): Promise<Problem> => {
  const { status, statusText } = response;
  const plain: Problem = { type: "about:blank", title: statusText || `HTTP ${status}`, status, detail: "" };
  return { ...plain, ...(await response.json().catch(() => ({}))) };
};
