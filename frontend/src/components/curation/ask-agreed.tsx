import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { Dialog } from "../../ui/dialog";
import form from "../form.module.css";
import { useBench } from "./bench";
import { isAgreed } from "./judge";

interface Props {
  readonly onClose: () => void;
}

const AskAgreed = ({ onClose }: Props) => {
  const { t } = useLingui();
  const { questions, acceptAgreed } = useBench();
  const agreed = questions.filter(isAgreed).length;
  const accept = () => {
    acceptAgreed();
    onClose();
  };
  return (
    <Dialog opened onClose={onClose} title={t`Accept all that is agreed`}>
      <div className={form.form}>
        <p>
          {agreed === 0 ? (
            <Trans>Nothing is left that all voters agree on and nobody has decided.</Trans>
          ) : (
            <Plural
              value={agreed}
              one="On # question all voters gave the same answer, to the edges. Accepting it writes one decision, which can be withdrawn."
              other="On # questions all voters gave the same answer, to the edges. Accepting them writes one decision each, which can be withdrawn."
            />
          )}
        </p>
        <div className={form.buttons}>
          <Button size="xs" data-autofocus disabled={agreed === 0} onClick={accept}>
            <Plural value={agreed} one="Accept #" other="Accept all #" />
          </Button>
          <Button size="xs" variant="default" onClick={onClose}>
            <Trans>Leave them</Trans>
          </Button>
        </div>
      </div>
    </Dialog>
  );
};

export default AskAgreed;
