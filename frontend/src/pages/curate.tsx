import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { ApiProblem, reportSignedOut } from "../api/client";
import { createFeed, type Presence } from "../api/feed";
import { appealsQuery, curationQuery, documentQuery, projectQuery } from "../api/queries";
import type { Curation, Id } from "../api/types";
import { may } from "../components/access";
import { Announcer } from "../components/announcer";
import { Appeals } from "../components/curation/appeals";
import { BenchContext } from "../components/curation/bench";
import { CurationText } from "../components/curation/curation-text";
import { FinishCuration } from "../components/curation/finish-curation";
import { GoldList } from "../components/curation/gold-list";
import { useBenchKeys } from "../components/curation/keys";
import { DocumentVotes, Unmatched } from "../components/curation/leftovers";
import { QuestionCard } from "../components/curation/question-card";
import { QuestionList } from "../components/curation/question-list";
import { ShowTabs } from "../components/curation/show-tabs";
import { useBenchState } from "../components/curation/use-bench-state";
import { opened } from "../components/open-document";
import { WithPresence } from "../components/presence";
import { TopBar } from "../components/topbar";
import { lookForNotices } from "../components/use-asides";
import { DocumentCrumbs } from "../components/workspace/document-crumbs";
import type { DocumentView } from "../document/model";
import { IconButton } from "../ui/icon-button";
import { useTitle } from "../ui/page";
import { Empty, Fault, Trouble, Waiting } from "../ui/states";
import css from "./curate.module.css";

const ROUTE = "/inside/p/$project/d/$document/curate";

const Provenance = lazy(() => import("../components/curation/provenance"));
const AskAgreed = lazy(() => import("../components/curation/ask-agreed"));
const Guideline = lazy(() => import("../components/curation/guideline"));
const Comments = lazy(() => import("../components/curation/comments"));
const CurationKeys = lazy(() => import("../components/curation/curation-keys"));

const Curate = () => {
  const { t } = useLingui();
  const { project, document } = useParams({ from: ROUTE });
  const { role } = useSuspenseQuery(projectQuery(project)).data;
  const allowed = may(role, "curate");
  const view = useQuery({ ...documentQuery(project, document), select: opened, enabled: allowed });
  const curation = useQuery({ ...curationQuery(project, document), enabled: allowed });
  const error = view.error ?? curation.error;
  const title = view.data?.document.title ?? "";
  useTitle(title ? t`Curate ${title}` : t`Curate`);
  if (view.data && curation.data && !error)
    return (
      <Announcer>
        <OpenBench key={document} project={project} view={view.data} curation={curation.data} />
      </Announcer>
    );
  return (
    <>
      <TopBar crumbs={<DocumentCrumbs project={project} document={document} title={title} room={t`Curate`} />} />
      <main id="main" tabIndex={-1} className={css.alone}>
        {!allowed ? (
          <Empty title={<Trans>Curation is for curators</Trans>}>
            <Trans>A manager of this project can give you that role.</Trans>
          </Empty>
        ) : error ? (
          <Trouble error={error} onRetry={() => (view.error ? view.refetch() : curation.refetch())} />
        ) : (
          <Waiting what={t`Reading the votes…`} />
        )}
      </main>
    </>
  );
};

interface OpenProps {
  readonly project: Id;
  readonly view: DocumentView;
  readonly curation: Curation;
}

const OpenBench = ({ project, view, curation }: OpenProps) => {
  const { t } = useLingui();
  const { bench, error, retry } = useBenchState(project, view, curation);
  const [help, setHelp] = useState(false);
  const [asking, setAsking] = useState(false);
  const [guideline, setGuideline] = useState(false);
  const { thread } = useSearch({ from: ROUTE });
  const [comments, setComments] = useState(false);
  useEffect(() => setComments((open) => open || thread !== undefined), [thread]);
  const panel = useRef<HTMLElement>(null);
  const here = useLiveVotes(project, view, curation.position);
  useBenchKeys(bench, {
    openHelp: () => setHelp(true),
    askAgreed: () => setAsking(true),
    openGuideline: () => setGuideline(true),
    openComments: () => setComments(true),
    focusReason: () => panel.current?.querySelector<HTMLElement>("#reason")?.focus(),
  });
  const { title } = view.document;
  return (
    <BenchContext value={bench}>
      <div className={css.bench} data-fills-window>
        <WithPresence here={here}>
          <TopBar
            tight
            crumbs={<DocumentCrumbs project={project} document={view.document.id} title={title} room={t`Curate`} />}
            tools={
              <>
                <IconButton icon="comment" label={t`Comments`} keys="c" onClick={() => setComments(true)} />
                <IconButton icon="book" label={t`Guideline`} keys="g" onClick={() => setGuideline(true)} />
                <span className={css.keys}>
                  <IconButton icon="keyboard" label={t`Keys`} keys="?" onClick={() => setHelp(true)} />
                </span>
                <FinishCuration />
              </>
            }
          />
        </WithPresence>
        <main id="main" className={css.text}>
          <CurationText view={view} />
        </main>
        <aside ref={panel} className={css.panel} aria-label={t`Questions and gold`}>
          <ShowTabs onAcceptAgreed={() => setAsking(true)} />
          {error ? (
            <div className={css.failed}>
              <Fault error={error} />
              {retry && !isDecided(error) && (
                <Button size="xs" variant="default" onClick={retry}>
                  <Trans>Send again</Trans>
                </Button>
              )}
            </div>
          ) : null}
          {bench.show !== "gold" && <Appeals />}
          {bench.show === "all" && <Unmatched />}
          {bench.show === "gold" && <DocumentVotes />}
          {bench.show !== "gold" && bench.current && (
            <div className={css.current}>
              <QuestionCard question={bench.current} />
            </div>
          )}
          <div className={css.list} data-beside={bench.show !== "gold" && bench.current !== null}>
            {bench.show === "gold" ? <GoldList /> : <QuestionList />}
          </div>
        </aside>
      </div>
      <Suspense>
        {bench.goldShown && <Provenance />}
        {asking && <AskAgreed onClose={() => setAsking(false)} />}
        {guideline && <Guideline onClose={() => setGuideline(false)} />}
        {comments && <Comments onClose={() => setComments(false)} />}
        {help && <CurationKeys onClose={() => setHelp(false)} />}
      </Suspense>
    </BenchContext>
  );
};

/** Somebody else was quicker: what they decided is in the list by now, and sending again is no answer. */
const isDecided = (error: unknown): boolean =>
  error instanceof ApiProblem && error.problem.type.endsWith("decided-meanwhile");

/** New votes appear as they come; so do other curators' decisions. */
const useLiveVotes = (project: Id, view: DocumentView, judgedAt: number): Presence | null => {
  const queries = useQueryClient();
  const [here, setHere] = useState<Presence | null>(null);
  // Where the feed begins: with what the older of the two readings did not see. Later readings do not begin it anew.
  const [{ position, epoch }] = useState({ ...view, position: Math.min(view.position, judgedAt) });
  const document = view.document.id;
  useEffect(() => {
    const again = () => {
      void queries.invalidateQueries(curationQuery(project, document));
      void queries.invalidateQueries(appealsQuery(project, document));
      void queries.invalidateQueries({ queryKey: ["threads", project, document] });
      void queries.invalidateQueries({ queryKey: ["document", project, document] });
    };
    const feed = createFeed({
      project,
      document,
      after: position,
      epoch,
      onEvents: again,
      onStatus: () => {},
      onReload: () => void queries.invalidateQueries(),
      onDenied: (status) => (status === 401 ? reportSignedOut() : again()),
      onHere: setHere,
      onNotice: () => lookForNotices(queries),
    });
    return () => feed.close();
  }, [queries, project, document, position, epoch]);
  return here;
};

export default Curate;
