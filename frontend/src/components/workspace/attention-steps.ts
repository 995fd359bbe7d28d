/** From one place that wants a look to the next. */

import { t } from "@lingui/core/macro";
import type { Annotation } from "../../document/model";
import { differing, following, openPoints } from "./attention";
import { type Desk, GOLD } from "./desk";

/** Selects the next annotation that lacks an attribute or a link, and says what. */
export const nextOpen = (desk: Desk, direction: 1 | -1): void => {
  const { schema, snapshot, say } = desk;
  const points = openPoints(schema, snapshot.own);
  const rows = [...new Set(points.map((point) => point.annotation))].flatMap(
    (id) => snapshot.own.annotations.get(id) ?? [],
  );
  const next = step(desk, rows, direction);
  const what = points.filter((point) => point.annotation === next?.id).flatMap((point) => point.what);
  say(next ? t`Missing: ${what.join(", ")}` : t`Nothing is missing`);
};

/** Selects the next annotation, of one's own or of a set that is shown, that not every set has. */
export const nextDiffering = (desk: Desk, direction: 1 | -1): void => {
  const { snapshot, shown, say } = desk;
  const others = [...snapshot.visible.sets].filter(([key, set]) => key !== GOLD && shown.has(key) && !set.mine);
  const sets = others.map(([, set]) => set);
  const next = step(desk, differing(snapshot.own, sets), direction);
  if (others.length === 0) say(t`No other set is shown`);
  else if (!next) say(t`The sets do not differ`);
};

const step = (desk: Desk, rows: readonly Annotation[], direction: 1 | -1): Annotation | undefined => {
  const { snapshot, goTo, selection } = desk;
  const all = [...snapshot.visible.sets.values()].flatMap((set) => set.annotations.get(snapshot.selected ?? "") ?? []);
  const from = all[0]?.spans[0]?.[0] ?? selection.get()?.spans[0]?.[0] ?? (direction > 0 ? -1 : Infinity);
  const next = following(rows, from, direction);
  if (next) goTo(next.id);
  return next;
};
