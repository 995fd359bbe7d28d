/** What every part of the curation screen works with. */

import { createContext, type RefObject, useContext } from "react";
import type { Candidate, Curation, Entity, Id, Project, Reason, Schema } from "../../api/types";
import type { TextIndex } from "../../document/offsets";
import type { TextViewApi } from "../../document/view";
import type { Judgement, Question, Wanted } from "./judge";

export type Show = "open" | "all" | "gold";

export interface Bench {
  readonly project: Project;
  readonly document: Id;
  readonly schema: Schema;
  readonly index: TextIndex;
  readonly curation: Curation;
  readonly questions: readonly Question[];
  readonly show: Show;
  readonly setShow: (show: Show) => void;
  readonly current: Question | null;
  readonly open: (key: string | null) => void;
  /** What can be accepted of the current question; empty for links. */
  readonly answers: readonly Candidate[];
  /** Which answer keys speak of. */
  readonly choice: number;
  readonly setChoice: (choice: number) => void;
  readonly reason: Reason | null;
  readonly setReason: (reason: Reason | null) => void;
  readonly note: string;
  readonly setNote: (note: string) => void;
  /** What is being put in place of the candidates; null when nothing is edited. */
  readonly draft: Wanted | null;
  readonly setDraft: (draft: Wanted | null) => void;
  readonly judge: (question: Question, judgement: Judgement) => void;
  readonly withdraw: (decision: Id) => void;
  readonly acceptAgreed: () => void;
  readonly finish: (finished: boolean) => void;
  /** Whether something is on its way to the server. */
  readonly busy: boolean;
  readonly nameOf: (author: Id | null) => string;
  readonly entities: ReadonlyMap<Id, Entity>;
  /** The id of the gold label or link whose certificate is open. */
  readonly goldShown: Id | null;
  readonly showGold: (gold: Id | null) => void;
  readonly view: RefObject<TextViewApi | null>;
  readonly say: (text: string) => void;
}

export const BenchContext = createContext<Bench | null>(null);

export const useBench = (): Bench => useContext(BenchContext) as Bench;
