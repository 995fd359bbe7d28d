import { Trans, useLingui } from "@lingui/react/macro";

import { useQueryClient } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { onSignedOut } from "../api/client";
import { Dialog } from "../ui/dialog";
import { useAccount } from "./session";
import { SignInForm } from "./signin-form";
import form from "./signin-form.module.css";

/** Around every page that needs somebody: asks for the password again in place when the session has ended. */
export const Inside = () => (
  <>
    <a className="skip" href="#main">
      <Trans>To the content</Trans>
    </a>
    <Outlet />
    <SessionEnded />
    <Sending />
  </>
);

/** Edits that an earlier visit could not send go out from whatever page is open. */
const Sending = () => {
  const { id } = useAccount();
  useEffect(() => {
    let gone = false;
    void import("./outbox").then(({ theOutbox }) => !gone && theOutbox().signedIn(id));
    return () => {
      gone = true;
    };
  }, [id]);
  return null;
};

const SessionEnded = () => {
  const { t } = useLingui();
  const account = useAccount();
  const queries = useQueryClient();
  const [ended, setEnded] = useState(false);
  useEffect(() => onSignedOut(() => setEnded(true)), []);
  const back = () => {
    setEnded(false);
    void import("./outbox").then(({ theOutbox }) => theOutbox().signedIn(account.id));
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" });
  };
  return (
    <Dialog opened={ended} onClose={() => setEnded(false)} title={t`Your session has ended`}>
      <p className={form.lead}>
        <Trans>
          Sign in again to go on. Nothing is lost: edits made meanwhile are kept on this device and sent then.
        </Trans>
      </p>
      <SignInForm username={account.username} onDone={back} />
    </Dialog>
  );
};
