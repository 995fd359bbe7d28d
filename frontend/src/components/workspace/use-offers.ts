/** What is suggested on this page now. */

import { useLingui } from "@lingui/react/macro";
import { useEffect, useMemo, useState } from "react";
import type { Label } from "../../api/types";
import { type Offer, openOffers, type Repeat, repeated, repeatsOf } from "../../document/offers";
import type { Snapshot } from "../../document/store";

const NONE: readonly Offer[] = [];
const NO_REPEATS: readonly Repeat[] = [];
/** In a longer text looking for sentences that come again takes longer than anybody wants to wait. */
const LONGEST = 500_000;

export const useOffers = (
  { visible, own, index }: Snapshot,
  labels: readonly Label[],
  canEdit: boolean,
): { readonly offers: readonly Offer[]; readonly repeats: readonly Repeat[] } => {
  const { t } = useLingui();
  const repeats = useRepeats(index, visible.document.languages);
  const usable = useMemo(() => new Set(labels.map(({ key }) => key)), [labels]);
  const name = t`Same as above`;
  const { suggestions, document } = visible;
  const offers = useMemo(() => {
    if (!canEdit) return NONE;
    return openOffers([...suggestions, repeated(document, own, repeats, name)], own, usable);
  }, [suggestions, document, own, repeats, usable, canEdit, name]);
  return { offers, repeats };
};

/** Found when the page has nothing else to do: nobody waits for them. */
const useRepeats = (
  index: Snapshot["index"],
  languages: Snapshot["visible"]["document"]["languages"],
): readonly Repeat[] => {
  const [found, setFound] = useState(NO_REPEATS);
  useEffect(() => {
    if (index.length > LONGEST) return;
    const idle = window.requestIdleCallback ?? ((work: () => void) => window.setTimeout(work, 200));
    const leave = window.cancelIdleCallback ?? window.clearTimeout;
    const id = idle(() => setFound(repeatsOf(index, languages)));
    return () => leave(id);
  }, [index, languages]);
  return found;
};
