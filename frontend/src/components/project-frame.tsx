import { useLingui } from "@lingui/react/macro";
import { useSuspenseQuery } from "@tanstack/react-query";
import { Link, Outlet, useLocation, useParams } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { projectQuery } from "../api/queries";
import { may } from "./access";
import guide from "./guideline/guideline.module.css";
import { isNews, useGuideline } from "./guideline/use-guideline";
import css from "./project-frame.module.css";
import { TopBar } from "./topbar";

export const ProjectFrame = () => {
  const { project } = useParams({ from: "/inside/p/$project" });
  const { data } = useSuspenseQuery(projectQuery(project));
  return (
    <>
      <TopBar
        crumbs={
          <Link to="/p/$project" params={{ project }} className={css.name}>
            {data.name}
          </Link>
        }
      />
      <Rooms project={project} />
      <main id="main" tabIndex={-1} className={css.main}>
        <Outlet />
      </main>
    </>
  );
};

const Rooms = ({ project }: { readonly project: string }) => {
  const { t } = useLingui();
  const { role, blind } = useSuspenseQuery(projectQuery(project)).data;
  const news = isNews(useGuideline(project));
  const rooms = [
    { to: "/p/$project", name: t`Documents`, show: true },
    { to: "/p/$project/queue", name: t`To review`, show: may(role, "curate") },
    { to: "/p/$project/agreement", name: t`Agreement`, show: may(role, "curate") || (!blind && may(role, "annotate")) },
    { to: "/p/$project/policies", name: t`Rule`, show: may(role, "curate") },
    { to: "/p/$project/quality", name: t`Quality`, show: may(role, "annotate") },
    { to: "/p/$project/results", name: t`My results`, show: may(role, "annotate") },
    { to: "/p/$project/register", name: t`Register`, show: may(role, "see_register") },
    { to: "/p/$project/schema", name: t`Schema`, show: true },
    { to: "/p/$project/guideline", name: t`Guideline`, show: true },
    { to: "/p/$project/members", name: t`Members`, show: may(role, "see_members") },
    { to: "/p/$project/import", name: t`Import`, show: may(role, "import") },
    { to: "/p/$project/releases", name: t`Releases`, show: true },
    { to: "/p/$project/export", name: t`Export`, show: may(role, "export") },
    { to: "/p/$project/settings", name: t`Settings`, show: may(role, "manage") },
  ] as const;
  const bar = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page, another place in the bar
  useEffect(() => {
    const here = bar.current?.querySelector('[aria-current="page"]');
    here?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [pathname]);
  return (
    <nav ref={bar} className={css.rooms} aria-label={t`Project`}>
      {rooms
        .filter((room) => room.show)
        .map((room) => (
          <Link key={room.to} to={room.to} params={{ project }} activeOptions={{ exact: true, includeSearch: false }}>
            {room.name}
            {room.to === "/p/$project/guideline" && news && (
              <>
                <span className={guide.dot} aria-hidden="true" />
                <span className="sr-only">{t`changed since you read it`}</span>
              </>
            )}
          </Link>
        ))}
    </nav>
  );
};
