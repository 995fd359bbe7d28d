/** Where unsent commands wait: IndexedDB, or memory when the browser gives none. */

import type { DBSchema, IDBPDatabase } from "idb";
import { openDB } from "idb";
import type { Id, LogEvent } from "../document/model";

/** A command of any kind as POST /commands takes it, without `expected`. */
export interface WireCommand {
  readonly id: Id;
  readonly type: string;
  readonly document?: Id;
  readonly author?: Id;
  readonly data: object;
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly pointer?: string;
}

/** `queued` waits for its turn; the others were answered with a no, and wait for a person. */
export type EntryState = "queued" | "conflict" | "refused";

export interface Entry {
  readonly id: Id;
  /** Order of sending. */
  readonly seq: number;
  readonly format: typeof FORMAT;
  readonly account: Id;
  readonly project: Id;
  readonly document: Id | null;
  /** What the command writes to, e.g. "set/<document>": bases count this stream's versions. */
  readonly stream: string;
  /** Entities that the command changes or relies on; none: all of the stream. */
  readonly touches: readonly Id[];
  readonly command: WireCommand;
  /** Version of the stream that the person had seen; null when any will do. */
  readonly base: number | null;
  readonly state: EntryState;
  readonly made_at: number;
  readonly problem: Problem | null;
  /** The events that clash, in a conflict. */
  readonly since: readonly LogEvent[];
  readonly tries: number;
}

export const FORMAT = 1;

export interface OutboxDb {
  readonly durable: boolean;
  all(): Promise<Entry[]>;
  /** Stores entries in order and gives them their `seq`; resolves when they are on the disk. */
  add(entries: readonly Entry[]): Promise<Entry[]>;
  /** One transaction. */
  change(removed: readonly Entry[], updated: readonly Entry[]): Promise<void>;
  close(): void;
}

interface Schema extends DBSchema {
  entries: { key: number; value: Entry };
}

const STRICT: IDBTransactionOptions = { durability: "strict" };

/** Falls back to memory: `durable` says which it became. */
export const openOutboxDb = async (name = "palimpsest-outbox"): Promise<OutboxDb> => {
  try {
    return overIndexedDb(await openDB<Schema>(name, 1, { upgrade: createStores }));
  } catch {
    // Private windows of some browsers, and full disks, refuse to open a database.
    return memoryDb();
  }
};

export const memoryDb = (): OutboxDb => {
  const rows = new Map<number, Entry>();
  let last = 0;
  return {
    durable: false,
    all: async () => [...rows.values()],
    add: async (entries) => {
      const numbered = entries.map((entry) => ({ ...entry, seq: ++last }));
      for (const entry of numbered) rows.set(entry.seq, entry);
      return numbered;
    },
    change: async (removed, updated) => {
      for (const entry of removed) rows.delete(entry.seq);
      for (const entry of updated) rows.set(entry.seq, entry);
    },
    close: () => {},
  };
};

const createStores = (db: IDBPDatabase<Schema>): void => {
  db.createObjectStore("entries", { keyPath: "seq", autoIncrement: true });
};

const overIndexedDb = (db: IDBPDatabase<Schema>): OutboxDb => ({
  durable: true,
  all: async () => (await db.getAll("entries")).map(migrate),
  add: async (entries) => {
    const tx = db.transaction("entries", "readwrite", STRICT);
    const keys = await Promise.all(entries.map(({ seq: _, ...row }) => tx.store.add(row as Entry)));
    await tx.done;
    return entries.map((entry, k) => ({ ...entry, seq: keys[k] as number }));
  },
  change: async (removed, updated) => {
    const tx = db.transaction("entries", "readwrite", STRICT);
    for (const entry of removed) void tx.store.delete(entry.seq);
    for (const entry of updated) void tx.store.put(entry);
    await tx.done;
  },
  close: () => db.close(),
});

/** Older shapes are brought up to date here; nothing unsent is ever thrown away for its age. */
const migrate = (row: Entry): Entry => ({ ...row, touches: row.touches ?? [], format: FORMAT });
