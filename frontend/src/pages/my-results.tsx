import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { myDocumentsQuery } from "../api/queries";
import type { Id, MyDocument } from "../api/types";
import { figure } from "../components/words";
import { Badge } from "../ui/badge";
import { Page } from "../ui/page";
import { Empty, Trouble, Waiting } from "../ui/states";
import { type Column, Table } from "../ui/table";

const MyDocuments = () => {
  const { t } = useLingui();
  const { project } = useParams({ from: "/inside/p/$project/rooms/results" });
  const { data, error, refetch } = useQuery(myDocumentsQuery(project));
  return (
    <Page
      title={t`What became of my work`}
      lead={
        <Trans>
          Documents that you have finished and whose curation is finished, too. Open one to see what gold kept, changed
          and left out, and why; you can ask for another look.
        </Trans>
      }
    >
      {error ? (
        <Trouble error={error} onRetry={refetch} />
      ) : !data ? (
        <Waiting />
      ) : data.length === 0 ? (
        <Empty title={<Trans>Nothing to show yet</Trans>}>
          <Trans>Results appear as soon as curators have finished a document of yours.</Trans>
        </Empty>
      ) : (
        <Rows project={project} rows={data} />
      )}
    </Page>
  );
};

const Rows = ({ project, rows }: { readonly project: Id; readonly rows: readonly MyDocument[] }) => {
  const { t } = useLingui();
  const columns: readonly Column<MyDocument>[] = [
    { key: "title", title: t`Title`, head: true, cell: (row) => <Title project={project} row={row} /> },
    { key: "marks", title: t`My marks`, number: true, cell: ({ marks }) => figure(marks) },
    { key: "kept", title: t`In gold as they are`, number: true, cell: ({ kept }) => figure(kept) },
    { key: "near", title: t`With other edges`, number: true, cell: ({ near }) => figure(near) },
    { key: "gold", title: t`Gold in all`, number: true, cell: ({ gold }) => figure(gold) },
  ];
  return <Table caption={t`My documents`} columns={columns} rows={rows} rowKey={({ document }) => document} />;
};

const Title = ({ project, row }: { readonly project: Id; readonly row: MyDocument }) => (
  <>
    <Link to="/p/$project/results/$document" params={{ project, document: row.document }} dir="auto">
      {row.title || <Trans>Untitled</Trans>}
    </Link>{" "}
    {row.training && (
      <Badge tone="accent">
        <Trans>test</Trans>
      </Badge>
    )}
  </>
);

export default MyDocuments;
