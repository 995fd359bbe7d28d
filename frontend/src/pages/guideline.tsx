import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { guidelineQuery, guidelineVersionsQuery, projectQuery } from "../api/queries";
import type { Guideline, GuidelineVersion, Id } from "../api/types";
import { may } from "../components/access";
import { Between } from "../components/guideline/difference";
import { GuidelineEditor } from "../components/guideline/editor";
import css from "../components/guideline/guideline.module.css";
import { News } from "../components/guideline/news";
import { anchorOf, NoGuideline, Sections } from "../components/guideline/sections";
import { moment } from "../components/words";
import { Page } from "../ui/page";
import { Empty, Trouble, Waiting } from "../ui/states";

const ROUTE = "/inside/p/$project/rooms/guideline";

const GuidelinePage = () => {
  const { t } = useLingui();
  const { project } = useParams({ from: ROUTE });
  const { version, compare } = useSearch({ from: ROUTE });
  const { role, archived } = useSuspenseQuery(projectQuery(project)).data;
  const now = useQuery(guidelineQuery(project));
  const shown = useQuery({ ...guidelineQuery(project, version), enabled: version !== undefined });
  const [editing, setEditing] = useState(false);
  const manager = may(role, "manage") && !archived;
  const error = now.error ?? shown.error;
  const data = version === undefined ? now.data : shown.data;
  return (
    <Page
      title={t`Guideline`}
      lead={
        <Trans>How to annotate here. Every mark and every decision knows which version held when it was made.</Trans>
      }
      actions={
        manager &&
        now.data &&
        !editing && (
          <Button onClick={() => setEditing(true)}>
            {now.data.version === 0 ? <Trans>Write it</Trans> : <Trans>Write a new version</Trans>}
          </Button>
        )
      }
    >
      {error ? (
        <Trouble error={error} onRetry={() => (now.error ? now.refetch() : shown.refetch())} />
      ) : !now.data || !data ? (
        <Waiting />
      ) : editing ? (
        <GuidelineEditor project={project} base={now.data} onDone={() => setEditing(false)} />
      ) : now.data.version === 0 ? (
        <Empty title={<Trans>There is no guideline yet</Trans>}>
          <NoGuideline manager={manager} />
        </Empty>
      ) : (
        <div className={css.page}>
          <div className={css.text}>
            {compare !== undefined ? (
              <Compared project={project} before={compare} after={version ?? now.data.version} />
            ) : (
              <Read project={project} now={now.data} shown={data} />
            )}
          </div>
          <aside className={css.beside} aria-label={t`Contents and versions`}>
            <Contents project={project} guideline={data} />
            <Versions project={project} shown={data.version} />
          </aside>
        </div>
      )}
    </Page>
  );
};

interface ReadProps {
  readonly project: Id;
  readonly now: Guideline;
  readonly shown: Guideline;
}

const Read = ({ project, now, shown }: ReadProps) => {
  useAskedSection(shown);
  const old = shown.version !== now.version;
  return (
    <div className={css.sections}>
      {old ? (
        <div className={css.news}>
          <p>
            <Trans>This is version {shown.version}; another one holds now.</Trans>
          </p>
          <div className={css.buttons}>
            <Link to="/p/$project/guideline" params={{ project }} search={{}}>
              <Trans>To version {now.version}</Trans>
            </Link>
          </div>
        </div>
      ) : (
        <News project={project} guideline={now} />
      )}
      {shown.text === null ? (
        <Empty title={<Trans>Its text was erased</Trans>} />
      ) : (
        <Sections sections={shown.sections} />
      )}
    </div>
  );
};

/** Whoever comes for a section is shown it. */
const useAskedSection = (guideline: Guideline): void => {
  const { section } = useSearch({ from: ROUTE });
  const { version } = guideline;
  // biome-ignore lint/correctness/useExhaustiveDependencies: with another version the section is another element
  useEffect(() => {
    if (!section) return;
    const found = document.getElementById(anchorOf(section));
    for (const old of document.querySelectorAll("[data-here]")) old.removeAttribute("data-here");
    found?.setAttribute("data-here", "true");
    found?.scrollIntoView({ block: "start" });
  }, [section, version]);
};

const Compared = ({
  project,
  before,
  after,
}: {
  readonly project: Id;
  readonly before: number;
  readonly after: number;
}) => (
  <div className={css.sections}>
    <div className={css.buttons}>
      <h2>
        <Trans>
          From version {before} to version {after}
        </Trans>
      </h2>
      <Link to="/p/$project/guideline" params={{ project }} search={{ version: after }}>
        <Trans>Read it</Trans>
      </Link>
    </div>
    <Between project={project} before={before} after={after} />
  </div>
);

const Contents = ({ project, guideline }: { readonly project: Id; readonly guideline: Guideline }) => {
  const { section, version } = useSearch({ from: ROUTE });
  const titled = guideline.sections.filter(({ title }) => title !== "");
  if (titled.length < 2) return null;
  return (
    <nav>
      <h2>
        <Trans>Contents</Trans>
      </h2>
      <ul className={css.list}>
        {titled.map(({ key, title, level, became }) => (
          <li key={key} data-level={level}>
            <Link
              to="/p/$project/guideline"
              params={{ project }}
              search={{ section: key, version }}
              aria-current={key === section ? "true" : undefined}
            >
              <bdi>{title}</bdi>
              {became && <span className={css.dot} aria-hidden="true" />}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
};

const Versions = ({ project, shown }: { readonly project: Id; readonly shown: number }) => {
  const { data } = useQuery(guidelineVersionsQuery(project));
  if (!data || data.results.length === 0) return null;
  return (
    <section>
      <h2>
        <Trans>Versions</Trans>
      </h2>
      <ol className={css.list} reversed>
        {data.results.map((one) => (
          <li key={one.version}>
            <Version project={project} one={one} current={one.version === shown} />
          </li>
        ))}
      </ol>
    </section>
  );
};

interface VersionProps {
  readonly project: Id;
  readonly one: GuidelineVersion;
  readonly current: boolean;
}

const Version = ({ project, one, current }: VersionProps) => {
  const navigate = useNavigate();
  const { t } = useLingui();
  const compare = () =>
    navigate({
      to: "/p/$project/guideline",
      params: { project },
      search: { version: one.version, compare: one.version - 1 },
    });
  return (
    <div className={css.version}>
      <Link
        to="/p/$project/guideline"
        params={{ project }}
        search={{ version: one.version }}
        aria-current={current ? "true" : undefined}
      >
        <Trans>Version {one.version}</Trans>
      </Link>
      {one.version > 1 && (
        <Button
          size="compact-xs"
          variant="subtle"
          aria-label={t`What changed in version ${one.version}`}
          onClick={() => void compare()}
        >
          <Trans>Changes</Trans>
        </Button>
      )}
      <p>
        {one.name}, <time dateTime={one.written_at}>{moment(one.written_at)}</time>
      </p>
      {one.note && <p dir="auto">{one.note}</p>}
    </div>
  );
};

export default GuidelinePage;
