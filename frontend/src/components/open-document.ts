/** Opens a document: reads it, follows its feed, and keeps undo's memory, until the page is left. */

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import { get, reportSignedOut } from "../api/client";
import { createFeed, type FeedStatus, type Presence } from "../api/feed";
import type { Id } from "../api/types";
import type { DocumentView, LogEvent, Reader } from "../document/model";
import { createDocumentStore, type DocumentStore, type Snapshot } from "../document/store";
import { readHistory } from "./history/read";
import { theOutbox } from "./outbox";
import { lookForNotices } from "./use-asides";

export interface OpenDocument {
  readonly store: DocumentStore;
  /** Resolves when undo knows what was done before this visit, as far as it can be known. */
  readonly seeded: Promise<void>;
  readonly feed: FeedStatus;
  readonly here: Presence | null;
  /** Not allowed any more: 403 or 404. */
  readonly denied: boolean;
}

export type Opening =
  | { readonly state: "waiting" }
  | { readonly state: "failed"; readonly error: unknown; readonly retry: () => void }
  | ({ readonly state: "open" } & OpenDocument);

/** What was read, as the screen works with it: a text that was erased is empty here. */
export const opened = (view: { readonly text: string | null }): DocumentView =>
  ({ ...view, text: view.text ?? "" }) as DocumentView;

export const readDocument = async (
  project: Id,
  document: Id,
  query: { readonly at?: number; readonly at_least?: number } = {},
): Promise<DocumentView> => {
  const params = { path: { project, document }, query };
  return opened(await get("/api/v1/projects/{project}/documents/{document}", { params }));
};

export const useOpenDocument = (project: Id, document: Id, me: Reader): Opening => {
  const queries = useQueryClient();
  const [opening, setOpening] = useState<Opening>({ state: "waiting" });
  // Counts up to open the document anew: after a failure, or when the server was restored from a backup.
  const [turn, setTurn] = useState(0);
  const { account, shared } = me;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new turn is the wish to open it again
  useEffect(() => {
    const leaving = new AbortController();
    const again = (): void => setTurn((n) => n + 1);
    setOpening((old) => (old.state === "failed" ? old : { state: "waiting" }));
    const open = async (): Promise<void> => {
      await theOutbox().ready;
      const view = await readDocument(project, document);
      if (leaving.signal.aborted) return;
      const store = createDocumentStore({
        project,
        view,
        me: { account, shared },
        outbox: theOutbox(),
        refetch: (position) => readDocument(project, document, { at_least: position }),
      });
      const tell = (change: Partial<OpenDocument>): void =>
        setOpening((old) => (old.state === "open" && old.store === store ? { ...old, ...change } : old));
      // Undo reaches back before this visit; the page does not wait for that.
      const seeded = readHistory(project, document, 0, leaving.signal).then(
        (history) => store.seed(history.filter((event) => event.position <= view.position)),
        () => {},
      );
      setOpening({ state: "open", store, seeded, feed: "offline", here: null, denied: false });
      const feed = createFeed({
        project,
        document,
        after: view.position,
        epoch: view.epoch,
        onEvents: (events) => {
          store.receive(events);
          outdate(queries, project, document, events);
          // What was erased must not stay on the screen either.
          if (events.some(({ type }) => type === "content_erased")) again();
        },
        onStatus: (status) => tell({ feed: status }),
        onHere: (here) => tell({ here }),
        onNotice: () => lookForNotices(queries),
        onReload: again,
        onDenied: (status) => (status === 401 ? reportSignedOut() : tell({ denied: true })),
      });
      leaving.signal.addEventListener("abort", () => {
        feed.close();
        store.close();
      });
    };
    open().catch((error: unknown) => {
      if (!leaving.signal.aborted) setOpening({ state: "failed", error, retry: again });
    });
    return () => leaving.abort();
  }, [project, document, account, shared, queries, turn]);

  return opening;
};

/** Events tell which of the other readings are old. */
const outdate = (
  queries: ReturnType<typeof useQueryClient>,
  project: Id,
  document: Id,
  events: readonly LogEvent[],
): void => {
  const kinds = new Set(events.map((event) => event.stream.kind));
  if (kinds.has("register")) void queries.invalidateQueries({ queryKey: ["register", project] });
  if (kinds.has("label_schema")) void queries.invalidateQueries({ queryKey: ["schema", project] });
  if (kinds.has("project")) void queries.invalidateQueries({ queryKey: ["project", project] });
  if (kinds.has("thread") || kinds.has("curation_thread"))
    void queries.invalidateQueries({ queryKey: ["threads", project, document] });
  if (kinds.has("curation") || kinds.has("annotation_set"))
    for (const key of ["curation", "gold"]) void queries.invalidateQueries({ queryKey: [key, project, document] });
};

export const useSnapshot = (store: DocumentStore): Snapshot =>
  useSyncExternalStore(
    (listener) => store.subscribe(listener),
    () => store.getSnapshot(),
  );
