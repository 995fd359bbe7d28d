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

/** Forgets everything that was read for this account; unsent edits stay on the device. */
export const useSignOut = () =>
  useCallback(async () => {
    await signOut();
    window.location.assign("/signin");
  }, []);
