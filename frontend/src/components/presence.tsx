import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { createContext, type ReactNode, useContext, useState } from "react";
import type { Presence } from "../api/feed";
import { FoldOut } from "../ui/fold-out";
import css from "./presence.module.css";
import { useRoleNames } from "./words";

const NOBODY: Presence = { people: [], others: [] };

const PresenceContext = createContext<Presence>(NOBODY);

/** Around a page whose feed tells who is here. */
export const WithPresence = ({ here, children }: { readonly here: Presence | null; readonly children: ReactNode }) => (
  <PresenceContext value={here ?? NOBODY}>{children}</PresenceContext>
);

const SHOWN = 3;

/** Who else is here, in the top bar: those in the same document in full, the rest of the project behind them. */
export const Here = () => {
  const { t } = useLingui();
  const { people, others } = useContext(PresenceContext);
  const [opened, setOpened] = useState(false);
  const near = people.filter(({ here }) => here);
  const unknown = others.filter(({ here }) => here).reduce((sum, { count }) => sum + count, 0);
  const total = people.length + others.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  return (
    <FoldOut
      opened={opened}
      onChange={setOpened}
      label={t`Who is here`}
      role="dialog"
      button={(props) => (
        <button type="button" className={css.here} aria-label={t`Who is here: ${total}`} {...props}>
          {near.slice(0, SHOWN).map(({ account, name }) => (
            <Face key={account} id={account} name={name} />
          ))}
          {unknown > 0 && <span className={css.face}>{unknown}</span>}
          {near.length > SHOWN && <span className={css.more}>+{near.length - SHOWN}</span>}
          {near.length + unknown === 0 && <span className={css.face}>+{total}</span>}
        </button>
      )}
    >
      <div className={css.list}>
        <Group title={<Trans>In this document</Trans>} presence={only(people, others, true)} />
        <Group title={<Trans>Elsewhere in the project</Trans>} presence={only(people, others, false)} />
      </div>
    </FoldOut>
  );
};

const only = (people: Presence["people"], others: Presence["others"], here: boolean): Presence => ({
  people: people.filter((one) => one.here === here),
  others: others.filter((one) => one.here === here),
});

const Group = ({ title, presence }: { readonly title: ReactNode; readonly presence: Presence }) => {
  const roles = useRoleNames();
  const { people, others } = presence;
  if (people.length + others.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ul>
        {people.map(({ account, name, role }) => (
          <li key={account}>
            <Face id={account} name={name} />
            <bdi>{name}</bdi>
            <small>{roles[role]}</small>
          </li>
        ))}
        {others.map(({ role, count }) => (
          <li key={role}>
            <span className={css.face} aria-hidden="true">
              {count}
            </span>
            {role === "annotator" ? <Plural value={count} one="# annotator" other="# annotators" /> : roles[role]}
          </li>
        ))}
      </ul>
    </section>
  );
};

/** Letters on a colour that follows from the account: never colour alone. */
const Face = ({ id, name }: { readonly id: string; readonly name: string }) => (
  <span className={css.face} data-hue={hueOf(id)} title={name} aria-hidden="true">
    {initials(name)}
  </span>
);

const HUES = 6;
const hueOf = (id: string): number => [...id].reduce((sum, one) => sum + (one.codePointAt(0) ?? 0), 0) % HUES;

const initials = (name: string): string => {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0]];
  return letters
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("")
    .toLocaleUpperCase();
};
