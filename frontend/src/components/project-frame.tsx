import { useLingui } from "@lingui/react/macro";
import { useSuspenseQuery } from "@tanstack/react-query";
import { Link, Outlet, useLocation, useParams } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { projectQuery } from "../api/queries";
import { may } from "./access";
import guide from "./guideline/guideline.module.css";
import { isNews, useGuideline } from "./guideline/use-guideline";
import { WithPresence } from "./presence";
import css from "./project-frame.module.css";
import { TopBar } from "./topbar";
import { useProjectPresence } from "./use-asides";

export const ProjectFrame = () => {
  const { project } = useParams({ from: "/inside/p/$project" });
  const { data } = useSuspenseQuery(projectQuery(project));
  const here = useProjectPresence(project);
  return (
    <WithPresence here={here}>
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
    </WithPresence>
  );
};

/** What a project's rooms are for, and in each group those that this person may enter. */
const useSections = (project: string) => {
  const { t } = useLingui();
  const { role, blind } = useSuspenseQuery(projectQuery(project)).data;
  const sections = [
    {
      name: t`Work`,
      rooms: [
        { to: "/p/$project", name: t`Documents`, show: true },
        { to: "/p/$project/work", name: t`Your work`, show: may(role, "annotate") },
        { to: "/p/$project/assignment", name: t`Assignment`, show: may(role, "curate") },
        { to: "/p/$project/results", name: t`My results`, show: may(role, "annotate") },
        { to: "/p/$project/orphans", name: t`Lost marks`, show: may(role, "annotate") },
      ],
    },
    {
      name: t`Review`,
      rooms: [
        { to: "/p/$project/queue", name: t`To review`, show: may(role, "curate") },
        {
          to: "/p/$project/agreement",
          name: t`Agreement`,
          show: may(role, "curate") || (!blind && may(role, "annotate")),
        },
        { to: "/p/$project/policies", name: t`Rule`, show: may(role, "curate") },
        { to: "/p/$project/quality", name: t`Quality`, show: may(role, "annotate") },
      ],
    },
    {
      name: t`Reference`,
      rooms: [
        { to: "/p/$project/guideline", name: t`Guideline`, show: true },
        { to: "/p/$project/suggestions", name: t`Suggestions`, show: may(role, "manage") },
        { to: "/p/$project/schema", name: t`Schema`, show: true },
        { to: "/p/$project/register", name: t`Register`, show: may(role, "see_register") },
      ],
    },
    {
      name: t`Data`,
      rooms: [
        { to: "/p/$project/import", name: t`Import`, show: may(role, "import") },
        { to: "/p/$project/releases", name: t`Releases`, show: true },
        { to: "/p/$project/export", name: t`Export`, show: may(role, "export") },
      ],
    },
    {
      name: t`Project`,
      rooms: [
        { to: "/p/$project/members", name: t`Members`, show: may(role, "see_members") },
        { to: "/p/$project/settings", name: t`Settings`, show: may(role, "manage") },
      ],
    },
  ] as const;
  return sections
    .map(({ name, rooms }) => ({ name, rooms: rooms.filter((room) => room.show) }))
    .filter(({ rooms }) => rooms.length > 0);
};

const Rooms = ({ project }: { readonly project: string }) => {
  const { t } = useLingui();
  const news = isNews(useGuideline(project));
  const sections = useSections(project);
  const bar = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const path = (to: string) => to.replace("$project", project);
  const here =
    sections.find(({ rooms }) => rooms.some(({ to }) => isWithin(pathname, path(to), project))) ?? sections[0];
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page, another place in the bar
  useEffect(() => {
    for (const each of bar.current?.querySelectorAll("[aria-current]") ?? [])
      each.scrollIntoView({ block: "nearest", inline: "center" });
  }, [pathname]);
  return (
    <nav ref={bar} className={css.nav} aria-label={t`Project`}>
      <div className={css.sections}>
        {sections.map((section) => {
          const first = section.rooms[0];
          const hasNews = news && section.rooms.some(({ to }) => to === "/p/$project/guideline");
          return (
            first && (
              <Link
                key={section.name}
                to={first.to}
                params={{ project }}
                activeOptions={{ exact: true, includeSearch: false }}
                aria-current={section === here ? "true" : undefined}
              >
                {section.name}
                {hasNews && section !== here && <News />}
              </Link>
            )
          );
        })}
      </div>
      <div className={css.rooms}>
        {here?.rooms.map((room) => (
          <Link key={room.to} to={room.to} params={{ project }} activeOptions={{ exact: true, includeSearch: false }}>
            {room.name}
            {room.to === "/p/$project/guideline" && news && <News />}
          </Link>
        ))}
      </div>
    </nav>
  );
};

/** The list of documents is the start of every other address, too. */
const isWithin = (pathname: string, path: string, project: string): boolean => {
  const plain = pathname.replace(/\/$/, "");
  return path === `/p/${project}` ? plain === path : plain === path || plain.startsWith(`${path}/`);
};

const News = () => {
  const { t } = useLingui();
  return (
    <>
      <span className={guide.dot} aria-hidden="true" />
      <span className="sr-only">{t`changed since you read it`}</span>
    </>
  );
};
