/** Finding an entry by any of its names, whatever the accents and the case. */

import type { Entity } from "../api/types";

/** Folded for comparison: case, accents, Arabic vowel signs and tatweel do not count. */
export const fold = (text: string): string =>
  text
    .normalize("NFKD")
    .replaceAll(/[\p{M}\u0640]/gu, "")
    .toLocaleLowerCase()
    .replaceAll(/[\s'’ʼ`-]+/g, " ")
    .trim();

const folded = new WeakMap<Entity, readonly string[]>();

/** The name and the aliases, folded once: a register of twenty thousand is looked through at every key. */
const namesOf = (entity: Entity): readonly string[] => {
  const known = folded.get(entity);
  if (known) return known;
  const names = [entity.name, ...entity.aliases].map(fold);
  folded.set(entity, names);
  return names;
};

const { compare } = new Intl.Collator();

/** Entries whose names fit, best first: the name itself, a beginning, a word's beginning, anywhere. */
export const searchEntities = (entities: readonly Entity[], query: string, most = 30): readonly Entity[] => {
  const wanted = fold(query);
  const ranked = entities.flatMap((entity) => {
    const rank = entity.merged_into === null ? rankOf(entity, wanted) : null;
    return rank === null ? [] : [{ entity, rank }];
  });
  // Only of the best ranks so many are in order: thousands that merely fit need not be.
  const ranks = [0, 1, 2, 3].map((rank) => ranked.filter((one) => one.rank === rank));
  const best: (typeof ranked)[number][] = [];
  for (const same of ranks) {
    if (best.length >= most) break;
    best.push(...first(same, most - best.length));
  }
  return best.map(({ entity }) => entity);
};

/** The first few by name, without sorting all of them. */
const first = <Row extends { readonly entity: Entity }>(rows: readonly Row[], most: number): readonly Row[] => {
  const by = (a: Row, b: Row): number => compare(a.entity.name, b.entity.name);
  if (rows.length <= most * 4) return [...rows].sort(by).slice(0, most);
  const kept = rows.slice(0, most).sort(by);
  for (const row of rows.slice(most)) {
    if (by(row, kept[kept.length - 1] as Row) >= 0) continue;
    kept.pop();
    const at = kept.findIndex((one) => by(row, one) < 0);
    kept.splice(at < 0 ? kept.length : at, 0, row);
  }
  return kept;
};

function rankOf(entity: Entity, wanted: string): number | null {
  if (wanted === "") return 0;
  let best: number | null = null;
  for (const name of namesOf(entity)) {
    const rank = rankName(name, wanted);
    if (rank !== null && (best === null || rank < best)) best = rank;
  }
  return best;
}

function rankName(name: string, wanted: string): number | null {
  if (name === wanted) return 0;
  if (name.startsWith(wanted)) return 1;
  if (` ${name}`.includes(` ${wanted}`)) return 2;
  return name.includes(wanted) ? 3 : null;
}

/** Entries that a quote may mean: those with exactly that name, or with a name inside it. */
export const suggestEntities = (entities: readonly Entity[], quote: string, most = 5): readonly Entity[] => {
  const text = ` ${fold(quote)} `;
  return entities
    .filter((entity) => entity.merged_into === null)
    .flatMap((entity) => {
      const fits = namesOf(entity).filter((name) => name !== "" && text.includes(` ${name} `));
      const longest = Math.max(0, ...fits.map((name) => name.length));
      return longest > 0 ? [{ entity, longest }] : [];
    })
    .sort((a, b) => b.longest - a.longest)
    .slice(0, most)
    .map(({ entity }) => entity);
};
