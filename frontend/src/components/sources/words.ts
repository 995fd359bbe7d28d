import { useLingui } from "@lingui/react/macro";

/** What each kind of source is called. */
export const useKinds = (): Readonly<Record<string, string>> => {
  const { t } = useLingui();
  return {
    dictionary: t`Names of the register`,
    gazetteer: t`Gazetteer`,
    patterns: t`Regular expressions`,
    file: t`A file that marks`,
    server: t`Model server`,
    repeat: t`Same as above`,
  };
};
