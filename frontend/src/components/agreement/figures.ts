/** Figures as a paper prints them, and tables as other programs read them. Pure. */

import type { AgreementRow, Measure } from "../../api/types";

export const MEASURES = ["f1_exact", "f1_half", "alpha", "kappa", "fleiss", "alpha_unitizing", "gamma"] as const;
export type MeasureKey = (typeof MEASURES)[number];

/** Two decimals, with a true minus: a figure like this has no more to say. */
export const shown = (value: number): string =>
  value
    .toFixed(2)
    .replace("-", "−")
    .replace(/^−0\.00$/, "0.00");

export const interval = ({ low, high }: Measure): string | null =>
  low == null || high == null ? null : `[${shown(low)}, ${shown(high)}]`;

/** The measures that some row has: those that nobody asked for take no column. */
export const columnsOf = (rows: readonly AgreementRow[]): readonly MeasureKey[] =>
  MEASURES.filter((key) => rows.some((row) => row[key] !== null));

export type Cell = string | number | null | undefined;

/** RFC 4180; what a spreadsheet would take for a formula is quoted as text. */
export const csv = (rows: readonly (readonly Cell[])[]): string =>
  rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");

const field = (value: Cell): string => {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** One line a row and measure, so that no program has to guess what a column means. */
export const rowsAsCsv = (rows: readonly AgreementRow[], position: number): string =>
  csv([
    ["position", "dimension", "key", "name", "documents", "measure", "value", "low", "high", "reason"],
    ...rows.flatMap((row) =>
      MEASURES.flatMap((key) => {
        const found = row[key];
        if (!found) return [];
        const { value, low, high, reason } = found;
        return [[position, row.dimension, row.key, row.name, row.documents, key, value, low, high, reason] as const];
      }),
    ),
  ]);

export const confusionAsCsv = (labels: readonly string[], cells: readonly (readonly number[])[]): string =>
  csv([["", ...labels.map(nameOf)], ...cells.map((row, k) => [nameOf(labels[k] ?? ""), ...row])]);

const nameOf = (label: string): string => label || "(not marked)";

/** Offers a text as a file. */
export const download = (name: string, text: string, type = "text/csv;charset=utf-8"): void => {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
};
