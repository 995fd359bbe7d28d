import { Trans, useLingui } from "@lingui/react/macro";
import { useMantineColorScheme } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { FoldOut } from "../ui/fold-out";
import { Icon, type IconName } from "../ui/icons";
import { MenuDivider, MenuItem, MenuLabel, MenuLink } from "../ui/menu";
import { Fault } from "../ui/states";
import { LanguageItems, useOwnLanguage } from "./language";
import { Here } from "./presence";
import { useAccount, useSignOut } from "./session";
import { Notices } from "./threads/notices";
import css from "./topbar.module.css";
import { Wordmark } from "./wordmark";

interface Props {
  /** Where one is, after the wordmark. */
  readonly crumbs?: ReactNode;
  /** What one can do here. */
  readonly tools?: ReactNode;
  /** Makes room on a small screen: only a letter of the name, and no account. */
  readonly tight?: boolean;
}

export const TopBar = ({ crumbs, tools, tight = false }: Props) => {
  const { t } = useLingui();
  return (
    <header className={css.bar} data-tight={tight}>
      <Link to="/" className={css.home} aria-label={t`Palimpsest: all projects`}>
        <Wordmark />
      </Link>
      <div className={css.crumbs}>{crumbs}</div>
      <div className={css.tools}>{tools}</div>
      <Here />
      <Notices />
      <AccountMenu />
    </header>
  );
};

const AccountMenu = () => {
  const { t } = useLingui();
  const account = useAccount();
  const signOut = useSignOut();
  const [opened, setOpened] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const name = account.name || account.username;
  useOwnLanguage();
  return (
    <span className={css.account}>
      <FoldOut
        opened={opened}
        onChange={setOpened}
        label={t`Account`}
        role="menu"
        button={(props) => (
          <button type="button" className={css.button} aria-label={t`Account: ${name}`} {...props}>
            <Icon name="person" size={18} />
          </button>
        )}
      >
        <MenuLabel>
          <Trans>Signed in as {name}</Trans>
        </MenuLabel>
        <Schemes />
        <MenuDivider />
        <LanguageItems />
        <MenuDivider />
        <MenuLink to="/status">
          <Trans>Status of the service</Trans>
        </MenuLink>
        <MenuItem onClick={() => signOut().catch(setError)}>
          <Trans>Sign out</Trans>
        </MenuItem>
        {error ? (
          <MenuLabel>
            <Fault error={error} />
          </MenuLabel>
        ) : null}
      </FoldOut>
    </span>
  );
};

const Schemes = () => {
  const { t } = useLingui();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const schemes: readonly {
    readonly key: "light" | "dark" | "auto";
    readonly icon: IconName;
    readonly name: string;
  }[] = [
    { key: "auto", icon: "auto", name: t`As the system` },
    { key: "light", icon: "sun", name: t`Light` },
    { key: "dark", icon: "moon", name: t`Dark` },
  ];
  return schemes.map(({ key, icon, name }) => (
    <MenuItem key={key} checked={colorScheme === key} onClick={() => setColorScheme(key)}>
      <Icon name={icon} />
      <span className={css.scheme}>{name}</span>
      {colorScheme === key && <Icon name="check" />}
    </MenuItem>
  ));
};
