/** What a feed says beside the log: who is here, and that a comment concerns one. */

import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { createFeed, type Presence } from "../api/feed";
import { projectQuery } from "../api/queries";
import type { Id } from "../api/types";

const LATER = [0, 1_500, 5_000];

/** Whom a comment concerns is folded by a worker: looked at now, and again a little later. */
export const lookForNotices = (queries: QueryClient): void => {
  for (const delay of LATER) setTimeout(() => void queries.invalidateQueries({ queryKey: ["notices"] }), delay);
};

/** On pages of a project that are not about one document: a feed without events. */
export const useProjectPresence = (project: Id): Presence | null => {
  const queries = useQueryClient();
  const [here, setHere] = useState<Presence | null>(null);
  useEffect(() => {
    let close = (): void => {};
    let gone = false;
    const open = async (): Promise<void> => {
      const { position, epoch } = await queries.ensureQueryData(projectQuery(project));
      if (gone) return;
      const feed = createFeed({
        project,
        document: null,
        after: position,
        epoch,
        onEvents: () => {},
        onStatus: () => {},
        onReload: () => void queries.invalidateQueries(),
        onDenied: () => {},
        onHere: setHere,
        onNotice: () => lookForNotices(queries),
      });
      close = () => feed.close();
    };
    open().catch(() => {});
    return () => {
      gone = true;
      close();
    };
  }, [project, queries]);
  return here;
};
