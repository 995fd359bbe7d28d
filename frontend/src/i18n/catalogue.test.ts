import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { messages } from "../../scripts/messages.mjs";
import { activate, i18n, LANGUAGES, wantedLanguage } from ".";

const read = (key: string): Readonly<Record<string, string>> =>
  JSON.parse(readFileSync(join(import.meta.dirname, `${key}.json`), "utf8"));

const others = LANGUAGES.filter(({ key }) => key !== "en").map(({ key }) => key);

/** Names of what is put in, and numbers of the tags around words; a word that one form of a plural says is none. */
const holes = (message: string): readonly string[] =>
  [...message.matchAll(/(?<!\b(?:zero|one|two|few|many|other) )\{(\w+)[,}]|<(\/?\d+\/?)>/g)]
    .map((hole) => hole[1] ?? `<${hole[2]}>`)
    .sort();

test.each(others)("what is put into the words of %s is what English puts in", (key) => {
  for (const [english, other] of Object.entries(read(key)))
    if (other !== "") expect([english, [...new Set(holes(other))]]).toEqual([english, [...new Set(holes(english))]]);
});

test.each(others)(
  "hardly anything is left untold in %s",
  async (key) => {
    const known = read(key);
    const wanted = await messages();
    const missing = wanted.filter((message: string) => !known[message]);
    expect(missing.length / wanted.length, `npm run messages tells which: ${missing.slice(0, 5)}`).toBeLessThan(0.2);
  },
  60_000,
);

test("the page is in the language that was chosen, else the browser's, else in English", async () => {
  expect(wantedLanguage(["ar", "it-CH", "en"])).toBe("it");
  expect(wantedLanguage(["ja"])).toBe("en");
  await activate("it");
  expect(document.documentElement.lang).toBe("it");
  await activate("en");
  expect(i18n.locale).toBe("en");
});
