import { Trans, useLingui } from "@lingui/react/macro";
import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { projectQuery, registerQuery, schemaQuery } from "../api/queries";
import type { Entity, EntityType, Id } from "../api/types";
import { may } from "../components/access";
import { EntityForm } from "../components/entity-form";
import { MergeForm } from "../components/merge-form";
import { Dialog } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { Page } from "../ui/page";
import { Empty, Trouble, Waiting } from "../ui/states";
import { type Column, Table } from "../ui/table";
import css from "./register.module.css";

const ROUTE = "/inside/p/$project/rooms/register";

type Open =
  | { readonly kind: "new"; readonly type: EntityType }
  | { readonly kind: "edit" | "merge"; readonly entity: Entity }
  | null;

const Register = () => {
  const { t } = useLingui();
  const { project } = useParams({ from: ROUTE });
  const search = useSearch({ from: ROUTE });
  const { data: schema } = useSuspenseQuery(schemaQuery(project));
  const { role } = useSuspenseQuery(projectQuery(project)).data;
  const type = schema.entity_types.find((one) => one.key === search.type) ?? schema.entity_types[0];
  const list = useQuery(registerQuery(project, type?.key, search.q));
  const [open, setOpen] = useState<Open>(null);
  if (!type)
    return (
      <Page title={t`Register`}>
        <Empty title={<Trans>The schema has no entries for a register</Trans>} />
      </Page>
    );
  return (
    <Page
      title={t`Register`}
      lead={
        <Trans>
          Who and what the texts speak of: one entry per person, group or place, under all its names. Annotations point
          to entries, so that “Isis” and “Stato Islamico” count as one.
        </Trans>
      }
      actions={
        may(role, "edit_register") && (
          <Button onClick={() => setOpen({ kind: "new", type })}>
            <Trans>New entry</Trans>
          </Button>
        )
      }
    >
      <Filters types={schema.entity_types} type={type.key} q={search.q ?? ""} />
      {list.error ? (
        <Trouble error={list.error} onRetry={list.refetch} />
      ) : list.data ? (
        <Entries rows={list.data.entities} type={type} role={role} onOpen={setOpen} filtered={Boolean(search.q)} />
      ) : (
        <Waiting />
      )}
      <Dialogs project={project} open={open} types={schema.entity_types} onClose={() => setOpen(null)} />
    </Page>
  );
};

interface FiltersProps {
  readonly types: readonly EntityType[];
  readonly type: string;
  readonly q: string;
}

const Filters = ({ types, type, q }: FiltersProps) => {
  const { t } = useLingui();
  const navigate = useNavigate({ from: "/p/$project/register" });
  const [text, setText] = useState(q);
  const set = (change: { readonly q?: string | undefined; readonly type?: string | undefined }) =>
    navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false });
  const setQuery = useDebouncedCallback((value: string) => set({ q: value.trim() || undefined }), 200);
  return (
    <search className={css.filters}>
      <SegmentedControl
        aria-label={t`Kind of entry`}
        data={types.map((one) => ({ value: one.key, label: one.name }))}
        value={type}
        onChange={(value) => set({ type: value })}
      />
      <TextInput
        aria-label={t`Search names`}
        placeholder={t`Search names`}
        leftSection={<Icon name="search" />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setQuery(event.currentTarget.value);
        }}
      />
    </search>
  );
};

interface EntriesProps {
  readonly rows: readonly Entity[];
  readonly type: EntityType;
  readonly role: Parameters<typeof may>[0];
  readonly onOpen: (open: Open) => void;
  readonly filtered: boolean;
}

const Entries = ({ rows, type, role, onOpen, filtered }: EntriesProps) => {
  const { t } = useLingui();
  const shown = rows.filter((row) => row.merged_into === null);
  if (shown.length === 0)
    return filtered ? (
      <Empty title={<Trans>Nobody and nothing by that name</Trans>} />
    ) : (
      <Empty title={<Trans>Empty so far</Trans>}>
        <Trans>Entries can be made here, or on the spot while marking a text.</Trans>
      </Empty>
    );
  const [first, second] = type.attributes;
  const columns: readonly Column<Entity>[] = [
    { key: "name", title: t`Name`, head: true, cell: (row) => <Name row={row} /> },
    {
      key: "aliases",
      title: t`Also`,
      cell: (row) => (row.aliases.length > 0 ? <bdi>{row.aliases.join(", ")}</bdi> : null),
    },
    ...[first, second].flatMap((attribute) =>
      attribute
        ? [
            {
              key: attribute.key,
              title: attribute.name,
              cell: (row: Entity) => String(row.attributes[attribute.key] ?? "").replaceAll("_", " "),
            },
          ]
        : [],
    ),
    {
      key: "actions",
      title: t`Actions`,
      quiet: true,
      number: true,
      cell: (row) => (
        <span className={css.actions}>
          {may(role, "edit_register") && (
            <Button
              size="compact-sm"
              variant="subtle"
              aria-label={t`Edit ${row.name}`}
              onClick={() => onOpen({ kind: "edit", entity: row })}
            >
              <Trans>Edit</Trans>
            </Button>
          )}
          {may(role, "merge_entities") && (
            <Button
              size="compact-sm"
              variant="subtle"
              aria-label={t`Merge ${row.name}`}
              onClick={() => onOpen({ kind: "merge", entity: row })}
            >
              <Trans>Merge</Trans>
            </Button>
          )}
        </span>
      ),
    },
  ];
  return <Table caption={t`Register`} columns={columns} rows={shown} rowKey={(row) => row.id} />;
};

const Name = ({ row }: { readonly row: Entity }) => {
  const { project } = useParams({ from: ROUTE });
  return (
    <Link to="/p/$project/register/$entity" params={{ project, entity: row.id }}>
      <bdi>{row.name}</bdi>
    </Link>
  );
};

interface DialogsProps {
  readonly project: Id;
  readonly open: Open;
  readonly types: readonly EntityType[];
  readonly onClose: () => void;
}

const Dialogs = ({ project, open, types, onClose }: DialogsProps) => {
  const { t } = useLingui();
  const all = useQuery({ ...registerQuery(project), enabled: open !== null }).data?.entities ?? [];
  const typeOf = (entity: Entity) => types.find((type) => type.key === entity.entity_type);
  const type = open?.kind === "new" ? open.type : open ? typeOf(open.entity) : undefined;
  const title = open?.kind === "new" ? t`New entry` : open?.kind === "merge" ? t`Merge two entries` : t`Edit the entry`;
  return (
    <Dialog opened={open !== null} onClose={onClose} title={title} size="lg">
      {open?.kind === "merge" && <MergeForm project={project} entity={open.entity} entities={all} onDone={onClose} />}
      {type && open && open.kind !== "merge" && (
        <EntityForm
          project={project}
          type={type}
          entity={open.kind === "edit" ? open.entity : null}
          entities={all}
          onDone={onClose}
        />
      )}
    </Dialog>
  );
};

export default Register;
