import fc from "fast-check";
import { expect, test } from "vitest";
import { actionFor, chordOf, isSingle, keymapOf, letters, shown } from "./keymap";

const press = (key: string, code = "", held: Partial<Record<"ctrl" | "meta" | "alt" | "shift", boolean>> = {}) => ({
  key,
  code,
  ctrlKey: held.ctrl ?? false,
  metaKey: held.meta ?? false,
  altKey: held.alt ?? false,
  shiftKey: held.shift ?? false,
});

test("a press has one name, whatever the keyboard and whether Shift is what makes the sign", () => {
  expect(chordOf(press("x", "KeyX"))).toBe("x");
  expect(chordOf(press("N", "KeyN", { shift: true }))).toBe("Shift+n");
  expect(chordOf(press("Z", "KeyZ", { meta: true, shift: true }))).toBe("Ctrl+Shift+z");
  expect(chordOf(press("?", "Slash", { shift: true }))).toBe("?");
  expect(chordOf(press("!", "Digit1", { shift: true }))).toBe("Shift+1");
  expect(chordOf(press("ش", "KeyA"))).toBe("a");
  expect(chordOf(press("я", "KeyZ", { ctrl: true }))).toBe("Ctrl+z");
  expect(chordOf(press("è", "BracketLeft"))).toBe("è");
  expect(chordOf(press("Shift", "ShiftLeft", { shift: true }))).toBeNull();
});

const ACTIONS = [
  { id: "undo", keys: ["Ctrl+z", "u"] },
  { id: "remove", keys: ["x"] },
  { id: "done", keys: ["d"] },
];

test("a person's own key is taken from the action that had it", () => {
  const keymap = keymapOf(ACTIONS, { done: ["x"] });
  expect(actionFor(keymap, "x")).toBe("done");
  expect(actionFor(keymap, "d")).toBeUndefined();
  expect(keymap.get("remove")).toEqual([]);
  expect(letters(keymap)).toEqual(new Set(["u", "x"]));
});

test("without single keys only those with Ctrl or Alt are left", () => {
  const keymap = keymapOf(ACTIONS, { done: ["Alt+d", "Shift+d"] }, false);
  expect([...keymap.values()].flat()).toEqual(["Ctrl+z", "Alt+d"]);
});

test("no key does two things, whatever a person chose", () => {
  const chord = fc.constantFrom("x", "u", "d", "Ctrl+z", "Shift+q", "w");
  const own = fc.dictionary(fc.constantFrom("undo", "remove", "done"), fc.uniqueArray(chord, { maxLength: 1 }));
  fc.assert(
    fc.property(own, (chosen) => {
      const values = Object.values(chosen).flat();
      fc.pre(new Set(values).size === values.length);
      const all = [...keymapOf(ACTIONS, chosen).values()].flat();
      expect(new Set(all).size).toBe(all.length);
    }),
  );
});

test("keys are shown as they are printed", () => {
  expect(shown("Ctrl+Shift+z")).toBe("Ctrl+Shift+Z");
  expect(shown("Ctrl+k", true)).toBe("⌘K");
  expect(shown("x")).toBe("x");
  expect(isSingle("Shift+n") && isSingle("?") && !isSingle("Enter") && !isSingle("Ctrl+n")).toBe(true);
});
