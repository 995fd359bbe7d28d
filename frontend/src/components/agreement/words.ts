import { useLingui } from "@lingui/react/macro";
import type { MeasureKey } from "./figures";

export const useMeasureNames = (): Readonly<Record<MeasureKey, string>> => {
  const { t } = useLingui();
  return {
    f1_exact: t`F1 exact`,
    f1_half: t`F1 half`,
    alpha: t`α words`,
    kappa: t`κ Cohen`,
    fleiss: t`κ Fleiss`,
    alpha_unitizing: t`α unitizing`,
    gamma: t`γ`,
  };
};

/** What a measure is, for those who do not use it every day. */
export const useMeasureMeanings = (): Readonly<Record<MeasureKey, string>> => {
  const { t } = useLingui();
  return {
    f1_exact: t`Same label on the very same stretch; mean over pairs of annotators`,
    f1_half: t`Same label, and at least half of what either covers in common; mean over pairs`,
    alpha: t`Krippendorff's alpha of the words' labels, against chance`,
    kappa: t`Cohen's kappa of the words' labels; mean over pairs`,
    fleiss: t`Fleiss's kappa of the words' labels`,
    alpha_unitizing: t`Krippendorff's alpha of where marks begin and end`,
    gamma: t`Gamma after Mathet: the best alignment against chance`,
  };
};

export const useReasons = (): ((reason: string) => string) => {
  const { t } = useLingui();
  const known: Readonly<Record<string, string>> = {
    fewer_than_two_annotators: t`fewer than two annotators`,
    nothing_marked: t`nobody marked any`,
    nothing_in_common: t`no two answered the same`,
    no_variation: t`all say the same of everything`,
    too_few_documents: t`fewer than 5 documents`,
    empty_text: t`no text`,
  };
  return (reason) => known[reason] ?? reason;
};

export const useLayerNames = (): Readonly<Record<string, string>> => {
  const { t } = useLingui();
  return { label: t`All labels`, link: t`Links`, attribute: t`Attributes`, document_label: t`Document labels` };
};

export const useMarkerNames = (): Readonly<Record<string, string>> => {
  const { t } = useLingui();
  return { schema: t`schema`, policy: t`policy`, guideline: t`guideline` };
};
