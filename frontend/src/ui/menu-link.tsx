import { Menu, type MenuItemProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

type Props = MenuItemProps &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof MenuItemProps> & { readonly ref?: Ref<HTMLAnchorElement> };

const Item = (props: Props) => <Menu.Item component="a" {...props} />;

/** An entry of a menu that leads to another page. */
export const MenuLink = createLink(Item);
