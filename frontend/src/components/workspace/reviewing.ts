/** Going through suggestions: which is in hand, what is said to it, and which comes next. */

import { t } from "@lingui/core/macro";
import type { Id } from "../../document/model";
import type { Offer } from "../../document/offers";
import type { Desk } from "./desk";
import { MARK } from "./mode";

/** Into the mode in which suggestions are answered: at one of them, or at the next or previous one from here. */
export const reviewOffer = (desk: Desk, to: Id | 1 | -1): void => {
  const found = typeof to === "string" ? desk.offers.find((one) => one.id === to) : neighbour(desk, to);
  if (found) show(desk, found);
  else desk.say(t`No suggestions here`);
};

/** Takes the one in hand (with another label if one is given), or rejects it with null; then goes on to the next. */
export const answerOffer = (desk: Desk, label: string | null | undefined): void => {
  const { mode, offers, actions } = desk;
  if (mode.kind !== "suggest") return;
  const offer = offers.find((one) => one.id === mode.id);
  if (!offer) return;
  const next = neighbour(desk, 1);
  const seen = performance.now() - mode.since;
  if (label === null) actions.rejectAll([offer], seen);
  else
    actions.accept(offer, seen, {
      ...(label === undefined ? {} : { label }),
      ...(mode.spans ? { spans: mode.spans } : {}),
    });
  if (next && next.id !== offer.id) show(desk, next);
  else {
    desk.setMode(MARK);
    desk.store.select(null);
    desk.say(t`No more suggestions`);
  }
};

const show = ({ setMode, view, store }: Desk, offer: Offer): void => {
  store.select(offer.id);
  setMode({ kind: "suggest", id: offer.id, spans: null, since: performance.now() });
  view.current?.select(offer.id);
};

/** Round at the ends; without one in hand from the selected span, else from the beginning of what is on the screen. */
const neighbour = ({ mode, offers, snapshot }: Desk, direction: 1 | -1): Offer | undefined => {
  if (offers.length === 0) return undefined;
  if (mode.kind === "suggest") {
    const at = offers.findIndex((one) => one.id === mode.id);
    return offers[(at + direction + offers.length) % offers.length];
  }
  const row = snapshot.selected === null ? undefined : snapshot.own.annotations.get(snapshot.selected);
  const from = row?.spans[0]?.[0] ?? 0;
  const after = offers.filter((one) => (one.spans[0]?.[0] ?? 0) >= from);
  return direction > 0 ? (after[0] ?? offers[0]) : (offers[offers.length - after.length - 1] ?? offers.at(-1));
};
