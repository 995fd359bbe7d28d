/** Puts the curation screen together: what is open, what is said about it, and the commands on their way. */

import { plural, t } from "@lingui/core/macro";
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { ApiProblem } from "../../api/client";
import { type ProjectCommand, sendCommands } from "../../api/commands";
import { authorsQuery, curationQuery, projectQuery, registerQuery, schemaQuery } from "../../api/queries";
import type { Curation, Id, Reason } from "../../api/types";
import { newId } from "../../document/ids";
import type { DocumentView } from "../../document/model";
import { indexText } from "../../document/offsets";
import type { TextViewApi } from "../../document/view";
import { useSay } from "../announcer";
import type { Bench, Show } from "./bench";
import { acceptAllAgreed, answersOf, decide, nextOpen, questionsOf, type Wanted, withdraw } from "./judge";

const ROUTE = "/inside/p/$project/d/$document/curate";
const MOST = 500;

export interface BenchState {
  readonly bench: Bench;
  readonly error: unknown;
  readonly retry: (() => void) | null;
}

export const useBenchState = (projectId: Id, view: DocumentView, curation: Curation): BenchState => {
  const document = view.document.id;
  const project = useSuspenseQuery(projectQuery(projectId)).data;
  const schema = useSuspenseQuery(schemaQuery(projectId)).data;
  const search = useSearch({ from: ROUTE });
  const navigate = useNavigate({ from: "/p/$project/d/$document/curate" });
  const say = useSay();
  const pane = useRef<TextViewApi | null>(null);
  const index = useMemo(() => indexText(view.text), [view.text]);
  const questions = useMemo(() => questionsOf(curation), [curation]);
  // Whoever comes without a question in the address is given the first open one, and it is there from the first frame.
  const [first, setFirst] = useState(() => (search.item ? undefined : nextOpen(questions, undefined, 1)?.key));
  const wanted = search.item ?? first;
  const current = questions.find(({ key }) => key === wanted) ?? null;
  const about = useAbout(current?.key ?? null);
  const said = useMemo(() => new Map(view.sets.flatMap((set) => set.annotations.map((row) => [row.id, row]))), [view]);
  const [goldShown, showGold] = useState<Id | null>(null);
  const names = useNames(projectId, curation);
  const send = useSend(projectId, document);

  const open = (key: string | null) => {
    setFirst(undefined);
    return navigate({ search: (old) => ({ ...old, item: key ?? undefined }), replace: true, resetScroll: false });
  };
  useEffect(() => {
    if (first) open(first);
  });
  const setShow = (show: Show) =>
    navigate({
      search: (old) => ({ ...old, show: show === "open" ? undefined : show }),
      replace: true,
      resetScroll: false,
    });

  const bench: Bench = {
    project,
    document,
    schema,
    index,
    curation,
    questions,
    show: search.show === "all" || search.show === "gold" ? search.show : "open",
    setShow,
    current,
    answers: current?.kind === "label" ? answersOf(current.item, (id) => said.get(id)) : [],
    open,
    ...about,
    judge: (question, judgement) => {
      // What was decided meanwhile by somebody else is shown where it is.
      send.mutate([decide(document, question, judgement)], {
        onError: (error) => error instanceof ApiProblem && open(question.key),
      });
      const next = judgement.verdict === "split" ? null : nextOpen(questions, question.key, 1, question.key);
      if (judgement.verdict === "split") say(t`Split into questions of their own`);
      else say(next ? t`Decided` : t`Decided; nothing is open any more`);
      if (next) open(next.key);
      else about.setDraft(null);
    },
    withdraw: (decision) => {
      send.mutate([withdraw(document, decision)]);
      say(t`Withdrawn`);
    },
    acceptAgreed: () => {
      const commands = acceptAllAgreed(document, questions);
      for (let at = 0; at < commands.length; at += MOST) send.mutate(commands.slice(at, at + MOST));
      say(plural(commands.length, { one: "# accepted", other: "# accepted" }));
    },
    finish: (finished) =>
      send.mutate([{ id: newId(), type: finished ? "finish_curation" : "reopen_curation", document, data: {} }]),
    busy: send.isPending,
    nameOf: (author) => (author === null ? t`Shared set` : (names.authors.get(author) ?? t`somebody`)),
    entities: names.entities,
    goldShown,
    showGold,
    view: pane,
    say,
  };
  const { variables } = send;
  return { bench, error: send.error, retry: variables ? () => send.mutate(variables) : null };
};

/** What is said about one item is forgotten with the next. */
const useAbout = (item: string | null) => {
  const fresh = { item, choice: 0, reason: null as Reason | null, note: "", draft: null as Wanted | null };
  const [kept, keep] = useState(fresh);
  const now = kept.item === item ? kept : fresh;
  return {
    choice: now.choice,
    setChoice: (choice: number) => keep({ ...now, choice }),
    reason: now.reason,
    setReason: (reason: Reason | null) => keep({ ...now, reason }),
    note: now.note,
    setNote: (note: string) => keep({ ...now, note }),
    draft: now.draft,
    setDraft: (draft: Wanted | null) => keep({ ...now, draft }),
  };
};

/** Ids are made once, so that sending again after a failure decides nothing twice. */
const useSend = (project: Id, document: Id) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (commands: readonly ProjectCommand[]) => sendCommands(project, commands),
    scope: { id: `curation/${document}` },
    onSettled: () => queries.invalidateQueries(curationQuery(project, document)),
  });
};

const useNames = (project: Id, curation: Curation) => {
  const authors = useQuery(authorsQuery(project)).data;
  const entities = useQuery(registerQuery(project)).data?.entities;
  return {
    authors: useMemo(() => {
      const voters = curation.voters.map(({ author, name }) => [author ?? "", name] as const);
      return new Map<string, string>([...(authors ?? []).map(({ id, name }) => [id, name] as const), ...voters]);
    }, [authors, curation.voters]),
    entities: useMemo(() => new Map(entities?.map((one) => [one.id, one])), [entities]),
  };
};
