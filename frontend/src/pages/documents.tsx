import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { documentsQuery, projectQuery } from "../api/queries";
import type { BoardRow } from "../api/types";
import { may } from "../components/access";
import { LanguageChoice } from "../components/language-choice";
import { keepFilter } from "../components/neighbours";
import { date, figure, languageNames, useStatusNames } from "../components/words";
import type { DocumentsSearch } from "../router";
import { Badge } from "../ui/badge";
import { Choice } from "../ui/choice";
import { Icon } from "../ui/icons";
import { LinkButton } from "../ui/link-button";
import { Page } from "../ui/page";
import { Empty, Trouble, Waiting } from "../ui/states";
import { type Column, Table } from "../ui/table";
import css from "./documents.module.css";

const ROUTE = "/inside/p/$project/rooms/";

const Documents = () => {
  const { t } = useLingui();
  const { project } = useParams({ from: ROUTE });
  const search = useSearch({ from: ROUTE });
  const { data: info } = useSuspenseQuery(projectQuery(project));
  const list = useInfiniteQuery(documentsQuery(project, search));
  const rows = list.data?.pages.flatMap((page) => page.results) ?? [];
  useEffect(() => keepFilter(project, search), [project, search]);
  return (
    <Page title={t`Documents`} actions={may(info.role, "annotate") && <NextButton project={project} rows={rows} />}>
      <Filters search={search} languages={info.languages} />
      {list.error ? (
        <Trouble error={list.error} onRetry={list.refetch} />
      ) : !list.data ? (
        <Waiting what={t`Reading the documents…`} />
      ) : rows.length === 0 ? (
        <Nothing project={project} filtered={Object.values(search).some(Boolean)} />
      ) : (
        <>
          <Rows project={project} rows={rows} curator={may(info.role, "curate")} />
          {list.hasNextPage && (
            <Button variant="default" loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
              <Trans>Show more</Trans>
            </Button>
          )}
        </>
      )}
    </Page>
  );
};

const NextButton = ({ project, rows }: { readonly project: string; readonly rows: readonly BoardRow[] }) => {
  const next = rows.find((row) => row.my_status !== "finished" && !row.archived);
  if (!next) return null;
  return (
    <LinkButton to="/p/$project/d/$document" params={{ project, document: next.document }}>
      <Trans>Next document to mark</Trans>
    </LinkButton>
  );
};

const Filters = ({
  search,
  languages,
}: {
  readonly search: DocumentsSearch;
  readonly languages: readonly string[];
}) => {
  const { t } = useLingui();
  const { project } = useParams({ from: ROUTE });
  const navigate = useNavigate({ from: "/p/$project" });
  const [q, setQ] = useState(search.q ?? "");
  const set = (change: DocumentsSearch) =>
    navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false });
  const setText = useDebouncedCallback((text: string) => set({ q: text.trim() || undefined }), 250);
  return (
    <search className={css.filters}>
      <TextInput
        aria-label={t`Search titles`}
        placeholder={t`Search titles`}
        leftSection={<Icon name="search" />}
        value={q}
        onChange={(event) => {
          setQ(event.currentTarget.value);
          setText(event.currentTarget.value);
        }}
        className={css.search ?? ""}
      />
      <Choice
        aria-label={t`Status`}
        none={t`Any status`}
        options={[
          { value: "none", label: t`I have not begun` },
          { value: "open", label: t`I have begun` },
          { value: "finished", label: t`I have finished` },
          { value: "disputed", label: t`With something to decide` },
          { value: "archived", label: t`Archived` },
        ]}
        value={search.status ?? null}
        onChange={(status) => set({ status: status ?? undefined })}
      />
      <LanguageChoice languages={languages} value={search.language} onChange={(language) => set({ language })} />
      {search.copies_of ? (
        <Link to="/p/$project" params={{ project }} search={{}} className={css.only ?? ""}>
          <Trans>Only one article and its copies: show all</Trans>
        </Link>
      ) : (
        <Checkbox
          label={t`Only articles with copies`}
          checked={search.copied === true}
          onChange={(event) => set({ copied: event.currentTarget.checked || undefined })}
          className={css.only ?? ""}
        />
      )}
    </search>
  );
};

const Nothing = ({ project, filtered }: { readonly project: string; readonly filtered: boolean }) => {
  const { role } = useSuspenseQuery(projectQuery(project)).data;
  if (filtered)
    return (
      <Empty title={<Trans>No document fits these filters</Trans>}>
        <Link to="/p/$project" params={{ project }} search={{}}>
          <Trans>Show all documents</Trans>
        </Link>
      </Empty>
    );
  return (
    <Empty title={<Trans>No documents yet</Trans>}>
      {may(role, "import") ? (
        <Link to="/p/$project/import" params={{ project }}>
          <Trans>Import articles: drop files, paste text, or load annotated JSONL</Trans>
        </Link>
      ) : (
        <Trans>A manager of this project has to import some.</Trans>
      )}
    </Empty>
  );
};

interface RowsProps {
  readonly project: string;
  readonly rows: readonly BoardRow[];
  readonly curator: boolean;
}

const Rows = ({ project, rows, curator }: RowsProps) => {
  const { t } = useLingui();
  const columns: readonly Column<BoardRow>[] = [
    { key: "title", title: t`Title`, head: true, cell: (row) => <Title project={project} row={row} /> },
    { key: "language", title: t`Language`, cell: (row) => languageNames(row.languages) },
    { key: "length", title: t`Characters`, number: true, cell: (row) => figure(row.length) },
    { key: "mine", title: t`My work`, cell: (row) => <Mine row={row} /> },
    ...(curator ? curatorColumns(t`Finished sets`, t`Gold`, t`To decide`, project) : []),
  ];
  return (
    <Table
      caption={t`Documents`}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.document}
      muted={(row) => row.archived}
    />
  );
};

const curatorColumns = (sets: string, gold: string, decide: string, project: string): readonly Column<BoardRow>[] => [
  { key: "sets", title: sets, number: true, cell: (row) => `${row.finished ?? 0}/${row.sets ?? 0}` },
  { key: "gold", title: gold, number: true, cell: (row) => figure(row.gold ?? 0) },
  { key: "disputed", title: decide, number: true, cell: (row) => <Disputed project={project} row={row} /> },
];

const Title = ({ project, row }: { readonly project: string; readonly row: BoardRow }) => {
  const { t } = useLingui();
  return (
    <span className={css.title}>
      <Link to="/p/$project/d/$document" params={{ project, document: row.document }} dir="auto">
        {row.title || <Trans>Untitled</Trans>}
      </Link>
      <span className={css.facts}>
        {row.published && <time dateTime={row.published}>{date(row.published)}</time>}
        {row.copies > 0 && (
          <Link
            to="/p/$project"
            params={{ project }}
            search={{ copies_of: row.document }}
            title={t`Other documents say nearly the same words: show them together`}
          >
            <Badge>
              <Plural value={row.copies + 1} one="# copy" other="# copies" />
            </Badge>
          </Link>
        )}
        {row.archived && (
          <Badge tone="warn">
            <Trans>archived</Trans>
          </Badge>
        )}
      </span>
    </span>
  );
};

const Mine = ({ row }: { readonly row: BoardRow }) => {
  const names = useStatusNames();
  const tone = row.my_status === "finished" ? "good" : row.my_status === "open" ? "accent" : "plain";
  return <Badge tone={tone}>{names[row.my_status]}</Badge>;
};

const Disputed = ({ project, row }: { readonly project: string; readonly row: BoardRow }) => {
  const { t } = useLingui();
  if (!row.finished) return null;
  const open = figure(row.disputed ?? 0);
  return (
    <Link
      to="/p/$project/d/$document/curate"
      params={{ project, document: row.document }}
      aria-label={t`Curate ${row.title}: ${open} to decide`}
    >
      {open}
    </Link>
  );
};

export default Documents;
