import { Trans } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { onSignedOut } from "../api/client";
import { useAccount } from "./session";

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

const loadDialog = () => import("./session-ended");
const Dialog = lazy(loadDialog);
const SOON = 5_000;

const SessionEnded = () => {
  const { id } = useAccount();
  const queries = useQueryClient();
  const [ended, setEnded] = useState(false);
  useEffect(() => onSignedOut(() => setEnded(true)), []);
  // It must be there when the server no longer gives anything.
  useEffect(() => {
    const timer = setTimeout(() => void loadDialog().catch(() => {}), SOON);
    return () => clearTimeout(timer);
  }, []);
  const back = () => {
    setEnded(false);
    void import("./outbox").then(({ theOutbox }) => theOutbox().signedIn(id));
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" });
  };
  return (
    ended && (
      <Suspense>
        <Dialog onClose={() => setEnded(false)} onDone={back} />
      </Suspense>
    )
  );
};
