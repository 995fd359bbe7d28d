/** Reports of jobs, read with care: they are JSON that an older worker may have written. */

import type { Json, JsonObject } from "../api/types";

export interface Notice {
  readonly key: string;
  readonly line: number | null;
  /** What it is about: a file of an archive, an annotation. */
  readonly about: string;
  readonly severity: string;
  readonly message: string;
  /** What was done about it, or can be. */
  readonly repair: string;
}

/** A document that says nearly the same words as another. */
export interface Copied {
  readonly id: string;
  readonly title: string;
  readonly of: string;
  /** Share of the runs of three words that both have, 0 to 1. */
  readonly alike: number;
  /** The other one is in the project already. */
  readonly here: boolean;
}

/** A document that says sentences more than once; the first of them. */
export interface Repeating {
  readonly id: string;
  readonly title: string;
  readonly sentences: number;
  readonly quote: string;
}

/** A label, type of link or attribute that the file brings, and how often. */
export interface Foreign {
  readonly kind: string;
  readonly name: string;
  readonly count: number;
}

export interface ImportReport {
  readonly fresh: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly annotations: number;
  readonly links: number;
  readonly entities: number;
  readonly authors: readonly string[];
  readonly notices: readonly Notice[];
  /** Nothing was written: it was only tried. */
  readonly tried: boolean;
  readonly languages: readonly { readonly tag: string; readonly documents: number }[];
  /** Of a file that was tried: documents that are copies of others, and those that say a sentence twice. */
  readonly copies: { readonly documents: number; readonly first: readonly Copied[] };
  readonly repeats: { readonly documents: number; readonly first: readonly Repeating[] };
  /** Names of a file that was tried which nobody mapped to ours. */
  readonly foreign: readonly Foreign[];
  readonly format: string;
  /** Some documents of a file that was tried. */
  readonly first: readonly { readonly id: string; readonly title: string; readonly fresh: boolean }[];
}

export const importReport = (report: JsonObject): ImportReport => ({
  fresh: number(report.new),
  unchanged: number(report.unchanged),
  rejected: number(report.rejected),
  annotations: number(report.annotations),
  links: number(report.links),
  entities: number(report.entities),
  authors: list(report.authors).map(nameOf),
  notices: list(report.diagnostics).filter(isObject).map(noticeOf),
  tried: report.dry_run === true,
  languages: Object.entries(isObject(report.languages) ? report.languages : {}).map(([tag, documents]) => ({
    tag,
    documents: number(documents),
  })),
  copies: likeness(report.copies, (each) => ({
    id: text(each.id),
    title: text(each.title) || text(each.id),
    of: text(each.of_title) || text(each.of),
    alike: number(each.alike),
    here: each.here === true,
  })),
  repeats: likeness(report.repeats, (each) => ({
    id: text(each.id),
    title: text(each.title) || text(each.id),
    sentences: number(each.sentences),
    quote: text(each.quote),
  })),
  foreign: list(report.foreign)
    .filter(isObject)
    .map((each) => ({ kind: text(each.kind), name: text(each.name), count: number(each.count) })),
  format: text(report.format),
  first: list(report.first)
    .filter(isObject)
    .map((each) => ({ id: text(each.id), title: text(each.title), fresh: each.new === true })),
});

export interface Loss {
  readonly code: string;
  readonly count: number;
  readonly message: string;
}

export interface ExportReport {
  readonly position: number;
  readonly counts: { readonly documents: number; readonly annotations: number; readonly links: number };
  readonly losses: readonly Loss[];
  readonly files: readonly { readonly name: string; readonly size: number; readonly sha256: string }[];
  readonly chain: string;
}

export const exportReport = (report: JsonObject): ExportReport => {
  const counts = isObject(report.counts) ? report.counts : {};
  return {
    position: number(report.position),
    counts: {
      documents: number(counts.documents),
      annotations: number(counts.annotations),
      links: number(counts.links),
    },
    losses: list(report.losses)
      .filter(isObject)
      .map((loss) => ({ code: text(loss.code), count: number(loss.count), message: text(loss.message) })),
    files: list(report.files)
      .filter(isObject)
      .map((file) => ({ name: text(file.name), size: number(file.size), sha256: text(file.sha256) })),
    chain: text(report.chain),
  };
};

const likeness = <T>(given: Json | undefined, read: (each: JsonObject) => T) => {
  const found = isObject(given) ? given : {};
  return { documents: number(found.documents), first: list(found.first).filter(isObject).map(read) };
};

const noticeOf = (given: JsonObject, k: number): Notice => ({
  key: String(k),
  line: typeof given.line === "number" ? given.line : null,
  about: text(given.record),
  severity: text(given.severity) || "error",
  message: text(given.message),
  repair: text(given.repair),
});

const nameOf = (author: Json): string => (isObject(author) ? text(author.name) : text(author));

const number = (value: Json | undefined): number => (typeof value === "number" ? value : 0);
const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");
const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
