import { Trans, useLingui } from "@lingui/react/macro";
import { Button, CopyButton } from "@mantine/core";
import { Dialog } from "../../ui/dialog";
import form from "../form.module.css";
import css from "./webhooks.module.css";

interface Props {
  readonly secret: string;
  readonly onClose: () => void;
}

/** Shown once: a click beside it must not be the end of it. */
export const Secret = ({ secret, onClose }: Props) => {
  const { t } = useLingui();
  return (
    <Dialog opened onClose={onClose} title={t`The secret of the webhook`} closeOnClickOutside={false}>
      <div className={form.form}>
        <p>
          <Trans>Keep it where your receiver can read it. It is not shown again; a new one can be made.</Trans>
        </p>
        <code className={css.secret}>{secret}</code>
        <div className={form.buttons}>
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button onClick={copy} data-autofocus>
                {copied ? t`Copied` : t`Copy the secret`}
              </Button>
            )}
          </CopyButton>
          <Button variant="default" onClick={onClose}>
            <Trans>Done</Trans>
          </Button>
        </div>
      </div>
    </Dialog>
  );
};
