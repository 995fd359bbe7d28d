/** Changes outside a document's own set: one command or a few, sent at once and answered in words. */

import { ApiProblem, ask, Unreachable } from "./client";
import type { CommandAnswer, Id, Job } from "./types";

export interface ProjectCommand {
  readonly id: Id;
  readonly type: string;
  readonly document?: Id;
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
    ask<CommandAnswer>(`/projects/${project}/commands`, { method: "POST", json: { commands } }),
  );
  for (const { status, problem } of answer.outcomes)
    if (status === "refused" || status === "conflict")
      throw new ApiProblem(problem ?? { type: "about:blank", title: status, status: 409 });
  return answer.position;
};

export const startImport = (project: Id, format: "text" | "jsonl", name: string, body: BodyInit): Promise<Job> =>
  ask<Job>(`/projects/${project}/imports`, { method: "POST", query: { format, name }, body });

export interface ExportWish {
  readonly format: string;
  readonly source: "gold" | "sets";
  readonly at?: number;
}

export const startExport = (project: Id, wish: ExportWish): Promise<Job> =>
  ask<Job>(`/projects/${project}/exports`, { method: "POST", json: wish });

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
