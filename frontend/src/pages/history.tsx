import { useLingui } from "@lingui/react/macro";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { createFeed } from "../api/feed";
import { projectQuery } from "../api/queries";
import type { Id } from "../api/types";
import { Announcer } from "../components/announcer";
import { useHistory } from "../components/history/read";
import { Scrubber } from "../components/history/scrubber";
import { readDocument } from "../components/open-document";
import { useAccount } from "../components/session";
import { TopBar } from "../components/topbar";
import { DocumentCrumbs } from "../components/workspace/document-crumbs";
import type { DocumentView } from "../document/model";
import { useTitle } from "../ui/page";
import { Trouble, Waiting } from "../ui/states";
import css from "./history.module.css";

const ROUTE = "/inside/p/$project/d/$document/history";

const History = () => {
  const { t } = useLingui();
  const { project, document } = useParams({ from: ROUTE });
  const { shared } = useSuspenseQuery(projectQuery(project)).data;
  const account = useAccount();
  const now = useQuery({
    queryKey: ["document", project, document],
    queryFn: () => readDocument(project, document),
    gcTime: 0,
  });
  const seen = useLive(project, document, now.data, now.refetch);
  const events = useHistory(project, document, seen);
  const error = now.error ?? events.error;
  const title = now.data?.document.title ?? "";
  useTitle(title ? t`History of ${title}` : t`History`);
  return (
    <div className={css.page} data-fills-window>
      <TopBar crumbs={<DocumentCrumbs project={project} document={document} title={title} room={t`History`} />} />
      {error ? (
        <main id="main" className={css.alone}>
          <Trouble error={error} onRetry={() => (now.error ? now.refetch() : events.refetch())} />
        </main>
      ) : now.data && events.data ? (
        <Announcer>
          <Scrubber project={project} view={now.data} events={events.data} me={{ account: account.id, shared }} />
        </Announcer>
      ) : (
        <main id="main" className={css.alone}>
          <Waiting what={t`Reading the history…`} />
        </main>
      )}
    </div>
  );
};

/** What changes what the page says of the document itself. */
const OF_THE_DOCUMENT = new Set(["text_added", "content_erased", "document_changed", "languages_set"]);

/** How far the log has come; follows the document's feed while the page is open. */
const useLive = (project: Id, document: Id, view: DocumentView | undefined, reread: () => unknown): number => {
  const [heard, setHeard] = useState(0);
  const begin = view?.position;
  const epoch = view?.epoch;
  const opened = begin !== undefined && epoch !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: it begins where the first reading ended, and goes on from there
  useEffect(() => {
    if (begin === undefined || epoch === undefined) return;
    const feed = createFeed({
      project,
      document,
      after: begin,
      epoch,
      onEvents: (told) => {
        setHeard((old) => Math.max(old, told[told.length - 1]?.position ?? 0));
        if (told.some((event) => OF_THE_DOCUMENT.has(event.type))) void reread();
      },
      onStatus: () => {},
      onReload: () => void reread(),
      onDenied: () => {},
    });
    return () => feed.close();
  }, [project, document, opened, epoch]);
  return Math.max(heard, begin ?? 0);
};

export default History;
