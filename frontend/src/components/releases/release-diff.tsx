import { Trans, useLingui } from "@lingui/react/macro";
import { Button, NativeSelect } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { goldDiffQuery } from "../../api/queries";
import type { GoldChange, Id, Release } from "../../api/types";
import { Badge, type Tone } from "../../ui/badge";
import { Empty, Trouble, Waiting } from "../../ui/states";
import { figure, shorten } from "../words";
import css from "./releases.module.css";

const BEGINNING = "0";
const NOW = "";

interface Props {
  readonly project: Id;
  /** The newest first; at least one. */
  readonly releases: readonly Release[];
}

export const ReleaseDiff = ({ project, releases }: Props) => {
  const { t } = useLingui();
  const [before, setBefore] = useState(releases[0]?.id ?? BEGINNING);
  const [after, setAfter] = useState(NOW);
  const named = releases.map(({ id, name }) => ({ value: id, label: name }));
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetching } = useInfiniteQuery(
    goldDiffQuery(project, before, after),
  );
  const documents = data?.pages.flatMap((page) => page.results) ?? [];
  return (
    <>
      <div className={css.moments}>
        <NativeSelect
          label={t`From`}
          data={[...named, { value: BEGINNING, label: t`the beginning` }]}
          value={before}
          onChange={(event) => setBefore(event.currentTarget.value)}
        />
        <NativeSelect
          label={t`To`}
          data={[{ value: NOW, label: t`now` }, ...named]}
          value={after}
          onChange={(event) => setAfter(event.currentTarget.value)}
        />
      </div>
      {error ? (
        <Trouble error={error} onRetry={refetch} />
      ) : !data ? (
        <Waiting />
      ) : documents.length === 0 && !hasNextPage ? (
        <Empty title={<Trans>The gold is the same</Trans>} />
      ) : (
        <ul className={css.list}>
          {documents.map(({ document, title, changes }) => (
            <li key={document} className={css.card}>
              <Link to="/p/$project/d/$document" params={{ project, document }} className={css.title}>
                <bdi>{title}</bdi>
              </Link>
              <Changes changes={changes} />
            </li>
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Button variant="default" onClick={() => fetchNextPage()} loading={isFetching}>
          <Trans>Show more</Trans>
        </Button>
      )}
    </>
  );
};

const SHOWN = 12;

/** The first of them, labels before links; the others are opened by who wants them. */
const Changes = ({ changes }: { readonly changes: readonly GoldChange[] }) => {
  const kind = (change: GoldChange) => (change.after ?? change.before)?.kind;
  const sorted = changes.toSorted((a, b) => Number(kind(a) !== "label") - Number(kind(b) !== "label"));
  const rest = sorted.slice(SHOWN);
  return (
    <>
      <ChangeList changes={sorted.slice(0, SHOWN)} />
      {rest.length > 0 && (
        <details>
          <summary>
            <Trans>{figure(rest.length)} more</Trans>
          </summary>
          <ChangeList changes={rest} />
        </details>
      )}
    </>
  );
};

const ChangeList = ({ changes }: { readonly changes: readonly GoldChange[] }) => (
  <ul className={css.changes}>
    {changes.map((change) => (
      <ChangeRow key={`${change.before?.id ?? ""} ${change.after?.id ?? ""}`} change={change} />
    ))}
  </ul>
);

const TONES: Readonly<Record<string, Tone>> = { added: "good", removed: "bad", changed: "accent" };

const ChangeRow = ({ change }: { readonly change: GoldChange }) => {
  const { t } = useLingui();
  const kinds: Readonly<Record<string, string>> = { added: t`added`, removed: t`removed`, changed: t`changed` };
  const whys: Readonly<Record<string, string>> = {
    document: t`the document came or went`,
    text: t`the text was corrected`,
    vote: t`votes`,
    decision: t`a decision`,
    policy: t`the policy`,
    reliability: t`what was learned of annotators`,
    schema: t`the schema`,
    register: t`the register`,
  };
  const shown = change.after ?? change.before;
  const label = shown && (shown.content.label ?? shown.content.type);
  const said = change.before?.quote !== change.after?.quote && change.before?.quote;
  return (
    <li className={css.change}>
      <Badge tone={TONES[change.change] ?? "plain"}>{kinds[change.change] ?? change.change}</Badge>
      <span>
        {String(label ?? "")} {said && change.after && <del>{shorten(said, 60)}</del>}{" "}
        {shown?.quote && <q>{shorten(shown.quote, 80)}</q>}
      </span>
      <span className={css.why}>{change.why.map((why) => whys[why] ?? why).join(", ")}</span>
    </li>
  );
};
