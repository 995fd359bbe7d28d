import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { sendCommands, tryPolicy } from "../api/commands";
import { authorsQuery, jobQuery, policiesQuery, projectQuery, schemaQuery } from "../api/queries";
import type { Id, Policies as PoliciesView, Policy, WhatIf } from "../api/types";
import { may } from "../components/access";
import form from "../components/form.module.css";
import { isWhole, PolicyForm } from "../components/policy/policy-form";
import { WhatIfResult } from "../components/policy/what-if";
import { PolicyWords } from "../components/policy-words";
import { figure, moment } from "../components/words";
import { newId } from "../document/ids";
import { Badge } from "../ui/badge";
import { Page, Section } from "../ui/page";
import { Fault, Trouble, Waiting } from "../ui/states";
import { type Column, Table } from "../ui/table";

const ROUTE = "/inside/p/$project/rooms/policies";

const Policies = () => {
  const { t } = useLingui();
  const { project } = useParams({ from: ROUTE });
  const { data, error, refetch } = useQuery(policiesQuery(project));
  return (
    <Page
      title={t`Rule of consensus`}
      lead={
        <Trans>
          Try another rule beside the live one: nothing changes until you make it the live one, and that is one event,
          which another can take back. What curators decided stands under every rule.
        </Trans>
      }
    >
      {error ? (
        <Trouble error={error} onRetry={refetch} />
      ) : !data ? (
        <Waiting />
      ) : (
        <>
          <Trial key={data.current} project={project} policies={data} />
          <Versions policies={data} />
        </>
      )}
    </Page>
  );
};

interface Props {
  readonly project: Id;
  readonly policies: PoliciesView;
}

const Trial = ({ project, policies }: Props) => {
  const schema = useSuspenseQuery(schemaQuery(project)).data;
  const { role } = useSuspenseQuery(projectQuery(project)).data;
  const authors = useQuery(authorsQuery(project)).data ?? [];
  const queries = useQueryClient();
  const live = policies.versions[0]?.policy as Policy;
  const [policy, setPolicy] = useState<Policy>(live);
  const attempt = useMutation({ mutationFn: () => tryPolicy(project, policy) });
  const job = useQuery({ ...jobQuery(project, attempt.data?.job?.id ?? ""), enabled: Boolean(attempt.data?.job) });
  const promote = useMutation({
    mutationFn: (id: Id) => sendCommands(project, [{ id, type: "set_policy", data: { policy } }]),
    onSuccess: () => queries.invalidateQueries(),
  });
  const [command] = useState(newId);
  const result = attempt.data?.result ?? ((job.data?.report ?? null) as unknown as WhatIf | null);
  const change = (next: Policy) => {
    setPolicy(next);
    attempt.reset();
  };
  const same = JSON.stringify(policy) === JSON.stringify(live);
  return (
    <Section title={<Trans>Try a rule</Trans>}>
      <PolicyForm policy={policy} authors={authors} onChange={change} />
      <div className={form.buttons}>
        <Button disabled={!isWhole(policy)} loading={attempt.isPending} onClick={() => attempt.mutate()}>
          <Trans>What would change?</Trans>
        </Button>
        {result && !same && may(role, "manage") && (
          <Button variant="default" loading={promote.isPending} onClick={() => promote.mutate(command)}>
            <Trans>Make it the live rule</Trans>
          </Button>
        )}
      </div>
      <Fault error={attempt.error ?? promote.error ?? job.error} />
      {job.data?.state === "failed" && <Fault error={job.data.error} />}
      {attempt.data?.job && !result && job.data?.state !== "failed" && (
        <p role="status" className={form.hint}>
          <Trans>A worker is at it.</Trans> {job.data?.notice}
        </p>
      )}
      {result && <WhatIfResult project={project} schema={schema} result={result} />}
    </Section>
  );
};

const Versions = ({ policies }: { readonly policies: PoliciesView }) => {
  const { t } = useLingui();
  type Row = PoliciesView["versions"][number];
  const columns: readonly Column<Row>[] = [
    { key: "version", title: t`Version`, head: true, cell: ({ version }) => figure(version) },
    { key: "rule", title: t`Rule`, cell: ({ policy }) => <PolicyWords policy={policy} /> },
    { key: "by", title: t`Set by`, cell: ({ name }) => name || "–" },
    { key: "at", title: t`When`, cell: ({ set_at }) => (set_at ? moment(set_at) : "–") },
    { key: "position", title: t`Position`, number: true, cell: ({ position }) => (position ? figure(position) : "–") },
    {
      key: "live",
      title: t`Live`,
      quiet: true,
      cell: ({ version }) =>
        version === policies.current && (
          <Badge tone="good">
            <Trans>live</Trans>
          </Badge>
        ),
    },
  ];
  return (
    <Section title={<Trans>Rules so far</Trans>}>
      <Table
        caption={t`Rules so far`}
        columns={columns}
        rows={policies.versions}
        rowKey={({ version }) => String(version)}
      />
    </Section>
  );
};

export default Policies;
