import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { projectQuery, releasesQuery } from "../api/queries";
import { may } from "../components/access";
import { MakeRelease } from "../components/releases/make-release";
import { ReleaseCard } from "../components/releases/release-card";
import { ReleaseDiff } from "../components/releases/release-diff";
import css from "../components/releases/releases.module.css";
import { Page, Section } from "../ui/page";
import { Empty, Trouble, Waiting } from "../ui/states";

const Releases = () => {
  const { t } = useLingui();
  const { project } = useParams({ from: "/inside/p/$project/rooms/releases" });
  const { role, blind } = useSuspenseQuery(projectQuery(project)).data;
  const { data, error, refetch } = useQuery(releasesQuery(project));
  const [making, setMaking] = useState(false);
  const releases = data?.results ?? [];
  return (
    <Page
      title={t`Releases`}
      actions={
        may(role, "manage") && (
          <Button onClick={() => setMaking(true)}>
            <Trans>Make a release</Trans>
          </Button>
        )
      }
      lead={
        <Trans>
          A release is a position of the log with a name for good. Whoever exports it gets the same bytes on any day,
          and its citation says which.
        </Trans>
      }
    >
      {making && <MakeRelease project={project} onClose={() => setMaking(false)} />}
      {error ? (
        <Trouble error={error} onRetry={refetch} />
      ) : !data ? (
        <Waiting />
      ) : releases.length === 0 ? (
        <Empty title={<Trans>None so far</Trans>}>
          <Trans>A manager of the project can make one from its present state, or from any earlier position.</Trans>
        </Empty>
      ) : (
        <ul className={css.list}>
          {releases.map((release) => (
            <li key={release.id}>
              <ReleaseCard project={project} release={release} role={role} />
            </li>
          ))}
        </ul>
      )}
      {releases.length > 0 && (role !== "annotator" || !blind) && (
        <Section title={<Trans>What changed</Trans>}>
          <ReleaseDiff project={project} releases={releases} />
        </Section>
      )}
    </Page>
  );
};

export default Releases;
