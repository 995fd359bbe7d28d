import { Trans, useLingui } from "@lingui/react/macro";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { SignInForm } from "../components/signin-form";
import { Wordmark } from "../components/wordmark";
import { useTitle } from "../ui/page";
import css from "./signin.module.css";

const SignIn = () => {
  const { t } = useLingui();
  const { next } = useSearch({ from: "/signin" });
  const navigate = useNavigate();
  useTitle(t`Sign in`);
  return (
    <main className={css.page}>
      <Wordmark large />
      <h1>
        <Trans>Sign in</Trans>
      </h1>
      <SignInForm onDone={() => navigate({ href: ownPath(next), replace: true })} />
      <p className={css.hint}>
        <Trans>
          On a new server, use the one-time link that it printed when it first started. For a lost password, ask whoever
          runs this server: they can make another link.
        </Trans>
      </p>
    </main>
  );
};

/** Only a path of this site: the address must not lead people elsewhere. */
const ownPath = (next: string | undefined): string => (next && /^\/(?![/\\])/.test(next) ? next : "/");

export default SignIn;
