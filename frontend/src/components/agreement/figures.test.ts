import { expect, test } from "vitest";
import type { AgreementRow } from "../../api/types";
import { columnsOf, confusionAsCsv, csv, interval, rowsAsCsv, shown } from "./figures";

const measure = (value: number | null, reason: string | null = null) => ({
  value,
  low: value === null ? null : value - 0.1,
  high: value === null ? null : value + 0.1,
  count: 7,
  reason,
});

const row: AgreementRow = {
  dimension: "label",
  key: "label:actor",
  name: "Actor",
  documents: 7,
  f1_exact: measure(0.8),
  f1_half: measure(null, "nothing_marked"),
  alpha: null,
  kappa: null,
  fleiss: null,
  alpha_unitizing: null,
  gamma: null,
  gamma_bounds: null,
};

test("figures have two decimals and a true minus", () => {
  expect(shown(0.816)).toBe("0.82");
  expect(shown(-0.1)).toBe("−0.10");
  expect(shown(-0.001)).toBe("0.00");
  expect(interval(measure(0.5))).toBe("[0.40, 0.60]");
  expect(interval(measure(null))).toBeNull();
});

test("a measure that no row has takes no column", () => {
  expect(columnsOf([row])).toEqual(["f1_exact", "f1_half"]);
});

test("a table says of each figure what it is, and why there is none", () => {
  const lines = rowsAsCsv([row], 42).trimEnd().split("\r\n");
  expect(lines[1]).toBe("42,label,label:actor,Actor,7,f1_exact,0.8,0.7000000000000001,0.9,");
  expect(lines[2]).toBe("42,label,label:actor,Actor,7,f1_half,,,,nothing_marked");
});

test("what looks like a formula stays text, quotes and commas are kept", () => {
  expect(csv([["=1+1", 'say "a, b"', null]])).toBe(`'=1+1,"say ""a, b""",\r\n`);
  expect(
    confusionAsCsv(
      ["actor", ""],
      [
        [3, 1],
        [1, 0],
      ],
    ),
  ).toBe(",actor,(not marked)\r\nactor,3,1\r\n(not marked),1,0\r\n");
});
