import { Trans, useLingui } from "@lingui/react/macro";
import { SegmentedControl } from "@mantine/core";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { acceptanceQuery, schemaQuery } from "../../api/queries";
import type { Acceptance, Id } from "../../api/types";
import { REPEATS } from "../../document/offers";
import { Section } from "../../ui/page";
import { type Column, Table } from "../../ui/table";
import { figure, percent } from "../words";

type Group = "sources" | "people" | "labels";

/** What people make of suggestions, and how long they look first; nothing where nobody has answered any. */
export const Answers = ({ project }: { readonly project: Id }) => {
  const { t } = useLingui();
  const schema = useSuspenseQuery(schemaQuery(project)).data;
  const { data } = useQuery(acceptanceQuery(project));
  const [group, setGroup] = useState<Group>("sources");
  if (!data || data.people.length === 0) return null;
  const groups = [
    { value: "sources", label: t`by source` },
    { value: "people", label: t`by person` },
    { value: "labels", label: t`by label` },
  ];
  const same = t`Same as above`;
  const nameOf = ({ key, name }: Acceptance): string =>
    name || (key === REPEATS ? same : (schema.labels.find((label) => label.key === key)?.name ?? key));
  const columns: readonly Column<Acceptance>[] = [
    { key: "name", title: t`Name`, head: true, cell: (row) => <bdi>{nameOf(row)}</bdi> },
    { key: "taken", title: t`Taken`, number: true, cell: (row) => <Taken row={row} /> },
    { key: "accepted", title: t`as they were`, number: true, cell: ({ accepted }) => figure(accepted) },
    { key: "changed", title: t`changed`, number: true, cell: ({ changed }) => figure(changed) },
    { key: "rejected", title: t`Rejected`, number: true, cell: ({ rejected }) => figure(rejected) },
    { key: "median", title: t`Looked at for`, number: true, cell: ({ median_ms }) => <Seconds ms={median_ms} /> },
    { key: "hasty", title: t`Within half a second`, number: true, cell: (row) => percent(row.hasty / total(row)) },
  ];
  return (
    <Section title={<Trans>Answers to suggestions</Trans>}>
      <SegmentedControl
        aria-label={t`Answers to suggestions`}
        data={groups}
        value={group}
        onChange={(value) => setGroup(value as Group)}
      />
      <Table
        caption={t`Answers to suggestions`}
        columns={columns}
        rows={data[group]}
        rowKey={({ key }) => `${group}/${key}`}
      />
    </Section>
  );
};

const total = ({ accepted, changed, rejected }: Acceptance): number => accepted + changed + rejected;

const Taken = ({ row }: { readonly row: Acceptance }) => {
  const taken = row.accepted + row.changed;
  const [some, all] = [figure(taken), figure(total(row))];
  return (
    <Trans>
      {percent(taken / total(row))} ({some} of {all})
    </Trans>
  );
};

const Seconds = ({ ms }: { readonly ms: number }) => {
  const seconds = (ms / 1000).toFixed(1);
  return <Trans>{seconds} s</Trans>;
};
