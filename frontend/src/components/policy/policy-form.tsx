import { Trans, useLingui } from "@lingui/react/macro";
import { Checkbox, MultiSelect, Switch } from "@mantine/core";
import type { Author, Policy } from "../../api/types";
import { Choice } from "../../ui/choice";
import { NumberField } from "../../ui/number-field";
import form from "../form.module.css";

interface Props {
  readonly policy: Policy;
  readonly authors: readonly Author[];
  readonly onChange: (policy: Policy) => void;
}

/** The rule that makes consensus of votes: which kind, how much is enough, and who is left out. */
export const PolicyForm = ({ policy, authors, onChange }: Props) => {
  const { t } = useLingui();
  const without = policy.without ?? [];
  return (
    <div className={form.form}>
      <div className={form.row}>
        <Choice
          label={t`Rule`}
          options={[
            { value: "majority", label: t`Majority of the voters` },
            { value: "weighted", label: t`Votes weighted by reliability` },
            { value: "model", label: t`Model of the annotators` },
          ]}
          value={policy.kind}
          onChange={(kind) => onChange(fresh(kind, without))}
        />
        {policy.kind === "model" ? (
          <ModelFields policy={policy} onChange={onChange} />
        ) : (
          <VoteFields policy={policy} onChange={onChange} />
        )}
      </div>
      <MultiSelect
        label={t`Without the votes of`}
        data={authors.map(({ id, name }) => ({ value: id, label: name }))}
        value={[...without]}
        onChange={(chosen) => onChange({ ...policy, without: chosen })}
        placeholder={without.length === 0 ? t`Everybody counts` : ""}
        clearable
        clearButtonProps={{ "aria-label": t`Clear` }}
      />
    </div>
  );
};

const fresh = (kind: string | null, without: readonly string[]): Policy => {
  switch (kind) {
    case "weighted":
      return { kind: "weighted", threshold: 0.5, auto_accept: null, boundary: "exact", without, weights: {} };
    case "model":
      return { kind: "model", tau: 0.35, text: true, auto_accept: 0.8, constraint: "free", without };
    default:
      return { kind: "majority", threshold: 0.5, auto_accept: null, boundary: "exact", without };
  }
};

type Voting = Extract<Policy, { readonly kind: "majority" | "weighted" }>;

interface VoteProps {
  readonly policy: Voting;
  readonly onChange: (policy: Policy) => void;
}

const VoteFields = ({ policy, onChange }: VoteProps) => {
  const { t } = useLingui();
  const { threshold = 0.5, auto_accept = null, boundary = "exact" } = policy;
  return (
    <>
      <NumberField
        label={t`More than this share (0 to 1)`}
        value={threshold}
        error={threshold < 0 || threshold > 1}
        onChange={(share) => share !== null && onChange({ ...policy, threshold: share })}
      />
      <NumberField
        label={t`Without a curator from (0 to 1)`}
        placeholder={t`as soon as it is enough`}
        value={auto_accept}
        error={auto_accept !== null && (auto_accept < 0 || auto_accept > 1)}
        onChange={(share) => onChange({ ...policy, auto_accept: share })}
      />
      <Switch
        label={t`Overlapping edges count together`}
        checked={boundary === "overlap"}
        onChange={(event) => onChange({ ...policy, boundary: event.currentTarget.checked ? "overlap" : "exact" })}
      />
    </>
  );
};

type Model = Extract<Policy, { readonly kind: "model" }>;

interface ModelProps {
  readonly policy: Model;
  readonly onChange: (policy: Policy) => void;
}

const ModelFields = ({ policy, onChange }: ModelProps) => {
  const { t } = useLingui();
  const { tau = 0.35, text = true, auto_accept = 0.8, constraint = "free" } = policy;
  return (
    <>
      <NumberField
        label={t`As sure as this (0 to 1)`}
        value={tau}
        error={tau <= 0 || tau >= 1}
        onChange={(share) => share !== null && onChange({ ...policy, tau: share })}
      />
      <NumberField
        label={t`Without a curator from (0.5 to 1)`}
        value={auto_accept}
        error={auto_accept < 0.5 || auto_accept > 1}
        onChange={(share) => share !== null && onChange({ ...policy, auto_accept: share })}
      />
      <Choice
        label={t`Labels may overlap`}
        options={[
          { value: "free", label: t`freely` },
          { value: "nested", label: t`nested only` },
          { value: "per_type", label: t`with other labels only` },
          { value: "flat", label: t`not at all` },
        ]}
        value={constraint}
        onChange={(value) => onChange({ ...policy, constraint: value as NonNullable<Model["constraint"]> })}
      />
      <Checkbox
        label={<Trans>It reads the text, too</Trans>}
        checked={text}
        onChange={(event) => onChange({ ...policy, text: event.currentTarget.checked })}
      />
    </>
  );
};

/** Whether every number is within what the server takes. */
export const isWhole = (policy: Policy): boolean => {
  const within = (value: number | null | undefined, low: number, high: number): boolean =>
    value == null || (value >= low && value <= high);
  return policy.kind === "model"
    ? within(policy.tau, 0.0001, 0.9999) && within(policy.auto_accept, 0.5, 1)
    : within(policy.threshold, 0, 1) && within(policy.auto_accept, 0, 1);
};
