import { plural } from "@lingui/core/macro";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { signIn, signOut } from "../api/client";
import { meQuery } from "../api/queries";
import type { Account } from "../api/types";

/** Who is signed in; only below the routes that need somebody. */
export const useAccount = (): Account => useSuspenseQuery(meQuery).data.account as Account;

export const useSignIn = () => {
  const queries = useQueryClient();
  return useCallback(
    async (username: string, password: string): Promise<Account | null> => {
      const me = await signIn(username, password);
      queries.setQueryData(meQuery.queryKey, me);
      return me.account;
    },
    [queries],
  );
};

/** Forgets everything that was read for this account; unsent edits stay on the device, after asking. */
export const useSignOut = () =>
  useCallback(async (): Promise<void> => {
    const { theOutbox } = await import("./outbox");
    const { unsent } = theOutbox().status();
    const question = plural(unsent, {
      one: "# edit is not sent yet. It stays on this device until you sign in here again. Sign out?",
      other: "# edits are not sent yet. They stay on this device until you sign in here again. Sign out?",
    });
    if (unsent > 0 && !window.confirm(question)) return;
    await signOut();
    window.location.assign("/signin");
  }, []);
