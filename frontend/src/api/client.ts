/** One door to the server: JSON in and out, problems as exceptions, the session's token on every change. */

import type { Me, Problem } from "./types";

const BASE = "/api/v1";

/** The server said no, in words. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title);
  }

  get status(): number {
    return this.problem.status;
  }
}

/** No answer at all: the network or the server is away. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

let csrf = "";
const signedOut = new Set<() => void>();

/** The token that a change must carry; empty before the first look at the session. */
export const csrfToken = (): string => csrf;

/** Calls back whenever the server no longer knows who is asking. Returns the way to stop listening. */
export const onSignedOut = (listener: () => void): (() => void) => {
  signedOut.add(listener);
  return () => void signedOut.delete(listener);
};

/** To be called by whoever gets a 401 from the server on a way of their own. */
export const reportSignedOut = (): void => {
  for (const listener of signedOut) listener();
};

export interface Ask {
  readonly method?: "GET" | "POST" | "DELETE";
  readonly query?: Readonly<Record<string, string | number | undefined>> | undefined;
  readonly json?: unknown;
  /** A raw body, sent as it is. */
  readonly body?: BodyInit;
  readonly signal?: AbortSignal | undefined;
}

/** Throws ApiProblem or Unreachable. A path starts with a slash and is below the API's root. */
export const ask = async <Answer>(path: string, options: Ask = {}): Promise<Answer> => {
  const response = await send(path, options);
  if (response.status === 204) return undefined as Answer;
  if (response.ok) return (await response.json()) as Answer;
  const problem = await problemOf(response);
  if (response.status === 401) reportSignedOut();
  throw new ApiProblem(problem);
};

export const whoAmI = async (): Promise<Me> => remember(await ask<Me>("/session"));

export const signIn = async (username: string, password: string): Promise<Me> => {
  if (!csrf) await whoAmI();
  return remember(await ask<Me>("/session", { method: "POST", json: { username, password } }));
};

export const signOut = async (): Promise<void> => {
  await ask("/session", { method: "DELETE" });
  await whoAmI();
};

export const urlOf = (path: string, query: Ask["query"] = {}): string => {
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    value === undefined || value === "" ? [] : [[key, String(value)]],
  );
  return BASE + path + (pairs.length > 0 ? `?${new URLSearchParams(pairs)}` : "");
};

const remember = (me: Me): Me => {
  csrf = me.csrf;
  return me;
};

async function send(path: string, { method = "GET", query, json, body, signal }: Ask): Promise<Response> {
  const headers = new Headers({ Accept: "application/json" });
  if (json !== undefined) headers.set("Content-Type", "application/json");
  if (method !== "GET") headers.set("X-CSRFToken", csrf);
  const payload = json === undefined ? (body ?? null) : JSON.stringify(json);
  try {
    return await fetch(urlOf(path, query), { method, headers, body: payload, signal: signal ?? null });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Unreachable("The server does not answer.", { cause: error });
  }
}

/** Whatever came back, as a problem; a proxy's HTML page becomes its status line. */
async function problemOf(response: Response): Promise<Problem> {
  const type = response.headers.get("Content-Type") ?? "";
  if (type.includes("json")) {
    const body = (await response.json()) as Partial<Problem>;
    return { type: "about:blank", title: response.statusText, ...body, status: response.status };
  }
  return { type: "about:blank", title: response.statusText || `HTTP ${response.status}`, status: response.status };
}
