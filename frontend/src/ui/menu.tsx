import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, ReactNode, Ref } from "react";
import css from "./menu.module.css";

interface ItemProps {
  readonly children: ReactNode;
  readonly onClick: () => void;
  readonly disabled?: boolean;
  /** Of a choice among several: whether it is the one. */
  readonly checked?: boolean;
  /** Only where the bar has no room for a button of its own. */
  readonly narrow?: boolean;
}

export const MenuItem = ({ children, onClick, disabled = false, checked, narrow = false }: ItemProps) => (
  // biome-ignore lint/a11y/useAriaPropsSupportedByRole: it is there with the role of a radio only
  <button
    type="button"
    role={checked === undefined ? "menuitem" : "menuitemradio"}
    aria-checked={checked}
    className={css.item}
    data-narrow={narrow}
    disabled={disabled}
    onClick={onClick}
  >
    {children}
  </button>
);

type AnchorProps = AnchorHTMLAttributes<HTMLAnchorElement> & { readonly ref?: Ref<HTMLAnchorElement> };

const Anchor = (props: AnchorProps) => <a role="menuitem" {...props} className={css.item} />;

/** An entry of a menu that leads to another page. */
export const MenuLink = createLink(Anchor);

export const MenuLabel = ({ children }: { readonly children: ReactNode }) => (
  <div role="presentation" className={css.label}>
    {children}
  </div>
);

export const MenuDivider = ({ narrow = false }: { readonly narrow?: boolean }) => (
  <hr className={css.divider} data-narrow={narrow} />
);
