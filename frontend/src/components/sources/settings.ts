/** From what is typed about a source to its settings. Pure. */

export interface Typed {
  readonly kind: string;
  readonly label: string;
  readonly countries: string;
  /** One a line: label, a colon, the expression. */
  readonly patterns: string;
  readonly url: string;
  /** One a line: their name, an arrow or equals sign, ours. */
  readonly mapping: string;
}

export const settingsOf = (typed: Typed): object => {
  switch (typed.kind) {
    case "gazetteer":
      return { kind: "gazetteer", label: typed.label, countries: codes(typed.countries) };
    case "patterns":
      return { kind: "patterns", patterns: patternsOf(typed.patterns) };
    case "server":
      return { kind: "server", url: typed.url.trim(), labels: mappingOf(typed.mapping) };
    case "file":
      return { kind: "file", labels: mappingOf(typed.mapping) };
    default:
      return { kind: "dictionary" };
  }
};

const codes = (text: string): readonly string[] => text.toUpperCase().match(/[A-Z]{2}/g) ?? [];

const lines = (text: string): readonly string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

const patternsOf = (text: string) =>
  lines(text).map((line) => {
    const [, label = "", expression = line] = /^([^\s:]+)\s*:\s*(.+)$/.exec(line) ?? [];
    return { label, expression };
  });

const mappingOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    lines(text).flatMap((line) => {
      const [, theirs, ours] = /^(.+?)\s*(?:=|→|->)\s*(\S+)$/.exec(line) ?? [];
      return theirs && ours ? [[theirs, ours]] : [];
    }),
  );
