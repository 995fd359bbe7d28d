import { Trans, useLingui } from "@lingui/react/macro";
import { Dialog } from "../ui/dialog";
import { useAccount } from "./session";
import { SignInForm } from "./signin-form";
import form from "./signin-form.module.css";

interface Props {
  readonly onClose: () => void;
  readonly onDone: () => void;
}

const SessionEnded = ({ onClose, onDone }: Props) => {
  const { t } = useLingui();
  const { username } = useAccount();
  return (
    <Dialog opened onClose={onClose} title={t`Your session has ended`}>
      <p className={form.lead}>
        <Trans>
          Sign in again to go on. Nothing is lost: edits made meanwhile are kept on this device and sent then.
        </Trans>
      </p>
      <SignInForm username={username} onDone={onDone} />
    </Dialog>
  );
};

export default SessionEnded;
