/** Every page has an address; what a page is set to – filters, a position, an item – is in the address too. */

import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { curationQuery, documentQuery, meQuery, projectQuery, schemaQuery } from "./api/queries";
import { may } from "./components/access";
import { Trouble, Waiting } from "./ui/states";

interface Context {
  readonly queries: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ component: Outlet });

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const count = (value: unknown): number | undefined => {
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
};

const signin = createRoute({
  getParentRoute: () => root,
  path: "/signin",
  validateSearch: (search): { readonly next?: string | undefined } => ({ next: text(search.next) }),
  component: lazyRouteComponent(() => import("./pages/signin")),
});

/** All but the sign-in page need somebody. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  beforeLoad: async ({ context, location }) => {
    const me = await context.queries.ensureQueryData(meQuery);
    if (!me.account) throw redirect({ to: "/signin", search: { next: location.href } });
  },
  component: lazyRouteComponent(() => import("./components/frame"), "Inside"),
});

const projects = createRoute({
  getParentRoute: () => inside,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/projects")),
});

const status = createRoute({
  getParentRoute: () => inside,
  path: "/status",
  component: lazyRouteComponent(() => import("./pages/status")),
});

const project = createRoute({
  getParentRoute: () => inside,
  path: "/p/$project",
  loader: ({ context, params }) =>
    Promise.all([
      context.queries.ensureQueryData(projectQuery(params.project)),
      context.queries.ensureQueryData(schemaQuery(params.project)),
    ]),
  component: Outlet,
});

/** The pages of a project that are not about one document; they share a navigation bar. */
const rooms = createRoute({
  getParentRoute: () => project,
  id: "rooms",
  component: lazyRouteComponent(() => import("./components/project-frame"), "ProjectFrame"),
});

export interface DocumentsSearch {
  readonly q?: string | undefined;
  readonly status?: string | undefined;
  readonly language?: string | undefined;
  /** Only documents that have copies. */
  readonly copied?: true | undefined;
  /** Only this document and its copies. */
  readonly copies_of?: string | undefined;
}

const documents = createRoute({
  getParentRoute: () => rooms,
  path: "/",
  validateSearch: (search): DocumentsSearch => ({
    q: text(search.q),
    status: text(search.status),
    language: text(search.language),
    copied: search.copied === true ? true : undefined,
    copies_of: text(search.copies_of),
  }),
  component: lazyRouteComponent(() => import("./pages/documents")),
});

const work = createRoute({
  getParentRoute: () => rooms,
  path: "/work",
  component: lazyRouteComponent(() => import("./pages/work")),
});

const assignment = createRoute({
  getParentRoute: () => rooms,
  path: "/assignment",
  component: lazyRouteComponent(() => import("./pages/assignment")),
});

const members = createRoute({
  getParentRoute: () => rooms,
  path: "/members",
  component: lazyRouteComponent(() => import("./pages/members")),
});

const schema = createRoute({
  getParentRoute: () => rooms,
  path: "/schema",
  component: lazyRouteComponent(() => import("./pages/schema")),
});

const version = (value: unknown): number | undefined => count(value) || undefined;

const guideline = createRoute({
  getParentRoute: () => rooms,
  path: "/guideline",
  validateSearch: (
    search,
  ): {
    readonly section?: string | undefined;
    readonly version?: number | undefined;
    readonly compare?: number | undefined;
  } => ({ section: text(search.section), version: version(search.version), compare: version(search.compare) }),
  component: lazyRouteComponent(() => import("./pages/guideline")),
});

const register = createRoute({
  getParentRoute: () => rooms,
  path: "/register",
  validateSearch: (search): { readonly q?: string | undefined; readonly type?: string | undefined } => ({
    q: text(search.q),
    type: text(search.type),
  }),
  component: lazyRouteComponent(() => import("./pages/register")),
});

const entity = createRoute({
  getParentRoute: () => rooms,
  path: "/register/$entity",
  component: lazyRouteComponent(() => import("./pages/entity")),
});

const sources = createRoute({
  getParentRoute: () => rooms,
  path: "/suggestions",
  component: lazyRouteComponent(() => import("./pages/sources")),
});

const imports = createRoute({
  getParentRoute: () => rooms,
  path: "/import",
  component: lazyRouteComponent(() => import("./pages/import")),
});

const exports_ = createRoute({
  getParentRoute: () => rooms,
  path: "/export",
  component: lazyRouteComponent(() => import("./pages/export")),
});

const releases = createRoute({
  getParentRoute: () => rooms,
  path: "/releases",
  component: lazyRouteComponent(() => import("./pages/releases")),
});

export interface AgreementSearch {
  readonly label?: string | undefined;
  readonly document?: string | undefined;
  readonly language?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly period?: "week" | "day" | undefined;
  readonly gamma?: boolean | undefined;
  readonly at?: number | undefined;
}

const day = (value: unknown): string | undefined =>
  typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined;

const agreement = createRoute({
  getParentRoute: () => rooms,
  path: "/agreement",
  validateSearch: (search): AgreementSearch => ({
    label: text(search.label),
    document: text(search.document),
    language: text(search.language),
    since: day(search.since),
    until: day(search.until),
    period: search.period === "week" || search.period === "day" ? search.period : undefined,
    gamma: search.gamma === true ? true : undefined,
    at: count(search.at),
  }),
  component: lazyRouteComponent(() => import("./pages/agreement")),
});

const REASONS = ["appeal", "stale", "disputed", "doubtful", "spot_check"] as const;

export interface QueueSearch {
  readonly only?: (typeof REASONS)[number] | undefined;
  readonly conflict?: string | undefined;
  readonly label?: string | undefined;
  readonly language?: string | undefined;
}

const orphans = createRoute({
  getParentRoute: () => rooms,
  path: "/orphans",
  component: lazyRouteComponent(() => import("./pages/orphans")),
});

const queue = createRoute({
  getParentRoute: () => rooms,
  path: "/queue",
  validateSearch: (search): QueueSearch => ({
    only: REASONS.find((reason) => reason === search.only),
    conflict: text(search.conflict),
    label: text(search.label),
    language: text(search.language),
  }),
  component: lazyRouteComponent(() => import("./pages/queue")),
});

const quality = createRoute({
  getParentRoute: () => rooms,
  path: "/quality",
  component: lazyRouteComponent(() => import("./pages/quality")),
});

const results = createRoute({
  getParentRoute: () => rooms,
  path: "/results",
  component: lazyRouteComponent(() => import("./pages/my-results")),
});

const result = createRoute({
  getParentRoute: () => rooms,
  path: "/results/$document",
  component: lazyRouteComponent(() => import("./pages/my-result")),
});

const settings = createRoute({
  getParentRoute: () => rooms,
  path: "/settings",
  component: lazyRouteComponent(() => import("./pages/settings")),
});

const policies = createRoute({
  getParentRoute: () => rooms,
  path: "/policies",
  component: lazyRouteComponent(() => import("./pages/policies")),
});

const document_ = createRoute({ getParentRoute: () => project, path: "/d/$document", component: Outlet });

const workspace = createRoute({
  getParentRoute: () => document_,
  path: "/",
  validateSearch: (search): { readonly span?: string | undefined; readonly thread?: string | undefined } => ({
    span: text(search.span),
    thread: text(search.thread),
  }),
  component: lazyRouteComponent(() => import("./pages/workspace")),
});

const history = createRoute({
  getParentRoute: () => document_,
  path: "/history",
  validateSearch: (
    search,
  ): {
    readonly at?: number | undefined;
    readonly compare?: boolean | undefined;
    readonly with?: number | undefined;
  } => ({
    at: count(search.at),
    compare: search.compare === true ? true : undefined,
    with: count(search.with),
  }),
  component: lazyRouteComponent(() => import("./pages/history")),
});

const curate = createRoute({
  getParentRoute: () => document_,
  path: "/curate",
  validateSearch: (
    search,
  ): {
    readonly item?: string | undefined;
    readonly show?: string | undefined;
    readonly thread?: string | undefined;
  } => ({ item: text(search.item), show: text(search.show), thread: text(search.thread) }),
  // Both readings are on their way while the page's own files are; nobody waits for them here.
  loader: async ({ context: { queries }, params: { project, document } }) => {
    void queries.prefetchQuery(documentQuery(project, document));
    const { role } = await queries.ensureQueryData(projectQuery(project));
    if (may(role, "curate")) void queries.prefetchQuery(curationQuery(project, document));
  },
  component: lazyRouteComponent(() => import("./pages/curate")),
});

const tree = root.addChildren([
  signin,
  inside.addChildren([
    projects,
    status,
    project.addChildren([
      rooms.addChildren([
        documents,
        work,
        assignment,
        members,
        schema,
        guideline,
        register,
        entity,
        sources,
        imports,
        exports_,
        releases,
        agreement,
        queue,
        orphans,
        quality,
        results,
        result,
        policies,
        settings,
      ]),
      document_.addChildren([workspace, history, curate]),
    ]),
  ]),
]);

export const makeRouter = (queries: QueryClient) =>
  createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 300,
    defaultPendingComponent: () => <Waiting />,
    defaultErrorComponent: ({ error, reset }) => <Trouble error={error} onRetry={reset} />,
    defaultNotFoundComponent: lazyRouteComponent(() => import("./pages/not-found")),
    scrollRestoration: true,
  });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
