/** Which commands go together in one request, and how they are written. Pure. */

import type { Id } from "../document/model";
import type { Entry } from "./outbox-db";
import type { Outcome, SentCommand } from "./outbox-types";

export const BATCH = 50;
const KEEPALIVE_BYTES = 60_000;

/** Sorts behind everything that is stored. */
export const NOT_STORED = Number.MAX_SAFE_INTEGER;
export const isStored = (entry: Entry): boolean => entry.seq !== NOT_STORED;

/** What waits in one line: a document's commands, or a project's. */
export const lineOf = (entry: Entry): string => entry.document ?? entry.project;

/** The next request: commands of one project, those of stalled lines left out. */
export const nextBatch = (
  pending: readonly Entry[],
  limit: number,
  stalled: ReadonlySet<string> = new Set(),
): readonly Entry[] => {
  const waiting = pending.filter((entry) => !stalled.has(lineOf(entry)));
  return independent(waiting.filter((entry) => entry.project === waiting[0]?.project)).slice(0, limit);
};

/**
 * Those that may go in one request: in each stream up to the first that touches what one before it touches. So each is
 * sent with a base that holds all that its author did to the thing before, and what got lost on the way can be asked
 * for again in any company.
 */
const independent = (waiting: readonly Entry[]): readonly Entry[] => {
  const touched = new Map<string, Set<Id> | "all">();
  const blocked = new Set<string>();
  return waiting.filter(({ stream, touches }) => {
    const before = touched.get(stream);
    const meets = before === "all" || (before && (touches.length === 0 || touches.some((id) => before.has(id))));
    if (blocked.has(stream) || meets) {
      blocked.add(stream);
      return false;
    }
    touched.set(stream, touches.length === 0 ? "all" : new Set([...(before ?? []), ...touches]));
    return true;
  });
};

/** Browsers refuse larger bodies with keepalive. */
export const fitting = (batch: readonly Entry[]): readonly Entry[] => {
  let size = 0;
  const over = batch.findIndex((entry) => {
    size += JSON.stringify(entry.command).length * 3;
    return size > KEEPALIVE_BYTES;
  });
  return over < 0 ? batch : batch.slice(0, over);
};

/** Ids are made here and used once: one that the server knows with another `expected` is a command already done. */
export const isReused = ({ status, problem }: Outcome): boolean =>
  status === "refused" && (problem?.type.endsWith("command-id-reused") ?? false);

export const wire = ({ command, base }: Entry): SentCommand =>
  base === null ? command : { ...command, expected: base };
