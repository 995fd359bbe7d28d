/** What pages read, each under one key, so that a change can name what it makes old. */

import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { get, whoAmI } from "./client";
import type { operations } from "./schema";
import type { Id, Job, Ready, Schema } from "./types";

export interface DocumentFilter {
  readonly q?: string | undefined;
  readonly status?: string | undefined;
  readonly language?: string | undefined;
  readonly copied?: true | undefined;
  readonly copies_of?: string | undefined;
}

export const meQuery = queryOptions({ queryKey: ["me"], queryFn: whoAmI, staleTime: Number.POSITIVE_INFINITY });

export const projectsQuery = queryOptions({
  queryKey: ["projects"],
  queryFn: ({ signal }) => get("/api/v1/projects", { signal }),
});

export const projectQuery = (project: Id) =>
  queryOptions({
    queryKey: ["project", project],
    queryFn: ({ signal }) => get("/api/v1/projects/{project}", { params: { path: { project } }, signal }),
    staleTime: 60_000,
  });

export const schemaQuery = (project: Id) =>
  queryOptions({
    queryKey: ["schema", project],
    queryFn: async ({ signal }) => {
      const path = { project };
      return (await get("/api/v1/projects/{project}/schema", { params: { path }, signal })) as Schema;
    },
    staleTime: 60_000,
  });

export const membersQuery = (project: Id) =>
  queryOptions({
    queryKey: ["members", project],
    queryFn: ({ signal }) => get("/api/v1/projects/{project}/members", { params: { path: { project } }, signal }),
  });

export const authorsQuery = (project: Id) =>
  queryOptions({
    queryKey: ["authors", project],
    queryFn: ({ signal }) => get("/api/v1/projects/{project}/authors", { params: { path: { project } }, signal }),
    staleTime: 60_000,
  });

/** The guideline as it stands, or one version of it, with what changed since this person read it. */
export const guidelineQuery = (project: Id, version?: number) =>
  queryOptions({
    queryKey: ["guideline", project, version ?? "now"],
    queryFn: ({ signal }) =>
      get("/api/v1/projects/{project}/guideline", {
        params: { path: { project }, query: version === undefined ? {} : { version } },
        signal,
      }),
    staleTime: 20_000,
    refetchInterval: 60_000,
  });

export const guidelineVersionsQuery = (project: Id) =>
  queryOptions({
    queryKey: ["guideline-versions", project],
    queryFn: ({ signal }) =>
      get("/api/v1/projects/{project}/guideline/versions", { params: { path: { project } }, signal }),
  });

export const threadsQuery = (project: Id, document: Id) =>
  queryOptions({
    queryKey: ["threads", project, document],
    queryFn: ({ signal }) =>
      get("/api/v1/projects/{project}/documents/{document}/threads", {
        params: { path: { project, document } },
        signal,
      }),
    staleTime: 10_000,
  });

/** Comments that concern one, over all projects. */
export const noticesQuery = queryOptions({
  queryKey: ["notices"],
  queryFn: ({ signal }) => get("/api/v1/notices", { signal }),
  staleTime: 5_000,
  refetchInterval: 30_000,
});

/** What waits for the caller, and what they did of late. */
export const workQuery = (project: Id) =>
  queryOptions({
    queryKey: ["work", project],
    queryFn: ({ signal }) => get("/api/v1/projects/{project}/work", { params: { path: { project } }, signal }),
    refetchInterval: 30_000,
  });

/** Who works on what, and how fast. */
export const assignmentQuery = (project: Id) =>
  queryOptions({
    queryKey: ["assignment", project],
    queryFn: ({ signal }) => get("/api/v1/projects/{project}/assignment", { params: { path: { project } }, signal }),
    refetchInterval: 15_000,
  });

const PAGE = 50;
type DocumentsQuery = NonNullable<operations["list_documents"]["parameters"]["query"]>;

export const documentsQuery = (project: Id, filter: DocumentFilter, limit = PAGE) =>
  infiniteQueryOptions({
    queryKey: ["documents", project, filter, limit],
    queryFn: ({ signal, pageParam }) =>
      get("/api/v1/projects/{project}/documents", {
        params: { path: { project }, query: { ...filter, cursor: pageParam, limit } as DocumentsQuery },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });

export const orphansQuery = (project: Id) =>
  queryOptions({
    queryKey: ["orphans", project],
    queryFn: ({ signal }) => get("/api/v1/projects/{project}/orphans", { params: { path: { project } }, signal }),
  });

export const registerQuery = (project: Id, type = "", q = "") =>
  queryOptions({
    queryKey: ["register", project, type, q],
    queryFn: ({ signal }) =>
      get("/api/v1/projects/{project}/register", { params: { path: { project }, query: { type, q } }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });

/** Places of the world whose name begins so; asked again while they are being copied. */
export const gazetteerQuery = (project: Id, q: string) =>
  queryOptions({
    queryKey: ["gazetteer", project, q],
    queryFn: ({ signal }) =>
      get("/api/v1/projects/{project}/gazetteer", { params: { path: { project }, query: { q, limit: 8 } }, signal }),
    enabled: q.trim().length > 1,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    refetchInterval: ({ state }) => (state.data && !state.data.ready ? 2_000 : false),
  });

const MENTIONS = 50;

export const mentionsQuery = (project: Id, entity: Id) =>
  infiniteQueryOptions({
    queryKey: ["register", project, "mentions", entity],
    queryFn: ({ signal, pageParam }) =>
      get("/api/v1/projects/{project}/register/{entity}/mentions", {
        params: { path: { project, entity }, query: { offset: pageParam, limit: MENTIONS } },
        signal,
      }),
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next,
  });

export const sourcesQuery = (project: Id) =>
  queryOptions({
    queryKey: ["sources", project],
    queryFn: ({ signal }) => get("/api/v1/projects/{project}/sources", { params: { path: { project } }, signal }),
    refetchInterval: ({ state }) => (state.data?.sources.some((one) => one.under_way) ? 1_500 : 15_000),
  });

/** What was read so many milliseconds ago is not read again when a page opens: its feed tells what came since. */
const FRESH = 5_000;

/** A document with everybody's sets, as far as the reader may know of them. */
export const documentQuery = (project: Id, document: Id) =>
  queryOptions({
    queryKey: ["document", project, document],
    queryFn: ({ signal }) =>
      get("/api/v1/projects/{project}/documents/{document}", { params: { path: { project, document } }, signal }),
    staleTime: FRESH,
  });

export const curationQuery = (project: Id, document: Id) =>
  queryOptions({
    queryKey: ["curation", project, document],
    queryFn: ({ signal }) =>
      get("/api/v1/projects/{project}/documents/{document}/curation", {
        params: { path: { project, document } },
        signal,
      }),
    staleTime: FRESH,
  });

export const goldQuery = (project: Id, document: Id) =>
  queryOptions({
    queryKey: ["gold", project, document],
    queryFn: ({ signal }) =>
      get("/api/v1/projects/{project}/documents/{document}/gold", { params: { path: { project, document } }, signal }),
  });

export const releasesQuery = (project: Id) =>
  queryOptions({
    queryKey: ["releases", project],
    queryFn: ({ signal }) => get("/api/v1/projects/{project}/releases", { params: { path: { project } }, signal }),
  });

export const webhooksQuery = (project: Id) =>
  queryOptions({
    queryKey: ["webhooks", project],
    queryFn: ({ signal }) => get("/api/v1/projects/{project}/webhooks", { params: { path: { project } }, signal }),
    refetchInterval: 5_000,
  });

/** What became of gold between two releases; an empty `after` is now. */
export const goldDiffQuery = (project: Id, before: string, after: string) =>
  infiniteQueryOptions({
    queryKey: ["gold-diff", project, before, after],
    queryFn: ({ signal, pageParam }) =>
      get("/api/v1/projects/{project}/gold/diff", {
        params: { path: { project }, query: { before, ...(after && { after }), cursor: pageParam } },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next ?? undefined,
  });

const running = (jobs: readonly Job[] = []): boolean =>
  jobs.some((job) => job.state === "waiting" || job.state === "running");

export const jobsQuery = (project: Id) =>
  queryOptions({
    queryKey: ["jobs", project],
    queryFn: ({ signal }) => get("/api/v1/projects/{project}/jobs", { params: { path: { project } }, signal }),
    refetchInterval: (query) => (running(query.state.data) ? 1_000 : 15_000),
  });

export const readyQuery = queryOptions({
  queryKey: ["ready"],
  queryFn: ({ signal }) => readiness(signal),
  refetchInterval: 5_000,
});

/** What can be imported and exported; it does not change while the service runs. */
export const formatsQuery = queryOptions({
  queryKey: ["formats"],
  queryFn: ({ signal }) => get("/api/v1/formats", { signal }),
  select: ({ results }) => results,
  staleTime: Number.POSITIVE_INFINITY,
});

/** What is being rebuilt; for staff only. */
export const rebuildsQuery = queryOptions({
  queryKey: ["rebuilds"],
  queryFn: ({ signal }) => get("/api/v1/rebuilds", { signal }),
  refetchInterval: ({ state }) =>
    state.data?.results.some((one) => one.state === "waiting" || one.state === "running") ? 1_000 : 15_000,
});

/** A service that is not ready says so with 503 and the same body. */
async function readiness(signal: AbortSignal): Promise<Ready> {
  const response = await fetch("/readyz", { signal, headers: { Accept: "application/json" } });
  return (await response.json()) as Ready;
}

export type AgreementFilter = Omit<NonNullable<operations["read_agreement"]["parameters"]["query"]>, "at_least">;

export const agreementQuery = (project: Id, filter: AgreementFilter) =>
  queryOptions({
    queryKey: ["agreement", project, filter],
    queryFn: ({ signal }) =>
      get("/api/v1/projects/{project}/agreement", { params: { path: { project }, query: filter }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.state === "computing" ? 1_000 : false),
  });

export const agreementCellQuery = (project: Id, filter: AgreementFilter, row: string, column: string) =>
  queryOptions({
    queryKey: ["agreement-cell", project, filter, row, column],
    queryFn: ({ signal }) =>
      get("/api/v1/projects/{project}/agreement/cell", {
        params: { path: { project }, query: { ...filter, row, column } },
        signal,
      }),
  });

/** `seen` is the position of the curation on the screen: what is certified changes with it. */
export const certificateQuery = (project: Id, document: Id, label: Id, seen: number) =>
  queryOptions({
    queryKey: ["certificate", project, document, label, seen] as const,
    queryFn: ({ signal }) =>
      get("/api/v1/projects/{project}/documents/{document}/gold/{label}/certificate", {
        params: { path: { project, document, label } },
        signal,
      }),
  });

export type QueueFilter = Omit<NonNullable<operations["read_queue"]["parameters"]["query"]>, "cursor" | "at_least">;

export const queueQuery = (project: Id, filter: QueueFilter) =>
  infiniteQueryOptions({
    queryKey: ["queue", project, filter],
    queryFn: ({ signal, pageParam }) =>
      get("/api/v1/projects/{project}/queue", {
        params: { path: { project }, query: { ...filter, cursor: pageParam } },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });

export const qualityQuery = (project: Id) =>
  queryOptions({
    queryKey: ["quality", project],
    queryFn: ({ signal }) => get("/api/v1/projects/{project}/quality", { params: { path: { project } }, signal }),
  });

export const acceptanceQuery = (project: Id) =>
  queryOptions({
    queryKey: ["quality", project, "suggestions"],
    queryFn: ({ signal }) =>
      get("/api/v1/projects/{project}/quality/suggestions", { params: { path: { project } }, signal }),
  });

export const trainingQuery = (project: Id) =>
  queryOptions({
    queryKey: ["training", project],
    queryFn: ({ signal }) => get("/api/v1/projects/{project}/training", { params: { path: { project } }, signal }),
  });

export const myDocumentsQuery = (project: Id) =>
  queryOptions({
    queryKey: ["my-results", project],
    queryFn: ({ signal }) => get("/api/v1/projects/{project}/my-results", { params: { path: { project } }, signal }),
  });

export const myResultsQuery = (project: Id, document: Id) =>
  queryOptions({
    queryKey: ["my-results", project, document],
    queryFn: ({ signal }) =>
      get("/api/v1/projects/{project}/documents/{document}/my-results", {
        params: { path: { project, document } },
        signal,
      }),
  });

export const appealsQuery = (project: Id, document: Id) =>
  queryOptions({
    queryKey: ["appeals", project, document],
    queryFn: ({ signal }) =>
      get("/api/v1/projects/{project}/documents/{document}/appeals", {
        params: { path: { project, document } },
        signal,
      }),
  });

export const policiesQuery = (project: Id) =>
  queryOptions({
    queryKey: ["policies", project],
    queryFn: ({ signal }) => get("/api/v1/projects/{project}/policies", { params: { path: { project } }, signal }),
  });

export const jobQuery = (project: Id, job: Id) =>
  queryOptions({
    queryKey: ["job", project, job],
    queryFn: ({ signal }) =>
      get("/api/v1/projects/{project}/jobs/{job}", { params: { path: { project, job } }, signal }),
    refetchInterval: ({ state }) => (state.data?.state === "done" || state.data?.state === "failed" ? false : 1_000),
  });
