import { Trans, useLingui } from "@lingui/react/macro";
import { Modal } from "@mantine/core";
import { Outlet } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { onSignedOut } from "../api/client";
import { useAccount } from "./session";
import { SignInForm } from "./signin-form";

/** Around every page that needs somebody: asks for the password again in place when the session has ended. */
export const Inside = () => (
  <>
    <a className="skip" href="#main">
      <Trans>To the content</Trans>
    </a>
    <Outlet />
    <SessionEnded />
  </>
);

const SessionEnded = () => {
  const { t } = useLingui();
  const account = useAccount();
  const [ended, setEnded] = useState(false);
  useEffect(() => onSignedOut(() => setEnded(true)), []);
  return (
    <Modal
      opened={ended}
      onClose={() => setEnded(false)}
      title={t`Your session has ended`}
      closeButtonProps={{ "aria-label": t`Close` }}
    >
      <p>
        <Trans>Sign in again to go on. Nothing is lost: edits made meanwhile are kept on this device and sent then.</Trans>
      </p>
      <SignInForm username={account.username} onDone={() => setEnded(false)} />
    </Modal>
  );
};
