import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { sendCommands } from "../api/commands";
import { schemaQuery, sourcesQuery } from "../api/queries";
import type { Id, Source } from "../api/types";
import { askSource } from "../components/sources/ask";
import { SourceForm } from "../components/sources/source-form";
import { useKinds } from "../components/sources/words";
import { moment } from "../components/words";
import { newId } from "../document/ids";
import { Badge } from "../ui/badge";
import { Dialog } from "../ui/dialog";
import { Page } from "../ui/page";
import { Empty, Fault, Trouble, Waiting } from "../ui/states";
import { type Column, Table } from "../ui/table";
import css from "./register.module.css";

const ROUTE = "/inside/p/$project/rooms/suggestions";

/** The machines that suggest what to mark: which there are, how they fare, and asking them. */
const Sources = () => {
  const { t } = useLingui();
  const { project } = useParams({ from: ROUTE });
  const { data, error, refetch } = useQuery(sourcesQuery(project));
  const schema = useSuspenseQuery(schemaQuery(project)).data;
  const [making, setMaking] = useState(false);
  return (
    <Page
      title={t`Suggestions`}
      lead={
        <Trans>
          Machines that say what might be marked. What they say is shown apart, is never a vote, and becomes a mark only
          when a person takes it. They follow new texts and names by themselves.
        </Trans>
      }
      actions={
        <Button onClick={() => setMaking(true)}>
          <Trans>New source</Trans>
        </Button>
      }
    >
      {error ? (
        <Trouble error={error} onRetry={refetch} />
      ) : !data ? (
        <Waiting />
      ) : data.sources.length === 0 ? (
        <Empty title={<Trans>Nothing suggests anything yet</Trans>}>
          <Trans>Begin with the names of your register: that alone spares much typing.</Trans>
        </Empty>
      ) : (
        <List project={project} rows={data.sources} />
      )}
      <Dialog opened={making} onClose={() => setMaking(false)} title={t`New source`} size="lg">
        <SourceForm project={project} labels={schema.labels} onDone={() => setMaking(false)} />
      </Dialog>
    </Page>
  );
};

const List = ({ project, rows }: { readonly project: Id; readonly rows: readonly Source[] }) => {
  const { t } = useLingui();
  const kinds = useKinds();
  const queries = useQueryClient();
  const again = () => queries.invalidateQueries({ queryKey: ["sources", project] });
  const ask = useMutation({
    mutationFn: (source: Id) => askSource(project, source),
    onSettled: again,
  });
  const retire = useMutation({
    mutationFn: (source: Id) => sendCommands(project, [{ id: newId(), type: "retire_source", data: { source } }]),
    onSettled: again,
  });
  const columns: readonly Column<Source>[] = [
    { key: "name", title: t`Name`, head: true, cell: ({ name }) => <bdi>{name}</bdi> },
    { key: "kind", title: t`Kind`, cell: ({ kind }) => kinds[kind] ?? kind },
    { key: "version", title: t`Version`, number: true, cell: ({ version }) => version },
    {
      key: "stands",
      title: t`Suggests`,
      cell: ({ suggestions, documents }) => (
        <>
          <Plural value={suggestions} one="# suggestion" other="# suggestions" />{" "}
          <Plural value={documents} one="in # document" other="in # documents" />
        </>
      ),
    },
    { key: "state", title: t`State`, cell: (row) => <State row={row} /> },
    {
      key: "actions",
      title: t`Actions`,
      quiet: true,
      number: true,
      cell: ({ id, name, kind, retired, under_way }) =>
        !retired && (
          <span className={css.actions}>
            {kind !== "file" && (
              <Button
                size="compact-sm"
                variant="subtle"
                disabled={under_way}
                aria-label={t`Ask ${name} again`}
                onClick={() => ask.mutate(id)}
              >
                <Trans>Ask again</Trans>
              </Button>
            )}
            <Button size="compact-sm" variant="subtle" aria-label={t`Retire ${name}`} onClick={() => retire.mutate(id)}>
              <Trans>Retire</Trans>
            </Button>
          </span>
        ),
    },
  ];
  return (
    <>
      <Fault error={ask.error ?? retire.error} />
      <Table
        caption={t`Sources of suggestions`}
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        muted={({ retired }) => retired}
      />
    </>
  );
};

const State = ({ row }: { readonly row: Source }) => {
  if (row.retired)
    return (
      <Badge>
        <Trans>retired</Trans>
      </Badge>
    );
  if (row.under_way)
    return (
      <Badge tone="accent">
        <Trans>being asked</Trans>
      </Badge>
    );
  if (row.parked !== null)
    return (
      <>
        <Badge tone="bad">
          <Trans>parked</Trans>
        </Badge>{" "}
        {row.parked}
      </>
    );
  return row.asked_at ? moment(row.asked_at) : <Trans>not asked yet</Trans>;
};

export default Sources;
