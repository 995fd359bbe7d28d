import { Plural, Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useDesk } from "./desk";
import css from "./suggestions-note.module.css";

/** How much is suggested here, and the ways to it; nothing where nothing is. */
export const SuggestionsNote = ({ onAll }: { readonly onAll: () => void }) => {
  const { offers, review, mode, setSheet } = useDesk();
  if (offers.length === 0) return null;
  const begin = () => {
    setSheet(false);
    review(1);
  };
  return (
    <div className={css.note}>
      <span className={css.words}>
        <Plural value={offers.length} one="# suggestion" other="# suggestions" />
      </span>
      <Button size="compact-sm" variant="light" disabled={mode.kind === "suggest"} onClick={begin}>
        <Trans>
          Go through <kbd>s</kbd>
        </Trans>
      </Button>
      <Button size="compact-sm" variant="default" onClick={onAll}>
        <Trans>Together…</Trans>
      </Button>
    </div>
  );
};
