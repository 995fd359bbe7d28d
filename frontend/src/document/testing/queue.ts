/** An outbox in memory that sends when it is told to, for tests of what stands above it. */

import type { Entry, NewEntry, OutboxChange, Outcome, SentCommand } from "../../api/outbox";
import { createVersions } from "../../api/versions";
import type { Id } from "../model";
import type { CommandQueue } from "../store";

export interface FakeQueue extends CommandQueue {
  /** Commands that wait, in order. */
  readonly waiting: readonly Entry[];
  /** Takes the first waiting ones off and gives them to be sent. */
  take(count: number): readonly SentCommand[];
  /** Tells the outcome of taken ones, perhaps long after the server has decided. */
  settle(outcomes: readonly Outcome[]): void;
}

export const createQueue = (account: Id): FakeQueue => {
  const rows = new Map<Id, Entry>();
  const taken = new Set<Id>();
  const listeners = new Set<(change: OutboxChange) => void>();
  const versions = createVersions();
  let seq = 0;
  const tell = (change: OutboxChange): void => {
    for (const listener of [...listeners]) listener(change);
  };
  const entryOf = ({ command, project, stream, base, touches = [] }: NewEntry): Entry => {
    seq += 1;
    const document = command.document ?? null;
    const asked = base === null ? null : versions.advance(stream, base);
    return {
      ...{ id: command.id, seq, format: 1, account, project, document, stream, touches, command, base: asked },
      ...{ state: "queued", made_at: 0, problem: null, since: [], tries: 0 },
    };
  };
  const waiting = (): readonly Entry[] =>
    [...rows.values()].filter((row) => row.state === "queued" && !taken.has(row.id));

  return {
    get waiting() {
      return waiting();
    },
    add: async (wanted) => {
      const entries = wanted.map(entryOf);
      for (const entry of entries) rows.set(entry.id, entry);
      tell({ kind: "queued", entries });
    },
    entries: (document) => [...rows.values()].filter((row) => document === undefined || row.document === document),
    discard: async (id) => {
      const entry = rows.get(id);
      rows.delete(id);
      if (entry) tell({ kind: "discarded", entry });
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    take: (count) => {
      const batch = waiting().slice(0, count);
      for (const { id } of batch) taken.add(id);
      return batch.map(({ command, base }) => (base === null ? command : { ...command, expected: base }));
    },
    settle: (outcomes) => {
      for (const outcome of outcomes) {
        const entry = rows.get(outcome.id);
        if (!entry) continue;
        const { status, first, last, version, problem, since } = outcome;
        if (status === "accepted" || status === "duplicate") {
          const events = first === null || last === null ? 0 : Math.max(0, last - first + 1);
          rows.delete(entry.id);
          versions.record(entry.stream, (version ?? 0) - events, version ?? 0);
          for (const other of waiting())
            if (other.base !== null) rows.set(other.id, { ...other, base: versions.advance(other.stream, other.base) });
          tell({ kind: "settled", entry, last: events > 0 ? last : null, version, events });
        } else {
          const card: Entry = { ...entry, state: status, problem, since };
          rows.set(entry.id, card);
          tell({ kind: "rejected", entry: card });
        }
      }
    },
  };
};
