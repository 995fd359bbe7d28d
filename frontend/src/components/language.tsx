import { useEffect } from "react";
import { i18n, keepLanguage, LANGUAGES } from "../i18n";
import { Icon } from "../ui/icons";
import { MenuItem } from "../ui/menu";
import { usePreferences, useSetPreferences } from "./preferences";
import css from "./topbar.module.css";

/** The page is loaded anew: every word of it changes, and edits are safe in the outbox. */
const speak = (key: string): void => {
  keepLanguage(key);
  if (key !== "" && key !== i18n.locale) window.location.reload();
};

/** The languages of the page, each in itself. */
export const LanguageItems = () => {
  const set = useSetPreferences();
  const choose = (key: string) => set.mutate({ language: key }, { onSettled: () => speak(key) });
  return LANGUAGES.map(({ key, name }) => (
    <MenuItem key={key} checked={i18n.locale === key} onClick={() => choose(key)}>
      <span className={css.scheme} lang={key}>
        {name}
      </span>
      {i18n.locale === key && <Icon name="check" />}
    </MenuItem>
  ));
};

/** The language that was chosen on another machine. */
export const useOwnLanguage = (): void => {
  const { language } = usePreferences();
  useEffect(() => {
    if (LANGUAGES.some(({ key }) => key === language)) speak(language);
  }, [language]);
};
