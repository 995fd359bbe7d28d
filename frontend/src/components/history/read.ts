/** The events of a document, read once and then only what came after. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { get } from "../../api/client";
import type { components } from "../../api/schema";
import type { Id } from "../../api/types";
import type { LogEvent } from "../../document/model";

const PAGE = 500;

type EventsPage = components["schemas"]["EventsOut"];

const readPage = (project: Id, document: Id, after: number, signal: AbortSignal | undefined): Promise<EventsPage> =>
  get("/api/v1/projects/{project}/documents/{document}/history", {
    params: { path: { project, document }, query: { after, limit: PAGE } },
    ...(signal ? { signal } : {}),
  });

/** All events after a position that one may see, in order. */
export const readHistory = async (
  project: Id,
  document: Id,
  after: number,
  signal?: AbortSignal,
): Promise<readonly LogEvent[]> => {
  const events: LogEvent[] = [];
  for (let from: number | null = after; from !== null; ) {
    const page: EventsPage = await readPage(project, document, from, signal);
    events.push(...(page.results as readonly LogEvent[]));
    from = page.next;
  }
  return events;
};

/** `position`: how far the page itself has come; a new one fetches what is new. */
export const useHistory = (project: Id, document: Id, position: number) => {
  const queries = useQueryClient();
  const queryKey = ["history", project, document] as const;
  const known = (): readonly LogEvent[] => queries.getQueryData<readonly LogEvent[]>(queryKey) ?? [];
  const found = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const old = known();
      const more = await readHistory(project, document, old[old.length - 1]?.position ?? 0, signal);
      return more.length > 0 || old.length === 0 ? [...old, ...more] : old;
    },
    gcTime: 60_000,
  });
  const { refetch } = found;
  const asked = useRef(position);
  useEffect(() => {
    if (position <= asked.current) return;
    asked.current = position;
    void refetch();
  }, [position, refetch]);
  return found;
};
