/** A person's keys and language: kept with the account, and on this device so that a page begins with them. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, post } from "../api/client";
import type { Preferences } from "../api/types";
import { useAccount } from "./session";

const USUAL: Preferences = { keys: {}, single_keys: true, language: "" };

const placeOf = (account: string): string => `palimpsest.preferences.${account}`;

const keptHere = (account: string): Preferences => {
  try {
    return { ...USUAL, ...(JSON.parse(localStorage.getItem(placeOf(account)) ?? "{}") as Partial<Preferences>) };
  } catch {
    return USUAL;
  }
};

const keepHere = (account: string, chosen: Preferences): Preferences => {
  try {
    localStorage.setItem(placeOf(account), JSON.stringify(chosen));
  } catch {
    // A browser that keeps nothing asks the server at each visit.
  }
  return chosen;
};

const keyOf = (account: string) => ["preferences", account] as const;

export const usePreferences = (): Preferences => {
  const { id } = useAccount();
  const { data } = useQuery<Preferences>({
    queryKey: keyOf(id),
    queryFn: async ({ signal }): Promise<Preferences> =>
      keepHere(id, { ...USUAL, ...(await get("/api/v1/session/preferences", { signal })) }),
    placeholderData: () => keptHere(id),
    staleTime: 60_000,
  });
  return data ?? USUAL;
};

/** Changes some of them: shown at once, taken back if the server refuses. */
export const useSetPreferences = () => {
  const { id } = useAccount();
  const queries = useQueryClient();
  const now = (): Preferences => queries.getQueryData<Preferences>(keyOf(id)) ?? keptHere(id);
  const show = (chosen: Preferences) => queries.setQueryData(keyOf(id), keepHere(id, chosen));
  return useMutation({
    mutationFn: (_: Partial<Preferences>) => post("/api/v1/session/preferences", { body: now() }),
    onMutate: (change) => {
      const before = now();
      show({ ...before, ...change });
      return before;
    },
    onError: (_, __, before) => before && show(before),
  });
};
