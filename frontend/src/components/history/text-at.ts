import { useQuery } from "@tanstack/react-query";
import type { Id } from "../../api/types";
import type { DocumentView, LogEvent } from "../../document/model";
import { readDocument } from "../open-document";

interface TextAt {
  /** Null before there was one, or while an earlier one is being read. */
  readonly value: string | null;
  readonly version: number;
}

/** Which version of the text there was after n events; 0 before the first. */
export const textVersionAt = (events: readonly LogEvent[], n: number): number => {
  const added = events.slice(0, n).findLast((event) => event.type === "text_added");
  return added ? Number(added.data.text_version) : 0;
};

/** The text as it was after n events; only a text that was replaced has to be fetched. */
export const useTextAt = (project: Id, view: DocumentView, events: readonly LogEvent[], n: number): TextAt => {
  const added = events.slice(0, n).findLast((event) => event.type === "text_added");
  const version = added ? Number(added.data.text_version) : 0;
  const current = version === view.document.text_version;
  const document = view.document.id;
  const past = useQuery({
    queryKey: ["text", project, document, version],
    queryFn: () => readDocument(project, document, { at: added?.position ?? 0 }),
    enabled: version > 0 && !current,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return { value: current ? view.text : (past.data?.text ?? null), version };
};
