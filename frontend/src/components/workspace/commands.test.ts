import { expect, test } from "vitest";
import { RESERVED } from "../labels";
import { DESK_COMMANDS } from "./commands";
import { isFixed, keymapOf, letters } from "./keymap";

test("every action has a name of its own for the store of keys, and no usual key is given twice or is fixed", () => {
  const ids = DESK_COMMANDS.map((command) => command.id);
  const keys = DESK_COMMANDS.flatMap((command) => command.keys);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.filter(isFixed)).toEqual([]);
  for (const id of ids) expect(id).toMatch(/^[a-z][a-z0-9_]{0,59}$/);
});

test("labels cannot take the letters of the usual keys", () => {
  const taken = [...letters(keymapOf(DESK_COMMANDS))].filter((letter) => /\p{L}/u.test(letter));
  expect(taken.filter((letter) => !RESERVED.has(letter))).toEqual([]);
});
