/** Which versions of each stream were written by this browser's own commands. */

export interface Versions {
  /** Own events took the stream from one version to another. */
  record(stream: string, from: number, to: number): void;
  /** The newest version such that everything after `base` up to it is one's own. */
  advance(stream: string, base: number): number;
}

type Range = readonly [from: number, to: number];

export const createVersions = (): Versions => {
  const written = new Map<string, Range[]>();
  return {
    record: (stream, from, to) => {
      if (to > from) written.set(stream, merge([...(written.get(stream) ?? []), [from, to]]));
    },
    advance: (stream, base) => {
      const range = written.get(stream)?.find(([from, to]) => from <= base && base < to);
      return range ? range[1] : base;
    },
  };
};

function merge(ranges: readonly Range[]): Range[] {
  const merged: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = merged[merged.length - 1];
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}
