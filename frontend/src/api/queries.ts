/** What pages read, each under one key, so that a change can name what it makes old. */

import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ask, whoAmI } from "./client";
import type {
  Author,
  BoardRow,
  Curation,
  Id,
  Job,
  Member,
  Page,
  Project,
  ProjectRow,
  Ready,
  Register,
  Schema,
} from "./types";

export interface DocumentFilter {
  readonly q?: string | undefined;
  readonly status?: string | undefined;
  readonly language?: string | undefined;
}

export const meQuery = queryOptions({ queryKey: ["me"], queryFn: whoAmI, staleTime: Number.POSITIVE_INFINITY });

export const projectsQuery = queryOptions({
  queryKey: ["projects"],
  queryFn: ({ signal }) => ask<Page<ProjectRow>>("/projects", { signal }),
});

export const projectQuery = (project: Id) =>
  queryOptions({
    queryKey: ["project", project],
    queryFn: ({ signal }) => ask<Project>(`/projects/${project}`, { signal }),
    staleTime: 60_000,
  });

export const schemaQuery = (project: Id) =>
  queryOptions({
    queryKey: ["schema", project],
    queryFn: ({ signal }) => ask<Schema>(`/projects/${project}/schema`, { signal }),
    staleTime: 60_000,
  });

export const membersQuery = (project: Id) =>
  queryOptions({
    queryKey: ["members", project],
    queryFn: ({ signal }) => ask<readonly Member[]>(`/projects/${project}/members`, { signal }),
  });

export const authorsQuery = (project: Id) =>
  queryOptions({
    queryKey: ["authors", project],
    queryFn: ({ signal }) => ask<readonly Author[]>(`/projects/${project}/authors`, { signal }),
    staleTime: 60_000,
  });

const PAGE = 50;

export const documentsQuery = (project: Id, filter: DocumentFilter, limit = PAGE) =>
  infiniteQueryOptions({
    queryKey: ["documents", project, filter, limit],
    queryFn: ({ signal, pageParam }) =>
      ask<Page<BoardRow>>(`/projects/${project}/documents`, { signal, query: { ...filter, cursor: pageParam, limit } }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });

export const registerQuery = (project: Id, type = "", q = "") =>
  queryOptions({
    queryKey: ["register", project, type, q],
    queryFn: ({ signal }) => ask<Register>(`/projects/${project}/register`, { signal, query: { type, q } }),
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });

export const curationQuery = (project: Id, document: Id) =>
  queryOptions({
    queryKey: ["curation", project, document],
    queryFn: ({ signal }) => ask<Curation>(`/projects/${project}/documents/${document}/curation`, { signal }),
  });

const running = (jobs: readonly Job[] = []): boolean =>
  jobs.some((job) => job.state === "waiting" || job.state === "running");

export const jobsQuery = (project: Id) =>
  queryOptions({
    queryKey: ["jobs", project],
    queryFn: ({ signal }) => ask<readonly Job[]>(`/projects/${project}/jobs`, { signal }),
    refetchInterval: (query) => (running(query.state.data) ? 1_000 : 15_000),
  });

export const readyQuery = queryOptions({
  queryKey: ["ready"],
  queryFn: ({ signal }) => readiness(signal),
  refetchInterval: 5_000,
});

/** A service that is not ready says so with 503 and the same body. */
async function readiness(signal: AbortSignal): Promise<Ready> {
  const response = await fetch("/readyz", { signal, headers: { Accept: "application/json" } });
  return (await response.json()) as Ready;
}
