import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Progress } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { post, remove } from "../../api/client";
import { rebuildsQuery } from "../../api/queries";
import type { Id, Rebuild } from "../../api/types";
import { Badge, type Tone } from "../../ui/badge";
import { Section } from "../../ui/page";
import { Fault, Trouble, Waiting } from "../../ui/states";
import { figure, moment } from "../words";
import css from "./rebuilds.module.css";

const TONES: Readonly<Record<string, Tone>> = { waiting: "plain", running: "accent", done: "good", failed: "bad" };

/** Starts rebuilds, shows how far they are, and stops them. */
export const Rebuilds = () => {
  const { t } = useLingui();
  const { data, error, refetch } = useQuery(rebuildsQuery);
  const start = useStart();
  if (error) return <Trouble error={error} onRetry={refetch} />;
  if (!data) return <Waiting />;
  const busy = new Set(data.results.filter(isUnderWay).map((one) => one.projection));
  return (
    <Section title={<Trans>Rebuild</Trans>}>
      <p className={css.note}>
        <Trans>
          A new table is computed from the log beside the one in use, the two are compared, and the new one takes its
          place at once. Nobody notices; if the two differ, the one in use stays and the difference is told.
        </Trans>
      </p>
      <div className={css.buttons}>
        {data.projections.map((name) => (
          <Button
            key={name}
            variant="default"
            disabled={busy.has(name)}
            onClick={() => start.mutate(name)}
            aria-label={t`Rebuild ${name}`}
          >
            {name}
          </Button>
        ))}
      </div>
      <Fault error={start.error} />
      <ul className={css.list}>
        {data.results.map((one) => (
          <li key={one.id} className={css.item} aria-label={one.projection}>
            <OneRebuild one={one} />
          </li>
        ))}
      </ul>
    </Section>
  );
};

const isUnderWay = ({ state }: Rebuild): boolean => state === "waiting" || state === "running";

const OneRebuild = ({ one }: { readonly one: Rebuild }) => {
  const { t } = useLingui();
  const stop = useStop();
  const states: Readonly<Record<string, string>> = {
    waiting: t`waiting`,
    running: t`running`,
    done: t`done`,
    failed: t`not done`,
  };
  return (
    <>
      <div className={css.head}>
        <Badge tone={TONES[one.state] ?? "plain"}>{states[one.state] ?? one.state}</Badge>
        <b>{one.projection}</b>
        <span className={css.count}>
          {one.total !== null && (
            <Trans>
              {figure(one.done)} of {figure(one.total)} events
            </Trans>
          )}
        </span>
        <time dateTime={one.created_at}>{moment(one.created_at)}</time>
        {isUnderWay(one) && (
          <Button
            variant="subtle"
            color="red"
            size="xs"
            loading={stop.isPending}
            aria-label={t`Cancel the rebuild of ${one.projection}`}
            onClick={() => stop.mutate(one.id)}
          >
            <Trans>Cancel</Trans>
          </Button>
        )}
      </div>
      {isUnderWay(one) && (
        <Progress
          value={one.total ? Math.min(100, (100 * one.done) / one.total) : 0}
          aria-label={t`Progress of ${one.projection}`}
          size="sm"
        />
      )}
      {one.error && <p className={css.error}>{one.error}</p>}
      <Fault error={stop.error} />
    </>
  );
};

const useStart = () => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (projection: string) => post("/api/v1/rebuilds", { body: { projection } }),
    onSettled: () => queries.invalidateQueries(rebuildsQuery),
  });
};

const useStop = () => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (job: Id) => remove("/api/v1/rebuilds/{job}", { params: { path: { job } } }),
    onSettled: () => queries.invalidateQueries(rebuildsQuery),
  });
};
