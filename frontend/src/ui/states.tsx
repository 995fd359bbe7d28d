import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import { ApiProblem, Unreachable } from "../api/client";
import css from "./states.module.css";

/** Nothing here yet: says why, and what to do about it. */
export const Empty = ({ title, children }: { readonly title: ReactNode; readonly children?: ReactNode }) => (
  <div className={css.box}>
    <p className={css.title}>{title}</p>
    {children && <div className={css.body}>{children}</div>}
  </div>
);

export const Trouble = ({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) => (
  <div className={css.box} role="alert">
    <p className={css.title}>
      <Heading error={error} />
    </p>
    <div className={css.body}>
      <Advice error={error} />
    </div>
    {onRetry && (
      <Button variant="default" onClick={onRetry}>
        <Trans>Try again</Trans>
      </Button>
    )}
  </div>
);

/** Words only after a moment, so that a quick answer does not flicker. */
export const Waiting = ({ what }: { readonly what?: ReactNode }) => {
  const { t } = useLingui();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={css.box} role="status" aria-busy="true">
      <p className={css.body}>{late ? (what ?? t`Loading…`) : " "}</p>
    </div>
  );
};

/** One line in a form or a list that went wrong. */
export const Fault = ({ error }: { readonly error: unknown }) =>
  error ? (
    <p className={css.fault} role="alert">
      {wordsOf(error)}
    </p>
  ) : null;

export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const Heading = ({ error }: { readonly error: unknown }) => {
  if (error instanceof Unreachable) return <Trans>The server does not answer</Trans>;
  if (error instanceof ApiProblem && error.status === 404) return <Trans>Nothing here for you</Trans>;
  if (error instanceof ApiProblem) return error.problem.title;
  return <Trans>Something went wrong on this page</Trans>;
};

const Advice = ({ error }: { readonly error: unknown }) => {
  if (error instanceof Unreachable)
    return <Trans>Your edits are kept on this device and go out when the server is back.</Trans>;
  if (error instanceof ApiProblem && error.status === 404)
    return <Trans>It does not exist, or you are not a member of its project. A manager can add you.</Trans>;
  return wordsOf(error);
};
