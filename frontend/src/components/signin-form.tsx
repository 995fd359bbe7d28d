import { Trans, useLingui } from "@lingui/react/macro";
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { ApiProblem } from "../api/client";
import type { Account } from "../api/types";
import { Fault } from "../ui/states";
import { useSignIn } from "./session";
import css from "./signin-form.module.css";

interface Props {
  /** Fixed when somebody only has to prove who they are again. */
  readonly username?: string;
  readonly onDone: (account: Account) => void;
}

export const SignInForm = ({ username, onDone }: Props) => {
  const { t } = useLingui();
  const signIn = useSignIn();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(null);
    try {
      const account = await signIn(username ?? String(form.get("username")), String(form.get("password")));
      if (account) onDone(account);
    } catch (problem) {
      const wrong = problem instanceof ApiProblem && [400, 401, 403].includes(problem.status);
      setError(wrong ? new Error(problem.message || t`The name or the password is not right.`) : problem);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={submit} className={css.form}>
      <TextInput
        name="username"
        label={t`User name`}
        autoComplete="username"
        required
        autoCapitalize="none"
        {...(username ? { value: username, readOnly: true } : { "data-autofocus": true, autoFocus: true })}
      />
      <PasswordInput
        name="password"
        label={t`Password`}
        autoComplete="current-password"
        required
        visibilityToggleButtonProps={{ "aria-label": t`Show the password` }}
        {...(username ? { "data-autofocus": true, autoFocus: true } : {})}
      />
      <Fault error={error} />
      <Button type="submit" loading={busy}>
        <Trans>Sign in</Trans>
      </Button>
    </form>
  );
};
