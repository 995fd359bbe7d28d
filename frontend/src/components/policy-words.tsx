import { Trans } from "@lingui/react/macro";
import type { Policy } from "../api/types";
import { percent } from "./words";

/** A policy in words. */
export const PolicyWords = ({ policy }: { readonly policy: Policy }) => {
  switch (policy.kind) {
    case "majority":
      return <Trans>majority, more than {percent(policy.threshold ?? 0.5)} of the voters</Trans>;
    case "weighted":
      return <Trans>votes weighted by reliability, more than {percent(policy.threshold ?? 0.5)} of the weight</Trans>;
    default:
      return <Trans>model of the annotators, from {percent(policy.tau ?? 0.35)} on</Trans>;
  }
};
