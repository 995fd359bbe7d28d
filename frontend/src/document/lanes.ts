/**
 * Lanes for the bars under the text: overlapping stretches lie in different lanes, so that each stays readable.
 * A new stretch takes the lowest free lane; those already there never move.
 */

export interface Stretch {
  readonly start: number;
  readonly end: number;
}

export interface Lanes {
  /** The lane that the stretch took. */
  add(id: string, stretch: Stretch): number;
  remove(id: string): void;
  laneOf(id: string): number | undefined;
  /** How many lanes are in use: the highest one plus one. */
  readonly count: number;
}

type Laid = Stretch & { readonly lane: number };

export const createLanes = (): Lanes => {
  const laid = new Map<string, Laid>();
  const free = ({ start, end }: Stretch): number => {
    const taken = new Set<number>();
    for (const other of laid.values()) if (other.start < end && start < other.end) taken.add(other.lane);
    let lane = 0;
    while (taken.has(lane)) lane += 1;
    return lane;
  };
  return {
    add: (id, stretch) => {
      const lane = free(stretch);
      laid.set(id, { start: stretch.start, end: stretch.end, lane });
      return lane;
    },
    remove: (id) => void laid.delete(id),
    laneOf: (id) => laid.get(id)?.lane,
    get count() {
      let most = 0;
      for (const { lane } of laid.values()) most = Math.max(most, lane + 1);
      return most;
    },
  };
};

/** The order that needs the fewest lanes: by start, the longer one first. */
export const outermostFirst = (a: Stretch, b: Stretch): number => a.start - b.start || b.end - a.end;
