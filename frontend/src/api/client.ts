/** One door to the server: typed by its own description, problems as exceptions, the session's token on every change. */

import createClient, { type FetchOptions, type Middleware } from "openapi-fetch";
import type { FilterKeys, HttpMethod, PathsWithMethod } from "openapi-typescript-helpers";
import type { paths } from "./schema";
import type { Me, Problem } from "./types";

/** The server said no, in words. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.problem = problem;
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

const token: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET") request.headers.set("X-CSRFToken", csrf);
    return request;
  },
};

const reach = async (request: Request): Promise<Response> => {
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Unreachable("The server does not answer.", { cause: error });
  }
};

const http = createClient<paths>({ baseUrl: window.location.origin, fetch: reach });
http.use(token);

type With<Method extends HttpMethod> = PathsWithMethod<paths, Method>;
type Init<Path extends keyof paths, Method extends HttpMethod> = FetchOptions<FilterKeys<paths[Path], Method>>;
type Operation<Path extends keyof paths, Method extends HttpMethod> = Path extends keyof paths
  ? Method extends keyof paths[Path]
    ? paths[Path][Method]
    : never
  : never;
type Json<Content> = Content extends { readonly content: { readonly "application/json": infer Body } }
  ? Body
  : undefined;
/** What an operation answers when all is well. */
type Good<Op> = Op extends { readonly responses: infer All }
  ? { [Status in keyof All]: Status extends 200 | 201 | 202 | 204 ? Json<All[Status]> : never }[keyof All]
  : never;

/** What the server answers. Throws ApiProblem or Unreachable. */
export const get = <Path extends With<"get">>(
  path: Path,
  init: Init<Path, "get">,
): Promise<Good<Operation<Path, "get">>> => take(http.GET(path, init as never));

export const post = <Path extends With<"post">>(
  path: Path,
  init: Init<Path, "post">,
): Promise<Good<Operation<Path, "post">>> => take(http.POST(path, init as never));

export const remove = <Path extends With<"delete">>(
  path: Path,
  init: Init<Path, "delete">,
): Promise<Good<Operation<Path, "delete">>> => take(http.DELETE(path, init as never));

interface Answer {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}

async function take<Data>(asked: Promise<Answer>): Promise<Data> {
  const { data, error, response } = await asked;
  if (response.ok) return data as Data;
  if (response.status === 401) reportSignedOut();
  throw new ApiProblem(problemOf(error, response));
}

export const whoAmI = async (): Promise<Me> => remember(await get("/api/v1/session", {}));

export const signIn = async (username: string, password: string): Promise<Me> => {
  if (!csrf) await whoAmI();
  const { data, error, response } = await http.POST("/api/v1/session", { body: { username, password } });
  // Here a 401 is about the password, not about a session that ended.
  if (!data) throw new ApiProblem(problemOf(error, response));
  return remember(data);
};

export const signOut = async (): Promise<void> => {
  await take(http.DELETE("/api/v1/session"));
};

const remember = (me: Me): Me => {
  csrf = me.csrf;
  return me;
};

/** Whatever came back, as a problem; a proxy's HTML page becomes its status line. */
function problemOf(body: unknown, { status, statusText }: Response): Problem {
  const plain = { type: "about:blank", title: statusText || `HTTP ${status}`, detail: "" };
  return { ...plain, ...(typeof body === "object" ? body : {}), status };
}
