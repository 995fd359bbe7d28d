import { Trans, useLingui } from "@lingui/react/macro";
import { Menu, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Icon, type IconName } from "../ui/icons";
import { MenuLink } from "../ui/menu-link";
import { useAccount, useSignOut } from "./session";
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
      <AccountMenu />
    </header>
  );
};

const AccountMenu = () => {
  const { t } = useLingui();
  const account = useAccount();
  const signOut = useSignOut();
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <UnstyledButton className={css.account} aria-label={t`Account: ${account.name}`}>
          <Icon name="person" size={18} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Trans>Signed in as {account.name || account.username}</Trans>
        </Menu.Label>
        <SchemeItems />
        <Menu.Divider />
        <MenuLink to="/status">
          <Trans>Status of the service</Trans>
        </MenuLink>
        <Menu.Item onClick={signOut}>
          <Trans>Sign out</Trans>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
};

const SchemeItems = () => {
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
    <Menu.Item
      key={key}
      role="menuitemradio"
      aria-checked={colorScheme === key}
      leftSection={<Icon name={icon} />}
      rightSection={colorScheme === key ? <Icon name="check" /> : null}
      closeMenuOnClick={false}
      onClick={() => setColorScheme(key)}
    >
      {name}
    </Menu.Item>
  ));
};
