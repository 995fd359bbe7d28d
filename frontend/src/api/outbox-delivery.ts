/** Sending what waits: one request at a time, again and again until the server has answered. */

import { BATCH, lineOf, nextBatch } from "./outbox-batch";
import type { Entry, Problem } from "./outbox-db";
import type { OutboxStatus, OutboxWorld, Outcome, Reply } from "./outbox-types";

/** What the delivery needs of the outbox. */
export interface Desk {
  /** Stored commands of whoever is signed in, in order. */
  ready(): readonly Entry[];
  /** Reads the database again: another tab may have sent or added. */
  reload(): Promise<void>;
  post(batch: readonly Entry[]): Promise<Reply>;
  /** False when the answer left commands out. */
  settle(batch: readonly Entry[], outcomes: readonly Outcome[]): Promise<boolean>;
  refuse(entry: Entry, problem: Problem): Promise<void>;
  mayGoOn(): boolean;
  isSignedOut(): boolean;
  setState(state: OutboxStatus["state"]): void;
}

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
/** Failures of one and the same request before others get their turn. */
const PATIENCE = 4;

export class Delivery {
  private readonly desk: Desk;
  private readonly world: Pick<OutboxWorld, "locks" | "sleep" | "random">;
  private running = false;
  private wakeUp: () => void = () => {};
  private limit = BATCH;
  private failures = 0;
  private readonly stalled = new Set<string>();

  constructor(desk: Desk, world: Pick<OutboxWorld, "locks" | "sleep" | "random">) {
    this.desk = desk;
    this.world = world;
  }

  /** Ends a pause, if there is one, and starts if there is something to send. */
  wake(): void {
    this.wakeUp();
    this.start();
  }

  start(): void {
    if (this.running || !this.desk.mayGoOn() || this.desk.ready().length === 0) return;
    this.running = true;
    void this.locked().then(
      () => this.ended(),
      // A page that is being put away gets no lock; it is asked for again when the page is back.
      () => {
        this.running = false;
      },
    );
  }

  private ended(): void {
    this.running = false;
    this.start();
  }

  /** One tab sends at a time. */
  private async locked(): Promise<void> {
    if (!this.world.locks) return this.drain();
    await this.world.locks.request("palimpsest-outbox", () => this.drain());
  }

  private async drain(): Promise<void> {
    await this.desk.reload();
    this.limit = BATCH;
    this.failures = 0;
    this.stalled.clear();
    while (this.desk.mayGoOn()) {
      const batch = nextBatch(this.desk.ready(), this.limit, this.stalled);
      if (batch.length > 0) await this.deliver(batch);
      else if (this.stalled.size > 0) await this.rest();
      else break;
    }
    if (this.desk.ready().length === 0 && !this.desk.isSignedOut()) this.desk.setState("saved");
  }

  private async deliver(batch: readonly Entry[]): Promise<void> {
    const reply = await this.desk.post(batch).catch((): null => null);
    switch (reply?.kind) {
      case undefined:
        return this.failed("offline");
      case "signin":
        return this.desk.setState("signin");
      case "busy":
        return this.busy(batch, reply.after);
      case "refused":
        return this.refused(batch, reply.problem);
      case "ok":
        return this.answered(batch, reply.outcomes);
    }
  }

  private async answered(batch: readonly Entry[], outcomes: readonly Outcome[]): Promise<void> {
    this.limit = BATCH;
    this.failures = 0;
    if (!this.desk.isSignedOut()) this.desk.setState("sending");
    // An answer that leaves commands out would otherwise be asked for again without end.
    if (!(await this.desk.settle(batch, outcomes))) await this.pause(FIRST_PAUSE);
  }

  private async failed(state: "offline" | "blocked" | "sending", atLeast = 0): Promise<void> {
    this.failures += 1;
    this.desk.setState(state);
    await this.pause(Math.max(atLeast, backoff(this.failures, this.world.random())));
  }

  /** One command may be what the server chokes on: send singly, then let other documents go first. */
  private async busy(batch: readonly Entry[], after = 0): Promise<void> {
    if (this.failures >= 1) this.limit = 1;
    if (batch.length > 1 || this.failures < PATIENCE)
      return this.failed(this.failures >= 2 ? "blocked" : "sending", after);
    this.stalled.add(lineOf(batch[0] as Entry));
    this.failures = 0;
    this.desk.setState("blocked");
  }

  private async rest(): Promise<void> {
    this.desk.setState("blocked");
    await this.pause(LONGEST_PAUSE);
    this.stalled.clear();
  }

  /** Which of several was meant shows when each goes alone. */
  private async refused(batch: readonly Entry[], problem: Problem): Promise<void> {
    if (batch.length > 1) this.limit = 1;
    else await this.desk.refuse(batch[0] as Entry, problem);
  }

  private pause(ms: number): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.wakeUp = resolve;
    });
    return Promise.race([this.world.sleep(ms), woken]).finally(() => {
      this.wakeUp = () => {};
    });
  }
}

/** 1, 2, 4 … 30 seconds, each shortened by chance so that a crowd does not return at once. */
const backoff = (failures: number, random: number): number =>
  Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - 1)) * (0.5 + random / 2);
