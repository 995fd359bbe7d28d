import { useLingui } from "@lingui/react/macro";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { projectQuery } from "../api/queries";
import { Announcer } from "../components/announcer";
import { useHistory } from "../components/history/read";
import { Scrubber } from "../components/history/scrubber";
import { readDocument } from "../components/open-document";
import { useAccount } from "../components/session";
import { TopBar } from "../components/topbar";
import { DocumentCrumbs } from "../components/workspace/document-crumbs";
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
  const events = useHistory(project, document, now.data?.position ?? 0);
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

export default History;
