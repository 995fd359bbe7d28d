/** What a webhook is told, as people choose it and as the server keeps it. */

import type { Webhook, WebhookWish } from "../../api/types";

export type Scope = "releases" | "all" | "chosen" | "none";

const RELEASES = ["release_made", "release_withdrawn"];

export const scopeOf = ({ events, kinds, types }: Pick<Webhook, "events" | "kinds" | "types">): Scope => {
  if (!events) return "none";
  if (types.length === 0) return kinds.length === 0 ? "all" : "chosen";
  const releases = types.length === RELEASES.length && RELEASES.every((each) => types.includes(each));
  return releases ? "releases" : "chosen";
};

interface Choice {
  readonly name: string;
  readonly url: string;
  readonly scope: Scope;
  readonly chosen: readonly string[];
  readonly gold: boolean;
}

/** Kinds of streams are chosen by programs only; what they chose stays as long as single events are told. */
export const wishFor = ({ name, url, scope, chosen, gold }: Choice, before?: Webhook): WebhookWish => ({
  name: name.trim(),
  url: url.trim(),
  events: scope !== "none",
  kinds: scope === "chosen" ? (before?.kinds ?? []) : [],
  types: scope === "releases" ? RELEASES : scope === "chosen" ? chosen : [],
  gold,
  paused: before?.paused ?? false,
});

/** Whether the wish says all that is needed: an empty list of events would mean all of them. */
export const isWhole = ({ name, url, gold, kinds, types }: WebhookWish, scope: Scope): boolean => {
  if (name === "" || url === "") return false;
  if (scope === "none") return gold;
  return scope !== "chosen" || types.length > 0 || kinds.length > 0;
};

/** "release_made" → "release made", as the log calls it. */
export const typeWords = (type: string): string => type.replaceAll("_", " ");
