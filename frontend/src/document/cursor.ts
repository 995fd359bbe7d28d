/** The keyboard's place in the text: a token, and another one from which a selection is drawn out. Pure but for lines. */

import type { Span } from "./model";
import type { Paragraph, TextIndex } from "./offsets";
import type { Tokens } from "./tokens";
import type { Unit } from "./view";

export interface Cursor {
  /** Where the selection was begun, and where it has come to. */
  readonly anchor: Span;
  readonly focus: Span;
}

export const cursorAt = (tokens: Tokens, point: number): Cursor | null => {
  const token = tokens.near(point);
  return token ? { anchor: token, focus: token } : null;
};

export const cursorSpan = ({ anchor, focus }: Cursor): Span => [
  Math.min(anchor[0], focus[0]),
  Math.max(anchor[1], focus[1]),
];

/** Finds the place a line above or below; the view knows where lines are. */
export type LineStep = (point: number, direction: 1 | -1) => number | null;

export interface Field {
  readonly index: TextIndex;
  readonly tokens: Tokens;
  readonly line: LineStep;
}

/** The cursor one unit on, or back; the same cursor at the ends of the text. `extend` keeps the anchor. */
export const moved = (field: Field, cursor: Cursor, unit: Unit, direction: 1 | -1, extend: boolean): Cursor => {
  if (unit === "character") return byCharacter(field, cursor, direction);
  const focus = target(field, cursor.focus, unit, direction, extend) ?? cursor.focus;
  return { anchor: extend ? cursor.anchor : focus, focus };
};

function target(field: Field, from: Span, unit: Unit, direction: 1 | -1, extend: boolean): Span | null {
  const { tokens } = field;
  if (unit === "token") return tokens.neighbour(from, direction);
  if (unit === "line") {
    const point = field.line(from[0], direction);
    return point === null ? null : tokens.near(point);
  }
  const stretches = unit === "sentence" ? sentences(field, from) : paragraphs(field);
  return direction > 0 ? onwards(tokens, stretches, from, extend) : backwards(tokens, stretches, from);
}

/** Drawing out goes to the end of this stretch, then of the next; moving goes to the start of the next. */
function onwards(tokens: Tokens, stretches: readonly Span[], from: Span, extend: boolean): Span | null {
  if (extend) {
    const stretch = stretches.find(([, end]) => end > from[1]);
    return stretch ? lastIn(tokens, stretch) : null;
  }
  const stretch = stretches.find(([start]) => start > from[0]);
  return stretch ? tokens.near(stretch[0]) : null;
}

function backwards(tokens: Tokens, stretches: readonly Span[], from: Span): Span | null {
  const stretch = stretches.findLast(([start]) => start < from[0]);
  return stretch ? tokens.near(stretch[0]) : null;
}

const lastIn = (tokens: Tokens, [, end]: Span): Span | null => {
  const after = tokens.near(end);
  if (!after) return null;
  return after[0] >= end ? tokens.neighbour(after, -1) : after;
};

/** Of this paragraph and its neighbours that have any. */
function sentences({ index, tokens }: Field, from: Span): readonly Span[] {
  const here = index.paragraphAt(from[0]).index;
  const find = (k: number, step: 1 | -1): readonly Span[] => {
    for (let n = k; n >= 0 && n < index.paragraphs.length; n += step) {
      const found = tokens.sentences(index.paragraphs[n] as Paragraph);
      if (found.length > 0) return found;
    }
    return [];
  };
  const middle = tokens.sentences(index.paragraphs[here] as Paragraph);
  return [...find(here - 1, -1), ...middle, ...find(here + 1, 1)];
}

const paragraphs = ({ index }: Field): readonly Span[] =>
  index.paragraphs.filter(({ text }) => /\S/.test(text)).map(({ start, end }): Span => [start, end]);

/** Moves the end that was moved last by one character; never past the other end. */
function byCharacter({ tokens }: Field, { anchor, focus }: Cursor, direction: 1 | -1): Cursor {
  const forwards = focus[1] >= anchor[1];
  const [start, end] = cursorSpan({ anchor, focus });
  const span: Span = forwards
    ? [start, Math.max(tokens.step(start, 1), tokens.step(end, direction))]
    : [Math.min(tokens.step(end, -1), tokens.step(start, direction)), end];
  // Both ends now count as they are, not as tokens.
  return forwards ? { anchor: [span[0], span[0]], focus: span } : { anchor: [span[1], span[1]], focus: span };
}
