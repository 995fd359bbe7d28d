import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { projectsQuery } from "../api/queries";
import type { ProjectRow } from "../api/types";
import { TopBar } from "../components/topbar";
import { useRoleNames } from "../components/words";
import { Badge } from "../ui/badge";
import { Page } from "../ui/page";
import { Empty, Trouble, Waiting } from "../ui/states";
import css from "./projects.module.css";

const NewProject = lazy(() => import("../components/new-project"));

const Projects = () => {
  const { t } = useLingui();
  const { data, error, refetch } = useQuery(projectsQuery);
  const [creating, setCreating] = useState(false);
  return (
    <>
      <TopBar />
      <main id="main" tabIndex={-1}>
        <Page
          title={t`Projects`}
          actions={
            <Button onClick={() => setCreating(true)}>
              <Trans>New project</Trans>
            </Button>
          }
        >
          {error ? (
            <Trouble error={error} onRetry={refetch} />
          ) : data ? (
            <List rows={data.results} />
          ) : (
            <Waiting what={t`Reading the projects…`} />
          )}
        </Page>
      </main>
      {creating && (
        <Suspense>
          <NewProject onClose={() => setCreating(false)} />
        </Suspense>
      )}
    </>
  );
};

const List = ({ rows }: { readonly rows: readonly ProjectRow[] }) => {
  if (rows.length === 0)
    return (
      <Empty title={<Trans>You are not in any project yet</Trans>}>
        <Trans>Make one with “New project”, or ask a manager to add you to theirs by your user name.</Trans>
      </Empty>
    );
  return (
    <ul className={css.list}>
      {rows.map((row) => (
        <Row key={row.id} row={row} />
      ))}
    </ul>
  );
};

const Row = ({ row }: { readonly row: ProjectRow }) => {
  const roles = useRoleNames();
  return (
    <li className={css.row}>
      <Link to="/p/$project" params={{ project: row.id }} className={css.name}>
        {row.name}
      </Link>
      <span className={css.facts}>
        <span>
          <Plural value={row.documents} one="# document" other="# documents" />
        </span>
        <span>
          <Plural value={row.position} one="# event" other="# events" />
        </span>
        <Badge>{roles[row.role]}</Badge>
        {row.archived && (
          <Badge tone="warn">
            <Trans>archived</Trans>
          </Badge>
        )}
      </span>
    </li>
  );
};

export default Projects;
