import { Plural, Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useBench } from "./bench";
import { isOpen } from "./judge";

/** Done when nothing is open; before that it says how much is. */
export const FinishCuration = () => {
  const { questions, curation, finish } = useBench();
  const open = questions.filter(isOpen).length;
  if (curation.finished)
    return (
      <Button size="xs" variant="default" onClick={() => finish(false)}>
        <Trans>Reopen the curation</Trans>
      </Button>
    );
  return (
    <Button size="xs" disabled={open > 0 || curation.voters.length === 0} onClick={() => finish(true)}>
      {open > 0 ? <Plural value={open} one="# to decide" other="# to decide" /> : <Trans>Curation done</Trans>}
    </Button>
  );
};
