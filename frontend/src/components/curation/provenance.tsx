import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, Drawer } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { certificateQuery } from "../../api/queries";
import type { Certificate } from "../../api/types";
import { Badge } from "../../ui/badge";
import { Trouble, Waiting } from "../../ui/states";
import { download } from "../agreement/figures";
import { PolicyWords } from "../policy-words";
import { figure, moment, percent } from "../words";
import { useBench } from "./bench";
import { endsOf } from "./gold-list";
import css from "./provenance.module.css";
import { useReasonNames, useStatusNames, useVerdictNames } from "./words";

/** The certificate of one gold label or link: votes, suggestions, policy, decisions, schema, and the events it rests on. */
const Provenance = () => {
  const { t } = useLingui();
  const { curation, goldShown, showGold } = useBench();
  const isLink = curation.gold_links.some(({ id }) => id === goldShown);
  return (
    <Drawer
      opened={goldShown !== null}
      onClose={() => showGold(null)}
      position="right"
      size={460}
      title={isLink ? t`Where this link comes from` : t`Where this label comes from`}
      closeButtonProps={{ "aria-label": t`Close` }}
      overlayProps={{ backgroundOpacity: 0.15 }}
    >
      {goldShown && <Loaded gold={goldShown} />}
    </Drawer>
  );
};

const Loaded = ({ gold }: { readonly gold: string }) => {
  const { project, document, curation } = useBench();
  const { data, error, refetch } = useQuery(certificateQuery(project.id, document, gold, curation.position));
  if (error) return <Trouble error={error} onRetry={refetch} />;
  return data ? <Told certificate={data} /> : <Waiting />;
};

const Told = ({ certificate }: { readonly certificate: Certificate }) => {
  const { t } = useLingui();
  const { schema, curation } = useBench();
  const statuses = useStatusNames();
  const { ends, status, confidence, calibrated_on, policy, learned, text, guideline, position } = certificate;
  const kinds: readonly { readonly key: string; readonly name: string }[] = ends ? schema.link_types : schema.labels;
  const label = kinds.find((one) => one.key === certificate.label)?.name ?? certificate.label;
  const quote = ends ? endsOf(curation, { from: ends[0], to: ends[1] }).join(" → ") : certificate.quote;
  const save = () =>
    download(`certificate-${certificate.gold}.json`, JSON.stringify(certificate, null, 2), "application/json");
  return (
    <div className={css.certificate}>
      <p>
        <b>{label}</b> <Badge tone={status === "decided" ? "good" : "plain"}>{statuses[status]}</Badge>
      </p>
      <blockquote className={css.full} dir="auto">
        {quote ?? t`erased`}
      </blockquote>
      <dl className={css.facts}>
        <Votes certificate={certificate} />
        <Suggestions certificate={certificate} />
        <Fact name={<Trans>Confidence</Trans>}>
          {percent(confidence)}
          <p className={css.quiet}>
            {calibrated_on > 0 ? (
              <Plural
                value={calibrated_on}
                one="calibrated on # reviewed document"
                other="calibrated on # reviewed documents"
              />
            ) : (
              <Trans>not calibrated: no document was reviewed for it</Trans>
            )}
          </p>
        </Fact>
        <Fact name={<Trans>Rule</Trans>}>
          <PolicyWords policy={policy.policy} />
          <p className={css.quiet}>
            <Trans>version {policy.version}</Trans> {policy.name && <Trans>set by {policy.name}</Trans>}
          </p>
        </Fact>
        {learned && (
          <Fact name={<Trans>Learned from</Trans>}>
            <Plural value={learned.sets} one="# finished set" other="# finished sets" />
            <p className={css.quiet}>
              <Trans>up to position {figure(learned.learned_from)}</Trans>
            </p>
          </Fact>
        )}
        <Decisions certificate={certificate} />
        <Fact name={<Trans>Schema</Trans>}>{certificate.schema ?? "–"}</Fact>
        <Fact name={<Trans>Guideline</Trans>}>
          {guideline ? <Trans>version {guideline.version}</Trans> : <Trans>none was written</Trans>}
        </Fact>
        <Fact name={<Trans>Text</Trans>}>
          <Trans>version {text.version}</Trans>
          {text.sha256 && (
            <p className={css.quiet}>
              SHA-256 <code>{text.sha256.slice(0, 16)}…</code>
            </p>
          )}
        </Fact>
        <Positions certificate={certificate} />
      </dl>
      <p className={css.quiet}>
        <Trans>As of position {figure(position)} of the log.</Trans>
      </p>
      <div>
        <Button size="xs" variant="default" onClick={save}>
          <Trans>Save as JSON</Trans>
        </Button>
      </div>
    </div>
  );
};

const Votes = ({ certificate }: { readonly certificate: Certificate }) => {
  const { t } = useLingui();
  const { nameOf } = useBench();
  const answers: Readonly<Record<string, string>> = {
    same: t`the same`,
    near: t`other edges`,
    other: t`another label`,
    nothing: t`nothing here`,
    linked: t`linked`,
    "not linked": t`not linked`,
  };
  return (
    <Fact name={<Trans>Votes</Trans>}>
      <ul className={css.votes}>
        {certificate.votes.map((vote) => (
          <li key={vote.author ?? "shared"}>
            <b>{nameOf(vote.author)}</b> {answers[vote.answer]}
            {vote.weight !== 1 && (
              <span className={css.quiet}>
                {" "}
                <Trans>weight {vote.weight.toFixed(2)}</Trans>
              </span>
            )}
            {vote.mark?.origin === "suggestion" && (
              <span className={css.quiet}>
                {" "}
                <Trans>taken from a suggestion</Trans>
              </span>
            )}
          </li>
        ))}
      </ul>
    </Fact>
  );
};

const Suggestions = ({ certificate }: { readonly certificate: Certificate }) =>
  certificate.suggestions.length === 0 ? null : (
    <Fact name={<Trans>Suggested by</Trans>}>{certificate.suggestions.map(({ name }) => name).join(", ")}</Fact>
  );

const Decisions = ({ certificate }: { readonly certificate: Certificate }) => {
  const { nameOf } = useBench();
  const verdicts = useVerdictNames();
  const reasons = useReasonNames();
  return certificate.decisions.map((decision) => (
    <Fact key={decision.decision} name={<Trans>Decision</Trans>}>
      {verdicts[decision.verdict]} <Trans>by {decision.name || nameOf(decision.author)}</Trans>
      {decision.reason && <> · {reasons[decision.reason]}</>}
      {decision.note && <p dir="auto">{decision.note}</p>}
      {decision.recorded_at && <p className={css.quiet}>{moment(decision.recorded_at)}</p>}
      {decision.stale && (
        <Badge tone="bad">
          <Trans>votes changed since</Trans>
        </Badge>
      )}
    </Fact>
  ));
};

const Positions = ({ certificate }: { readonly certificate: Certificate }) => {
  const { project, document } = useBench();
  return (
    <Fact name={<Trans>Events in the log</Trans>}>
      <span className={css.positions}>
        {certificate.events.map(({ position, hash }) => (
          <Link
            key={position}
            to="/p/$project/d/$document/history"
            params={{ project: project.id, document }}
            search={{ at: position }}
            title={hash}
          >
            {position}
          </Link>
        ))}
      </span>
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
