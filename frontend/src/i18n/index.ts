/** The page's language: English from the source, others from a catalogue that is loaded when it is wanted. */

import { i18n } from "@lingui/core";

export interface Language {
  readonly key: string;
  /** In itself, for who does not read the others. */
  readonly name: string;
  readonly dir: "ltr" | "rtl";
}

export const LANGUAGES: readonly Language[] = [
  { key: "en", name: "English", dir: "ltr" },
  { key: "it", name: "Italiano", dir: "ltr" },
];

const PLACE = "palimpsest.language";

const known = (tag: string): Language | undefined => LANGUAGES.find(({ key }) => key === tag.split("-")[0]);

/** What was chosen on this device, else the first of the browser's that there is, else English. */
export const wantedLanguage = (tags: readonly string[] = navigator.languages): string => {
  const chosen = known(kept());
  return (chosen ?? tags.map(known).find((one) => one !== undefined))?.key ?? "en";
};

const kept = (): string => {
  try {
    return localStorage.getItem(PLACE) ?? "";
  } catch {
    return "";
  }
};

/** For the next page that is loaded; empty for the browser's. */
export const keepLanguage = (key: string): void => {
  try {
    if (key === "") localStorage.removeItem(PLACE);
    else localStorage.setItem(PLACE, key);
  } catch {
    // Then the account tells at each visit.
  }
};

export const activate = async (key: string): Promise<void> => {
  const messages = key === "it" ? (await import("virtual:messages/it")).default : {};
  i18n.loadAndActivate({ locale: key, messages });
  document.documentElement.lang = key;
  document.documentElement.dir = known(key)?.dir ?? "ltr";
};

/** Figures and dates in English are written the British way. */
export const locale = (): string => (i18n.locale === "en" || i18n.locale === "" ? "en-GB" : i18n.locale);

i18n.loadAndActivate({ locale: "en", messages: {} });

export { i18n };
