/**
 * Markdown as values: the part of it that a guideline or a comment needs. What it does not know stays as it was typed.
 *
 * Comments come from others. A reader of all of CommonMark nests as deep as a text says: five thousand signs of quotation
 * kept react-markdown busy for five seconds and then overflowed the stack; it is also 50 kB for every page with text.
 */

export type Inline =
  | { readonly kind: "text" | "code"; readonly text: string }
  | { readonly kind: "strong" | "em"; readonly of: readonly Inline[] }
  | { readonly kind: "link"; readonly of: readonly Inline[]; readonly to: string }
  | { readonly kind: "break" };

export type Block =
  | { readonly kind: "heading"; readonly level: number; readonly of: readonly Inline[] }
  | { readonly kind: "paragraph"; readonly of: readonly Inline[] }
  | { readonly kind: "list"; readonly ordered: boolean; readonly start: number; readonly items: readonly Block[][] }
  | { readonly kind: "quote"; readonly of: readonly Block[] }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "table"; readonly head: readonly Inline[][]; readonly rows: readonly Inline[][][] }
  | { readonly kind: "rule" };

const DEEPEST = 12;

export const parse = (text: string): readonly Block[] => blocks(text.replaceAll("\r\n", "\n").split("\n"), 0);

const FENCE = /^ {0,3}(```|~~~)/;
const HEADING = /^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$/;
const RULE = /^ {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])[ \t]+/;
const TABLE_RULE = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

/** Each step takes lines off the front; what begins nothing else is a paragraph. */
const blocks = (lines: readonly string[], depth: number): readonly Block[] => {
  const found: Block[] = [];
  let rest = lines;
  while (rest.length > 0) {
    if (blank(rest[0])) rest = rest.slice(1);
    else {
      const [block, taken] = one(rest, depth);
      found.push(block);
      rest = rest.slice(Math.max(taken, 1));
    }
  }
  return found;
};

type Taken = readonly [Block, number];

const one = (lines: readonly string[], depth: number): Taken => {
  const line = lines[0] as string;
  const heading = HEADING.exec(line);
  if (heading) return [{ kind: "heading", level: heading[1]?.length ?? 1, of: inlines(heading[2] ?? "") }, 1];
  if (FENCE.test(line)) return code(lines);
  if (RULE.test(line)) return [{ kind: "rule" }, 1];
  if (depth < DEEPEST && QUOTE.test(line)) return quote(lines, depth);
  if (depth < DEEPEST && ITEM.test(line)) return list(lines, depth);
  if (line.includes("|") && TABLE_RULE.test(lines[1] ?? "") && (lines[1] ?? "").includes("-")) return table(lines);
  return paragraph(lines);
};

const code = (lines: readonly string[]): Taken => {
  const fence = FENCE.exec(lines[0] as string)?.[1] ?? "```";
  const end = lines.findIndex((line, k) => k > 0 && line.trim().startsWith(fence));
  const last = end < 0 ? lines.length : end;
  return [{ kind: "code", text: lines.slice(1, last).join("\n") }, last + 1];
};

const quote = (lines: readonly string[], depth: number): Taken => {
  const end = countWhile(lines, (line) => QUOTE.test(line));
  return [
    {
      kind: "quote",
      of: blocks(
        lines.slice(0, end).map((line) => line.replace(QUOTE, "")),
        depth + 1,
      ),
    },
    end,
  ];
};

const list = (lines: readonly string[], depth: number): Taken => {
  const first = ITEM.exec(lines[0] as string);
  const ordered = /\d/.test(first?.[2] ?? "");
  const items: Block[][] = [];
  let at = 0;
  for (;;) {
    const mark = ITEM.exec(lines[at] ?? "");
    if (!mark || /\d/.test(mark[2] ?? "") !== ordered) break;
    const inner = mark[0].length;
    const head = (lines[at] as string).slice(inner);
    // What is indented belongs to the item, and lines that go on with its first sentence.
    const more = countWhile(
      lines.slice(at + 1),
      (line, k, all) =>
        indented(line) || (blank(line) && indented(all[k + 1] ?? "")) || goesOn(line, all[k - 1] ?? head),
    );
    const own = lines.slice(at + 1, at + 1 + more).map((line) => line.replace(/^ {1,4}/, ""));
    items.push([...blocks([head, ...own], depth + 1)]);
    at += 1 + more;
    const gap = countWhile(lines.slice(at), blank);
    if (gap > 0 && ITEM.test(lines[at + gap] ?? "")) at += gap;
  }
  return [{ kind: "list", ordered, start: Number.parseInt(first?.[2] ?? "1", 10) || 1, items }, at];
};

const indented = (line: string): boolean => /^ {2,}\S/.test(line);

const goesOn = (line: string, before: string): boolean =>
  !blank(line) && !blank(before) && !ITEM.test(line) && !HEADING.test(line) && !FENCE.test(line) && !QUOTE.test(line);

const table = (lines: readonly string[]): Taken => {
  const end = countWhile(lines, (line) => !blank(line) && line.includes("|"));
  const rows = lines.slice(0, end).map((line) => cells(line).map(inlines));
  return [{ kind: "table", head: [...(rows[0] ?? [])].map((cell) => [...cell]), rows: rows.slice(2).map(copied) }, end];
};

const copied = (row: readonly (readonly Inline[])[]): Inline[][] => row.map((cell) => [...cell]);

const cells = (line: string): readonly string[] =>
  line
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));

const paragraph = (lines: readonly string[]): Taken => {
  const end = 1 + countWhile(lines.slice(1), (line) => goesOn(line, "x") && !RULE.test(line));
  return [{ kind: "paragraph", of: inlines(lines.slice(0, end).join("\n").trim()) }, end];
};

const blank = (line: string | undefined): boolean => (line ?? "").trim() === "";

const countWhile = <T>(all: readonly T[], holds: (one: T, k: number, all: readonly T[]) => boolean): number => {
  const end = all.findIndex((one, k) => !holds(one, k, all));
  return end < 0 ? all.length : end;
};

// --- inside of a line ------------------------------------------------------------------------------------------

/** The first of these that fits at a place; none may look further than the paragraph. */
const CODE = /^(`+)(.+?)\1(?!`)/s;
const STRONG = /^(\*\*|__)(?=\S)(.+?)(?<=\S)\1/s;
const EM = /^(\*|_)(?=\S)(.+?)(?<=\S)\1(?!\w)/s;
const LINK = /^\[([^\][]*)\]\((\S{1,2000}?)\)/;
const BARE = /^https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/;

export const inlines = (text: string, depth = 0): readonly Inline[] => {
  const found: Inline[] = [];
  let plain = "";
  let at = 0;
  const push = (piece: Inline, length: number): void => {
    if (plain !== "") found.push({ kind: "text", text: plain });
    plain = "";
    found.push(piece);
    at += length;
  };
  while (at < text.length) {
    const piece = special(text, at, depth);
    if (piece) push(...piece);
    else {
      const escaped = text[at] === "\\" && /[\\`*_[\]()#|>-]/.test(text[at + 1] ?? "");
      plain += escaped ? text[at + 1] : text[at];
      at += escaped ? 2 : 1;
    }
  }
  if (plain !== "") found.push({ kind: "text", text: plain });
  return found;
};

const special = (text: string, at: number, depth: number): readonly [Inline, number] | null => {
  const rest = text.slice(at);
  const first = text[at] as string;
  if (first === " " && rest.startsWith("  \n")) return [{ kind: "break" }, 3];
  if (first === "`") {
    const code = CODE.exec(rest);
    return code ? [{ kind: "code", text: (code[2] as string).trim() }, code[0].length] : null;
  }
  if (depth >= DEEPEST) return null;
  if (first === "[") {
    const link = LINK.exec(rest);
    if (!link || !isSafe(link[2] as string)) return null;
    return [{ kind: "link", of: inlines(link[1] as string, depth + 1), to: link[2] as string }, link[0].length];
  }
  if (first === "h") {
    const bare = /\w/.test(text[at - 1] ?? " ") ? null : BARE.exec(rest);
    return bare ? [{ kind: "link", of: [{ kind: "text", text: bare[0] }], to: bare[0] }, bare[0].length] : null;
  }
  if (first !== "*" && first !== "_") return null;
  if (first === "_" && /\w/.test(text[at - 1] ?? " ")) return null;
  const strong = STRONG.exec(rest);
  if (strong) return [{ kind: "strong", of: inlines(strong[2] as string, depth + 1) }, strong[0].length];
  const em = EM.exec(rest);
  return em ? [{ kind: "em", of: inlines(em[2] as string, depth + 1) }, em[0].length] : null;
};

/** Where a link may lead: to pages and addresses, never to a script. */
export const isSafe = (to: string): boolean => /^(https?:\/\/|mailto:|#|\/(?!\/))/i.test(to);
