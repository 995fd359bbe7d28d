import { useLingui } from "@lingui/react/macro";
import type { Conflict, ItemStatus, Reason, Verdict } from "../../api/types";

export const useStatusNames = (): Readonly<Record<ItemStatus, string>> => {
  const { t } = useLingui();
  return {
    agreed: t`agreed`,
    consensus: t`by majority`,
    decided: t`decided`,
    disputed: t`to decide`,
    single: t`one voter`,
  };
};

export const useConflictNames = (): Readonly<Record<Conflict, string>> => {
  const { t } = useLingui();
  return {
    label: t`Different labels`,
    boundary: t`Different edges`,
    existence: t`Marked by some only`,
    attribute: t`Different attributes`,
    link: t`Different links`,
  };
};

export const useReasonNames = (): Readonly<Record<Reason, string>> => {
  const { t } = useLingui();
  return {
    ambiguous_text: t`Ambiguous text`,
    guideline_gap: t`Gap in the guideline`,
    slip: t`Slip`,
    other: t`Other`,
  };
};

export const useVerdictNames = (): Readonly<Record<Verdict, string>> => {
  const { t } = useLingui();
  return {
    accept: t`Accepted`,
    edit: t`Edited`,
    reject: t`Rejected`,
    none_of_these: t`None of these`,
    split: t`Split`,
  };
};
