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

/** Entries whose names fit, best first: the name itself, a beginning, a word's beginning, anywhere. */
export const searchEntities = (entities: readonly Entity[], query: string, most = 30): readonly Entity[] => {
  const wanted = fold(query);
  const ranked = entities.flatMap((entity) => {
    const rank = entity.merged_into === null ? rankOf(entity, wanted) : null;
    return rank === null ? [] : [{ entity, rank }];
  });
  ranked.sort((a, b) => a.rank - b.rank || a.entity.name.localeCompare(b.entity.name));
  return ranked.slice(0, most).map(({ entity }) => entity);
};

function rankOf(entity: Entity, wanted: string): number | null {
  if (wanted === "") return 0;
  let best: number | null = null;
  for (const name of [entity.name, ...entity.aliases]) {
    const rank = rankName(fold(name), wanted);
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
      const fits = [entity.name, ...entity.aliases]
        .map(fold)
        .filter((name) => name !== "" && text.includes(` ${name} `));
      const longest = Math.max(0, ...fits.map((name) => name.length));
      return longest > 0 ? [{ entity, longest }] : [];
    })
    .sort((a, b) => b.longest - a.longest)
    .slice(0, most)
    .map(({ entity }) => entity);
};
