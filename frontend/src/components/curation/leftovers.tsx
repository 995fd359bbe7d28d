import { Plural, Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { shorten } from "../words";
import { useBench } from "./bench";
import css from "./leftovers.module.css";
import { useStatusNames, useVerdictNames } from "./words";

/** Decisions whose marks have all gone since: nothing of the text shows them, so they are told here. */
export const Unmatched = () => {
  const { curation, index, nameOf, withdraw } = useBench();
  const verdicts = useVerdictNames();
  const { unmatched } = curation;
  if (unmatched.length === 0) return null;
  return (
    <details className={css.box}>
      <summary>
        <Plural
          value={unmatched.length}
          one="# decision is about marks that are gone"
          other="# decisions are about marks that are gone"
        />
      </summary>
      <ul className={css.list}>
        {unmatched.map((decision) => (
          <li key={decision.decision}>
            <span>
              {verdicts[decision.verdict]} <Trans>by {nameOf(decision.author)}</Trans>
              {decision.annotation && (
                <bdi>
                  : “{shorten(decision.annotation.spans.map(([start, end]) => index.slice(start, end)).join(" "), 60)}”
                </bdi>
              )}
            </span>
            {!curation.finished && (
              <Button size="compact-xs" variant="default" onClick={() => withdraw(decision.decision)}>
                <Trans>Withdraw</Trans>
              </Button>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
};

/** What voters say of the document as a whole. */
export const DocumentVotes = () => {
  const { curation, schema, nameOf } = useBench();
  const statuses = useStatusNames();
  if (curation.document_labels.length === 0) return null;
  return (
    <dl className={css.labels}>
      {curation.document_labels.map(({ label, value, status, values }) => (
        <div key={label}>
          <dt>{schema.document_labels.find((one) => one.key === label)?.name ?? label}</dt>
          <dd>
            <b>{value ?? "–"}</b> <span className={css.quiet}>{statuses[status]}</span>
            <span className={css.quiet}>
              {values
                .map((one) => `${one.value}: ${one.votes.map((vote) => nameOf(vote.author)).join(", ")}`)
                .join(" · ")}
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
};
