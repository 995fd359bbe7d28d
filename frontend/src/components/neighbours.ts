/** Which document comes before and after, in the order and under the filter of the list one came from. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type DocumentFilter, documentsQuery } from "../api/queries";
import type { BoardRow, Id } from "../api/types";

const keyOf = (project: Id): string => `palimpsest.filter.${project}`;

/** Remembers the list's filter for this tab. */
export const keepFilter = (project: Id, filter: DocumentFilter): void =>
  sessionStorage.setItem(keyOf(project), JSON.stringify(filter));

const keptFilter = (project: Id): DocumentFilter => {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(project)) ?? "{}") as DocumentFilter;
  } catch {
    return {};
  }
};

export interface Neighbours {
  readonly previous: BoardRow | null;
  readonly next: BoardRow | null;
  /** The next one that this person has not finished. */
  readonly unfinished: BoardRow | null;
  /** From 1; 0 when the document is not in the list. */
  readonly place: number;
  readonly total: number;
  /** Whether there may be more than `total`. */
  readonly more: boolean;
}

export const neighboursOf = (rows: readonly BoardRow[], document: Id, more: boolean): Neighbours => {
  const at = rows.findIndex((row) => row.document === document);
  const open = (row: BoardRow): boolean => row.document !== document && row.my_status !== "finished" && !row.archived;
  return {
    previous: at > 0 ? (rows[at - 1] ?? null) : null,
    next: at >= 0 ? (rows[at + 1] ?? null) : (rows[0] ?? null),
    unfinished: rows.slice(at + 1).find(open) ?? rows.slice(0, Math.max(at, 0)).find(open) ?? null,
    place: at + 1,
    total: rows.length,
    more,
  };
};

const LIMIT = 200;
// A document that is not in the list is not looked for without end.
const MOST = 2_000;

export const useNeighbours = (project: Id, document: Id): Neighbours => {
  // Held while the tab walks from document to document: finishing one must not reorder the rest.
  const [filter] = useState(() => keptFilter(project));
  const list = useInfiniteQuery({ ...documentsQuery(project, filter, LIMIT), refetchInterval: 60_000 });
  const rows = list.data?.pages.flatMap((page) => page.results) ?? [];
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const at = rows.findIndex((row) => row.document === document);
  const near = at < 0 ? rows.length < MOST : at >= rows.length - 2;
  useEffect(() => {
    if (near && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [near, hasNextPage, isFetchingNextPage, fetchNextPage]);
  return neighboursOf(rows, document, hasNextPage);
};
