/** What changed from one text to another, line by line. */

export interface Line {
  readonly kind: "same" | "added" | "removed";
  readonly text: string;
}

const MOST = 4_000_000; // cells of the table; beyond that whole stretches are told as exchanged

/** The shortest way from one to the other; what begins and ends alike is set aside first. */
export const diffLines = (before: string, after: string): readonly Line[] => {
  const a = before.split("\n");
  const b = after.split("\n");
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const middle = between(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  return [...told("same", a.slice(0, head)), ...middle, ...told("same", a.slice(a.length - tail))];
};

const told = (kind: Line["kind"], lines: readonly string[]): readonly Line[] => lines.map((text) => ({ kind, text }));

const between = (a: readonly string[], b: readonly string[]): readonly Line[] => {
  if (a.length === 0 || b.length === 0 || a.length * b.length > MOST)
    return [...told("removed", a), ...told("added", b)];
  const common = longestCommon(a, b);
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const here = i < a.length && j < b.length;
    if (here && a[i] === b[j]) {
      lines.push({ kind: "same", text: a[i] as string });
      i++;
      j++;
    } else if (i < a.length && (j === b.length || at(common, i + 1, j) >= at(common, i, j + 1)))
      lines.push({ kind: "removed", text: a[i++] as string });
    else lines.push({ kind: "added", text: b[j++] as string });
  }
  return lines;
};

interface Table {
  readonly cells: Uint32Array;
  readonly wide: number;
}

const at = ({ cells, wide }: Table, i: number, j: number): number => cells[i * wide + j] ?? 0;

/** Of each pair of ends the length of what they have in common. */
const longestCommon = (a: readonly string[], b: readonly string[]): Table => {
  const wide = b.length + 1;
  const cells = new Uint32Array((a.length + 1) * wide);
  const table = { cells, wide };
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      cells[i * wide + j] =
        a[i] === b[j] ? at(table, i + 1, j + 1) + 1 : Math.max(at(table, i + 1, j), at(table, i, j + 1));
  return table;
};

export interface Hunk {
  /** How many lines that are the same were left out before it. */
  readonly skipped: number;
  readonly lines: readonly Line[];
}

/** Changes with a few lines round them. */
export const hunks = (lines: readonly Line[], around = 3): readonly Hunk[] => {
  const near = lines.map((_, k) =>
    lines.slice(Math.max(0, k - around), k + around + 1).some(({ kind }) => kind !== "same"),
  );
  const found: Hunk[] = [];
  let skipped = 0;
  let open: Line[] | null = null;
  lines.forEach((line, k) => {
    if (!near[k]) {
      skipped++;
      open = null;
    } else if (open) open.push(line);
    else {
      open = [line];
      found.push({ skipped, lines: open });
      skipped = 0;
    }
  });
  return found;
};
