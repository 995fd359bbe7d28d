import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject } from "../api/types";
import { exportReport, importReport } from "./job-reports";

test("a broken line is told with its number", () => {
  const report = {
    new: 2,
    rejected: 1,
    diagnostics: [{ line: 7, record: "annotation s1", message: "No such label.", severity: "error" }],
  };
  expect(importReport(report)).toMatchObject({
    fresh: 2,
    rejected: 1,
    notices: [{ line: 7, about: "annotation s1", message: "No such label.", severity: "error", repair: "" }],
  });
});

test("losses keep their order and their counts", () => {
  const losses = [
    { code: "overlap", count: 87, message: "annotations overlap" },
    { code: "links", count: 85, message: "links are left out" },
  ];
  expect(exportReport({ position: 553, losses }).losses).toEqual(losses);
});

test("any JSON object can be shown", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (report) => {
      importReport(report as JsonObject);
      exportReport(report as JsonObject);
    }),
  );
});
