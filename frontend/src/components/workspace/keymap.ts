/** Keys as words, and which action each of them gives: the usual ones with a person's own on top. Pure. */

/** Such as "x", "Shift+n", "Ctrl+Shift+z", "Enter"; "Ctrl" is the Command key on a Mac. */
export type Chord = string;

export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** The chord of a press; null while only a modifier is held. */
export const chordOf = (press: KeyPress): Chord | null => {
  const key = nameOf(press);
  if (key === null) return null;
  const parts = [];
  if (press.ctrlKey || press.metaKey) parts.push("Ctrl");
  if (press.altKey) parts.push("Alt");
  // What needs Shift to be typed at all, as "?" does, is named without it.
  if (press.shiftKey && (key.length > 1 || /[\p{L}\d]/u.test(key))) parts.push("Shift");
  return [...parts, key].join("+");
};

const MODIFIERS: ReadonlySet<string> = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "Dead"]);

const nameOf = ({ key, code }: KeyPress): string | null => {
  if (MODIFIERS.has(key) || key === "Process" || key === "Unidentified") return null;
  // Digits by their place, so that Shift does not turn 1 into an exclamation mark.
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  if (digit !== undefined && !/^[a-z]/i.test(key)) return digit;
  if (key === " ") return "Space";
  if (key === "+") return "Plus";
  // On an Arabic, Greek or Cyrillic keyboard the letter that is printed in that place on a Latin one.
  const place = /^Key([A-Z])$/.exec(code)?.[1];
  if (place !== undefined && /[^\p{Script=Latin}]/u.test(key)) return place.toLowerCase();
  return key.length === 1 ? key.toLowerCase() : key;
};

/** Whether a chord is one printable key, which speech input and a slip of the hand can give unwanted. */
export const isSingle = (chord: Chord): boolean => /^(?:Shift\+)?.$/u.test(chord);

/** Fixed: they move in the text or leave something, everywhere. */
const FIXED: ReadonlySet<Chord> = new Set([
  ...["Escape", "Enter", "Tab", "Shift+Tab", "Space", "Ctrl+c", "Ctrl+v", "Ctrl+x", "Ctrl+a", "Ctrl+t", "Ctrl+w"],
  ...["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].flatMap((key) =>
    ["", "Shift+", "Ctrl+", "Ctrl+Shift+", "Alt+Shift+", "Alt+"].map((held) => held + key),
  ),
  ...Array.from({ length: 10 }, (_, k) => [`${k}`, `Shift+${k}`]).flat(),
]);

export const isFixed = (chord: Chord): boolean => FIXED.has(chord);

export interface HasKeys {
  readonly id: string;
  readonly keys: readonly Chord[];
}

export type Keymap = ReadonlyMap<string, readonly Chord[]>;

/** A person's own keys take theirs from every other action; nobody's key does two things. */
export const keymapOf = (
  actions: readonly HasKeys[],
  own: Readonly<Record<string, readonly Chord[]>> = {},
  singles = true,
): Keymap => {
  const claimed = new Set(actions.flatMap(({ id }) => own[id] ?? []));
  const usable = (chord: Chord): boolean => singles || !isSingle(chord);
  return new Map(
    actions.map(({ id, keys }) => [id, (own[id] ?? keys.filter((chord) => !claimed.has(chord))).filter(usable)]),
  );
};

/** The action of a chord, in the order of the map. */
export const actionFor = (keymap: Keymap, chord: Chord): string | undefined => {
  for (const [id, chords] of keymap) if (chords.includes(chord)) return id;
  return undefined;
};

/** Letters that a label cannot have as its key. */
export const letters = (keymap: Keymap): ReadonlySet<string> =>
  new Set([...keymap.values()].flat().filter((chord) => chord.length === 1));

/** As it is printed on the keys. */
export const shown = (chord: Chord, apple = false): string =>
  chord
    .replace(/\+(\p{L})$/u, (_, letter: string) => `+${letter.toUpperCase()}`)
    .replace(/Arrow(Left|Right|Up|Down)/, (_, way: string) => ARROWS[way] ?? way)
    .replace("Backspace", "⌫")
    .replace("Escape", "Esc")
    .replace("Ctrl+", apple ? "⌘" : "Ctrl+")
    .replace("Alt+", apple ? "⌥" : "Alt+");

const ARROWS: Readonly<Record<string, string>> = { Left: "←", Right: "→", Up: "↑", Down: "↓" };
