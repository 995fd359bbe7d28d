import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useInfiniteQuery, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { mentionsQuery, projectQuery, registerQuery, schemaQuery } from "../api/queries";
import type { Entity, EntityType, Id, Mention, Schema } from "../api/types";
import { may } from "../components/access";
import { coordinatesOf } from "../components/entity/place";
import { EntityForm } from "../components/entity-form";
import { MergeForm } from "../components/merge-form";
import { shorten } from "../components/words";
import { Dialog } from "../ui/dialog";
import { Page, Section } from "../ui/page";
import { Empty, Trouble, Waiting } from "../ui/states";
import css from "./entity.module.css";

const ROUTE = "/inside/p/$project/rooms/register/$entity";

const EraseDialog = lazy(() =>
  import("../components/erasure/erase-dialog").then(({ EraseDialog }) => ({ default: EraseDialog })),
);
const PlaceMap = lazy(() => import("../components/entity/place-map"));

type Open = "edit" | "merge" | "erase" | null;

/** One entry of the register: what is known of it, and every place where a text speaks of it. */
const EntityCard = () => {
  const { t } = useLingui();
  const { project, entity } = useParams({ from: ROUTE });
  const schema = useSuspenseQuery(schemaQuery(project)).data;
  const mentions = useInfiniteQuery(mentionsQuery(project, entity));
  const [open, setOpen] = useState<Open>(null);
  const first = mentions.data?.pages[0];
  if (mentions.error)
    return (
      <Page title={t`Register`}>
        <Trouble error={mentions.error} onRetry={mentions.refetch} />
      </Page>
    );
  if (!first)
    return (
      <Page title={t`Register`}>
        <Waiting />
      </Page>
    );
  const type = schema.entity_types.find((one) => one.key === first.entity.entity_type);
  const rows = mentions.data?.pages.flatMap((page) => page.mentions) ?? [];
  return (
    <Page
      title={first.entity.name || t`Without a name`}
      lead={first.entity.aliases.length > 0 && <bdi>{first.entity.aliases.join(" · ")}</bdi>}
      actions={<Actions project={project} entity={first.entity} onOpen={setOpen} />}
    >
      <p className={css.back}>
        <Link to="/p/$project/register" params={{ project }} search={{ type: first.entity.entity_type }}>
          <Trans>All entries</Trans>
        </Link>
      </p>
      <Known entity={first.entity} merged={first.merged} type={type} />
      <Section
        title={
          <>
            <Plural value={first.total} one="# mention" other="# mentions" />{" "}
            <Plural value={first.documents} one="in # document" other="in # documents" />
          </>
        }
      >
        {rows.length === 0 ? (
          <Empty title={<Trans>No text that you may see speaks of it</Trans>} />
        ) : (
          <Mentions project={project} rows={rows} schema={schema} />
        )}
        {mentions.hasNextPage && (
          <Button variant="default" loading={mentions.isFetchingNextPage} onClick={() => void mentions.fetchNextPage()}>
            <Trans>Show more</Trans>
          </Button>
        )}
      </Section>
      <Dialogs project={project} entity={first.entity} type={type} open={open} onClose={() => setOpen(null)} />
    </Page>
  );
};

interface ActionsProps {
  readonly project: Id;
  readonly entity: Entity;
  readonly onOpen: (open: Open) => void;
}

const Actions = ({ project, entity, onOpen }: ActionsProps) => {
  const { role } = useSuspenseQuery(projectQuery(project)).data;
  if (entity.merged_into !== null) return null;
  return (
    <>
      {may(role, "edit_register") && (
        <Button variant="default" onClick={() => onOpen("edit")}>
          <Trans>Edit names and facts</Trans>
        </Button>
      )}
      {may(role, "merge_entities") && (
        <Button variant="default" onClick={() => onOpen("merge")}>
          <Trans>Merge</Trans>
        </Button>
      )}
      {may(role, "manage") && (
        <Button variant="subtle" color="red" onClick={() => onOpen("erase")}>
          <Trans>Erase…</Trans>
        </Button>
      )}
    </>
  );
};

interface KnownProps {
  readonly entity: Entity;
  readonly merged: readonly Entity[];
  readonly type: EntityType | undefined;
}

const Known = ({ entity, merged, type }: KnownProps) => {
  const where = coordinatesOf(entity.attributes);
  const facts: readonly (readonly [ReactNode, ReactNode])[] = [
    [<Trans key="kind">Kind</Trans>, type?.name ?? entity.entity_type],
    ...(type?.attributes ?? []).flatMap(({ key, name }): readonly (readonly [ReactNode, ReactNode])[] =>
      entity.attributes[key] === undefined ? [] : [[name, String(entity.attributes[key]).replaceAll("_", " ")]],
    ),
    ...(entity.note ? [[<Trans key="note">Note</Trans>, entity.note] as const] : []),
    ...(merged.length > 0
      ? [[<Trans key="merged">Merged into it</Trans>, merged.map(({ name }) => name).join(", ")] as const]
      : []),
  ];
  return (
    <div className={css.known}>
      <dl className={css.facts}>
        {facts.map(([name, value], k) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a list that is never reordered
          <div key={k}>
            <dt>{name}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
      </dl>
      {where && (
        <Suspense>
          <PlaceMap {...where} name={entity.name} />
        </Suspense>
      )}
    </div>
  );
};

interface MentionsProps {
  readonly project: Id;
  readonly rows: readonly Mention[];
  readonly schema: Schema;
}

const Mentions = ({ project, rows, schema }: MentionsProps) => {
  const documents = [...new Set(rows.map(({ document }) => document))];
  return (
    <div className={css.documents}>
      {documents.map((document) => {
        const here = rows.filter((row) => row.document === document);
        return (
          <section key={document} className={css.document}>
            <h3>
              <Link to="/p/$project/d/$document" params={{ project, document }}>
                <bdi>{here[0]?.title || <Trans>Untitled</Trans>}</bdi>
              </Link>
            </h3>
            <ul>
              {here.map((row) => (
                <Line key={`${row.annotation}`} project={project} row={row} schema={schema} />
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
};

const Line = ({ project, row, schema }: { readonly project: Id; readonly row: Mention; readonly schema: Schema }) => {
  const label = schema.labels.find(({ key }) => key === row.label)?.name ?? row.label;
  const words = (
    <span dir="auto">
      {row.before}
      <mark>{row.quote === null ? <Trans>(erased)</Trans> : shorten(row.quote, 120)}</mark>
      {row.after}
    </span>
  );
  return (
    <li className={css.line}>
      {row.mine ? (
        <Link
          to="/p/$project/d/$document"
          params={{ project, document: row.document }}
          search={{ span: row.annotation }}
        >
          {words}
        </Link>
      ) : (
        words
      )}
      <small>
        {label}
        {row.authors > 1 && (
          <>
            {" · "}
            <Plural value={row.authors} one="# author" other="# authors" />
          </>
        )}
      </small>
    </li>
  );
};

interface DialogsProps {
  readonly project: Id;
  readonly entity: Entity;
  readonly type: EntityType | undefined;
  readonly open: Open;
  readonly onClose: () => void;
}

const Dialogs = ({ project, entity, type, open, onClose }: DialogsProps) => {
  const { t } = useLingui();
  const navigate = useNavigate();
  const all = useQuery({ ...registerQuery(project), enabled: open !== null }).data?.entities ?? [];
  if (open === "erase")
    return (
      <Suspense>
        <EraseDialog project={project} scope="entity" subject={entity.id} onClose={onClose} />
      </Suspense>
    );
  const title = open === "merge" ? t`Merge two entries` : t`Edit the entry`;
  return (
    <Dialog opened={open !== null} onClose={onClose} title={title} size="lg">
      {open === "merge" && (
        <MergeForm
          project={project}
          entity={entity}
          entities={all}
          onDone={() => void navigate({ to: "/p/$project/register", params: { project } })}
        />
      )}
      {open === "edit" && type && (
        <EntityForm project={project} type={type} entity={entity} entities={all} onDone={onClose} />
      )}
    </Dialog>
  );
};

export default EntityCard;
