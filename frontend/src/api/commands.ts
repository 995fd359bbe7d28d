/** Changes outside a document's own set: one command or a few, sent at once and answered in words. */

import { ApiProblem, post, Unreachable } from "./client";
import type { components, operations } from "./schema";
import type { Id, Job, Policy } from "./types";

export interface ProjectCommand {
  readonly id: Id;
  readonly type: string;
  readonly document?: Id;
  /** Whose set, or the room about whose set, is meant; left out: one's own. */
  readonly author?: Id;
  readonly expected?: number;
  readonly data: object;
}

const TRIES = 3;

/**
 * Sends commands and returns the project's position after them. A lost answer is asked for again under the same ids,
 * which changes nothing twice.
 *
 * Throws ApiProblem for the first command that was refused or that clashed; those before it stand.
 */
export const sendCommands = async (project: Id, commands: readonly ProjectCommand[]): Promise<number> => {
  const answer = await patiently(() =>
    post("/api/v1/projects/{project}/commands", {
      params: { path: { project } },
      body: { commands } as unknown as components["schemas"]["CommandsIn"],
    }),
  );
  for (const { status, problem } of answer.outcomes)
    if (status === "refused" || status === "conflict")
      throw new ApiProblem({ type: "about:blank", title: status, status: 409, detail: "", ...problem });
  return answer.position;
};

type ImportQuery = NonNullable<operations["start_import"]["parameters"]["query"]>;

export interface Upload {
  readonly name: string;
  readonly body: BodyInit;
  /** Given for plain text only; empty: its first line. */
  readonly title?: string;
  /** Given for lists of addresses only: what becomes of a feed. */
  readonly feeds?: "entries" | "articles";
}

/** The file goes as it is; without a format the server tells it from the file's beginning and name. */
export const startImport = async (project: Id, upload: Upload, tryOnly = false): Promise<Job> => {
  const { name, body } = upload;
  const told = toldOf(upload);
  const query = { name, ...told, ...(tryOnly ? { dry_run: true } : {}) } as ImportQuery;
  const asked = post("/api/v1/projects/{project}/imports", {
    params: { path: { project }, query },
    body: body as never,
    bodySerializer: (raw) => raw as unknown as BodyInit,
    headers: { "Content-Type": "application/octet-stream" },
  });
  return (await asked) as Job;
};

const toldOf = ({ title, feeds }: Upload): { readonly format?: string; readonly options?: string } => {
  if (feeds !== undefined) return { format: "urls", options: JSON.stringify({ feeds }) };
  if (title !== undefined) return { format: "text", options: JSON.stringify(title === "" ? {} : { title }) };
  return {};
};

export interface Mapped {
  readonly format: string;
  /** The format's options, all of them. */
  readonly options: object;
  /** Only try once more. */
  readonly tryOnly: boolean;
}

/** Carries out an import that was only tried, with the file that it was tried with; `mapped` says what is new. */
export const carryOut = async (project: Id, rehearsal: Id, mapped?: Mapped): Promise<Job> => {
  const told = mapped && {
    format: mapped.format,
    options: JSON.stringify(mapped.options),
    ...(mapped.tryOnly ? { dry_run: true } : {}),
  };
  const asked = post("/api/v1/projects/{project}/imports", {
    params: { path: { project }, query: { of: rehearsal, ...told } as ImportQuery },
    body: "" as never,
    bodySerializer: (raw) => raw as unknown as BodyInit,
    headers: { "Content-Type": "application/octet-stream" },
  });
  return (await asked) as Job;
};

export interface ExportWish {
  readonly format: string;
  readonly source: "gold" | "sets";
  readonly at: number | null;
  readonly release?: string;
}

export const startExport = async (project: Id, wish: ExportWish): Promise<Job> => {
  const asked = post("/api/v1/projects/{project}/exports", {
    params: { path: { project } },
    body: { ...wish, options: {} },
  });
  return (await asked) as Job;
};

/** What another policy would change: at once, or the job that finds out. */
export const tryPolicy = (project: Id, policy: Policy) =>
  post("/api/v1/projects/{project}/what-if", { params: { path: { project } }, body: { policy } });

async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Unreachable) || n >= TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 400 * n));
    }
  }
}
