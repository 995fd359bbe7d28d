/** Figures, dates and names as people read them. */

import { useLingui } from "@lingui/react/macro";
import type { MyStatus, Role } from "../api/types";
import { locale } from "../i18n";

/** Made when it is first wanted: by then the page has its language. */
const once = <T>(make: (locale: string) => T): (() => T) => {
  let made: { readonly locale: string; readonly value: T } | null = null;
  return () => {
    if (made?.locale !== locale()) made = { locale: locale(), value: make(locale()) };
    return made.value;
  };
};

export const useRoleNames = (): Readonly<Record<Role, string>> => {
  const { t } = useLingui();
  return { annotator: t`annotator`, curator: t`curator`, manager: t`manager`, viewer: t`viewer` };
};

export const useStatusNames = (): Readonly<Record<MyStatus, string>> => {
  const { t } = useLingui();
  return { none: t`not begun`, open: t`begun`, finished: t`done` };
};

const names = once((locale) => new Intl.DisplayNames(locale, { type: "language", fallback: "code" }));

/** "it" → "Italian"; a tag nobody knows stays as it is. */
export const languageName = (tag: string): string => {
  if (tag === "und" || tag === "") return "–";
  try {
    return names().of(tag) ?? tag;
  } catch {
    return tag;
  }
};

/** Each once; what nobody could tell is left out. */
export const languageNames = (tags: readonly string[]): string =>
  [...new Set(tags.map(languageName))].filter((name) => name !== "–").join(", ") || "–";

const figures = once((locale) => new Intl.NumberFormat(locale));
export const figure = (n: number): string => figures().format(n);

const shares = once((locale) => new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 }));
/** 0.667 → "67 %" as the reader writes it. */
export const percent = (share: number): string => shares().format(share);

const dayAndTime = once((locale) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }));
export const moment = (iso: string): string => dayAndTime().format(new Date(iso));

const day = once((locale) => new Intl.DateTimeFormat(locale, { dateStyle: "medium" }));
/** Whatever is no date is shown as it is. */
export const date = (iso: string): string => {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? iso : day().format(time);
};

const clock = once((locale) => new Intl.DateTimeFormat(locale, { timeStyle: "medium" }));
export const time = (iso: string): string => clock().format(new Date(iso));

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
export const bytes = (n: number): string => {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(n, 1)) / 3));
  const format = { style: "unit", unit: UNITS[power] as string, maximumFractionDigits: power > 0 ? 1 : 0 } as const;
  return new Intl.NumberFormat(locale(), format).format(n / 1000 ** power);
};

const spans = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** 95 → "2 minutes". */
export const duration = (seconds: number): string => {
  const [unit, size] = spans.find(([, size]) => seconds >= size) ?? (["second", 1] as const);
  return new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "long" }).format(
    Math.round(seconds / size),
  );
};

/** A long quote by its two ends. */
export const shorten = (text: string, most = 60): string => {
  const points = [...text.replaceAll(/\s+/g, " ")];
  if (points.length <= most) return points.join("");
  const head = Math.ceil((most - 1) * 0.6);
  return `${points.slice(0, head).join("")}…${points.slice(points.length - (most - 1 - head)).join("")}`;
};
