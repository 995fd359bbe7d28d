/** How the schema's labels look: a colour that is readable on the page, a line style and a code beside it. */

import type { Label, LinkType, Schema } from "../api/types";
import type { BarStyle, TextLabel } from "../document/view";

export type Scheme = "light" | "dark";

const PAPER: Readonly<Record<Scheme, string>> = { light: "#faf8f4", dark: "#1f2124" };
const STYLES: readonly BarStyle[] = ["solid", "dashed", "dotted", "double"];
/** The small code letters need what text needs. */
const CONTRAST = 4.5;

/** Labels in the schema's order; a label that the schema lost is drawn in grey under its key. */
export const textLabels = (labels: readonly Label[], scheme: Scheme): readonly TextLabel[] => {
  const codes = codesOf(labels.map((label) => label.name));
  return labels.map((label, k) => ({
    key: label.key,
    name: label.name,
    code: codes[k] as string,
    color: readable(label.color, PAPER[scheme]),
    style: STYLES[k % STYLES.length] as BarStyle,
  }));
};

/** One letter where that tells the names apart, else two; never twice the same. */
export const codesOf = (names: readonly string[]): readonly string[] => {
  const taken = new Set<string>();
  return names.map((name) => {
    const code = candidates(name).find((one) => !taken.has(one)) ?? "?";
    taken.add(code);
    return code;
  });
};

function candidates(name: string): readonly string[] {
  const letters = [...name].filter((point) => /[\p{L}\p{N}]/u.test(point));
  const first = (letters[0] ?? "?").toLocaleUpperCase();
  const pairs = letters.slice(1).map((letter) => first + letter.toLocaleLowerCase());
  const numbers = Array.from({ length: 9 }, (_, k) => `${first}${k + 2}`);
  return [first, ...pairs, ...numbers];
}

/** The colour itself, or the nearest darker or lighter one that can be read on the background. */
export const readable = (color: string, background: string, wanted = CONTRAST): string => {
  const behind = parse(background) ?? [255, 255, 255];
  const own = parse(color) ?? [128, 128, 128];
  const toward = luminance(behind) > 0.2 ? 0 : 255;
  for (let share = 0; share <= 1; share += 0.04) {
    const mixed = own.map((part) => Math.round(part + (toward - part) * share)) as unknown as Rgb;
    if (contrast(mixed, behind) >= wanted) return hex(mixed);
  }
  return toward === 0 ? "#000000" : "#ffffff";
};

type Rgb = readonly [red: number, green: number, blue: number];

const parse = (color: string): Rgb | null => {
  const digits = /^#([0-9a-f]{6})$/i.exec(color)?.[1];
  if (!digits) return null;
  return [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16)) as unknown as Rgb;
};

const hex = (color: Rgb): string => `#${color.map((part) => part.toString(16).padStart(2, "0")).join("")}`;

const linear = (part: number): number => (part <= 10 ? part / 3294 : ((part / 255 + 0.055) / 1.055) ** 2.4);
const luminance = ([red, green, blue]: Rgb): number =>
  0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);

/** WCAG 2: 1 to 21. */
export const contrast = (a: Rgb, b: Rgb): number => {
  const [dark, bright] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (bright + 0.05) / (dark + 0.05);
};

/** Colours for new labels: apart from each other for colour-blind eyes too, and readable on both backgrounds. */
export const SWATCHES: readonly string[] = [
  "#1f6fb2",
  "#b3541e",
  "#1c7d5a",
  "#8e3b9c",
  "#a3262e",
  "#5b6b00",
  "#00788a",
  "#6a4fc4",
  "#8a5a2b",
  "#555f6b",
];

export const activeLabels = (schema: Schema): readonly Label[] => schema.labels.filter((label) => !label.retired);

/** Letters that do something else by the usual keys while the text has the focus; a label cannot take them. */
export const RESERVED: ReadonlySet<string> = new Set([..."npxrljkudhfebgs"]);

/** Key for each label: its place, and the letter the schema gives it where that letter is free. */
export const labelKeys = (
  labels: readonly Label[],
  reserved: ReadonlySet<string> = RESERVED,
): ReadonlyMap<string, readonly string[]> => {
  const taken = new Set(reserved);
  return new Map(
    labels.map((label, k) => {
      const letter = label.shortcut.toLowerCase();
      const free = /^\p{L}$/u.test(letter) && !taken.has(letter);
      if (free) taken.add(letter);
      return [label.key, [...digit(k), ...(free ? [letter] : [])]];
    }),
  );
};

/** 1 to 9, 0, then with Shift. */
const digit = (place: number): readonly string[] => {
  if (place >= 20) return [];
  const key = String((place + 1) % 10);
  return [place < 10 ? key : `Shift+${key}`];
};

/** The types of link that may lead from one label to another; null stands for any target. */
export const linkTypes = (schema: Schema, from: string, to: string | null): readonly LinkType[] =>
  schema.link_types.filter(
    (type) =>
      !type.retired &&
      (type.from_label === null || type.from_label === from) &&
      (to === null || type.to_label === null || type.to_label === to),
  );
