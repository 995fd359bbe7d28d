import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Drawer } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { GoldLabel } from "../../api/types";
import { Badge } from "../../ui/badge";
import { useBench } from "./bench";
import css from "./provenance.module.css";
import { useReasonNames, useStatusNames, useVerdictNames } from "./words";

/** The certificate of one gold label: votes, policy, decision, schema, positions of the log. */
const Provenance = () => {
  const { t } = useLingui();
  const { goldShown, showGold } = useBench();
  return (
    <Drawer
      opened={goldShown !== null}
      onClose={() => showGold(null)}
      position="right"
      size={420}
      title={t`Where this label comes from`}
      closeButtonProps={{ "aria-label": t`Close` }}
      overlayProps={{ backgroundOpacity: 0.15 }}
    >
      {goldShown && <Certificate gold={goldShown} />}
    </Drawer>
  );
};

const Certificate = ({ gold }: { readonly gold: GoldLabel }) => {
  const { schema, nameOf, project, document } = useBench();
  const statuses = useStatusNames();
  const { votes, policy, schema_version, positions } = gold.provenance;
  const label = schema.labels.find((one) => one.key === gold.label)?.name ?? gold.label;
  const share = new Intl.NumberFormat(undefined, { style: "percent" }).format(gold.confidence);
  return (
    <div className={css.certificate}>
      <p>
        <b>{label}</b> <Badge tone={gold.status === "decided" ? "good" : "plain"}>{statuses[gold.status]}</Badge>
      </p>
      <blockquote className={css.full} dir="auto">
        {gold.quote}
      </blockquote>
      <dl className={css.facts}>
        <Fact name={<Trans>Votes for it</Trans>}>
          {votes.length === 0 ? <Trans>none</Trans> : votes.map((vote) => nameOf(vote.author)).join(", ")}
        </Fact>
        <Fact name={<Trans>Share of voters</Trans>}>{share}</Fact>
        <Fact name={<Trans>Rule</Trans>}>
          <Rule policy={policy} />
        </Fact>
        <DecisionFact gold={gold} />
        <Fact name={<Trans>Schema</Trans>}>{schema_version ?? "–"}</Fact>
        <Fact name={<Trans>Positions in the log</Trans>}>
          <span className={css.positions}>
            {positions.map((at) => (
              <Link
                key={at}
                to="/p/$project/d/$document/history"
                params={{ project: project.id, document }}
                search={{ at }}
              >
                {at}
              </Link>
            ))}
          </span>
        </Fact>
      </dl>
    </div>
  );
};

const Rule = ({ policy }: { readonly policy: { readonly [key: string]: unknown } }) => {
  const { kind, threshold } = policy;
  if (kind !== "majority") return <>{String(kind ?? "–")}</>;
  const share = new Intl.NumberFormat(undefined, { style: "percent" }).format(Number(threshold));
  return <Trans>majority, more than {share} of the voters</Trans>;
};

const DecisionFact = ({ gold }: { readonly gold: GoldLabel }) => {
  const { curation, nameOf } = useBench();
  const verdicts = useVerdictNames();
  const reasons = useReasonNames();
  const { decision: id } = gold.provenance;
  if (id === null) return null;
  const all = curation.items.flatMap((item) => item.decisions);
  const decision = all.find((one) => one.decision === id);
  return (
    <Fact name={<Trans>Decision</Trans>}>
      {decision ? (
        <>
          {verdicts[decision.verdict]} <Trans>by {nameOf(decision.author)}</Trans>
          {decision.reason && <> · {reasons[decision.reason]}</>}
          {decision.note && <p dir="auto">{decision.note}</p>}
          <p className={css.quiet}>
            <Plural value={decision.votes.length} one="# vote was seen" other="# votes were seen" />
          </p>
        </>
      ) : (
        id
      )}
    </Fact>
  );
};

interface FactProps {
  readonly name: ReactNode;
  readonly children: ReactNode;
}

const Fact = ({ name, children }: FactProps) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

export default Provenance;
