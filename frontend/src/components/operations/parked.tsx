import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { post } from "../../api/client";
import { readyQuery } from "../../api/queries";
import type { Id, Ready } from "../../api/types";
import { Fault } from "../../ui/states";
import { figure } from "../words";
import css from "./parked.module.css";

type Projection = Ready["projections"][number];

interface Props {
  readonly row: Projection & { readonly project: Id };
  readonly project: string;
  /** Managers of the project may. */
  readonly mayRetry: boolean;
}

/** A table that stands still at an event: which, why, how often it was tried, and the way on. */
export const Parked = ({ row, project, mayRetry }: Props) => {
  const { t } = useLingui();
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: () =>
      post("/api/v1/projects/{project}/retries", {
        params: { path: { project: row.project } },
        body: { projection: row.name },
      }),
    onSettled: () => queries.invalidateQueries(readyQuery),
  });
  return (
    <li className={css.item} data-parked={row.state === "parked"}>
      <p className={css.head}>
        <b>{row.name}</b> · <bdi>{project}</bdi> ·{" "}
        {row.state === "parked" ? <Trans>stands still</Trans> : <Trans>is tried again soon</Trans>}
      </p>
      <p className={css.fact}>
        <Trans>
          Event {figure(row.error_position ?? 0)}, tried {figure(row.attempts)} times
        </Trans>
      </p>
      <pre className={css.error}>{row.error}</pre>
      {mayRetry && (
        <Button
          size="xs"
          loading={retry.isPending}
          aria-label={t`Try ${row.name} of ${project} again`}
          onClick={() => retry.mutate()}
        >
          <Trans>Try again</Trans>
        </Button>
      )}
      <Fault error={retry.error} />
    </li>
  );
};
