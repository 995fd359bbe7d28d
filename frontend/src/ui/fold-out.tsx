import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useId, useRef } from "react";
import css from "./fold-out.module.css";

interface Props {
  readonly opened: boolean;
  readonly onChange: (opened: boolean) => void;
  /** The button; it gets what it needs to say that it opens something. */
  readonly button: (props: ButtonProps) => ReactNode;
  readonly label: string;
  /** What a screen reader is told it is. */
  readonly role: "menu" | "dialog";
  readonly children: ReactNode;
}

export interface ButtonProps {
  readonly "aria-haspopup": "menu" | "dialog";
  readonly "aria-expanded": boolean;
  readonly "aria-controls": string | undefined;
  readonly onClick: () => void;
}

/** Something that folds out under a button of the top bar, and folds in by itself when one turns elsewhere. */
export const FoldOut = ({ opened, onChange, button, label, role, children }: Props) => {
  const id = useId();
  const root = useRef<HTMLSpanElement>(null);
  useFocus(root, opened);
  useOutside(root, opened, () => onChange(false));
  const close = () => {
    onChange(false);
    root.current?.querySelector<HTMLElement>("[aria-haspopup]")?.focus();
  };
  const keys = (event: KeyboardEvent) => {
    if (!opened) return;
    if (event.key === "Escape") close();
    else if (role !== "menu" || !walk(event.key, root.current)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears the keys of what is inside
    <span ref={root} className={css.root} onKeyDown={keys}>
      {button({
        "aria-haspopup": role,
        "aria-expanded": opened,
        "aria-controls": opened ? id : undefined,
        onClick: () => onChange(!opened),
      })}
      {opened && (
        // biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles take a name
        <div id={id} className={css.out} role={role} aria-label={label} data-menu={role === "menu"}>
          {children}
        </div>
      )}
    </span>
  );
};

/** Into the first thing to press, once it is there; and back to where it was, unless one has gone elsewhere. */
const useFocus = (root: RefObject<HTMLElement | null>, opened: boolean): void => {
  const before = useRef<Element | null>(null);
  useEffect(() => {
    if (!opened) {
      const lost = document.activeElement === document.body || document.activeElement === null;
      if (lost && before.current instanceof HTMLElement) before.current.focus({ preventScroll: true });
      before.current = null;
      return;
    }
    before.current = document.activeElement;
    const out = root.current?.querySelector("[role=menu], [role=dialog]");
    const first = out?.querySelector<HTMLElement>("[data-autofocus]") ?? out?.querySelector<HTMLElement>(PRESSABLE);
    first?.focus();
  }, [opened, root]);
};

const PRESSABLE = ":is(a[href], button, input):not([disabled])";

const useOutside = (root: RefObject<HTMLElement | null>, opened: boolean, leave: () => void): void => {
  const latest = useRef(leave);
  useEffect(() => {
    latest.current = leave;
  });
  useEffect(() => {
    if (!opened) return;
    const elsewhere = ({ target }: Event) => {
      if (target instanceof Node && !root.current?.contains(target)) latest.current();
    };
    document.addEventListener("pointerdown", elsewhere);
    document.addEventListener("focusin", elsewhere);
    return () => {
      document.removeEventListener("pointerdown", elsewhere);
      document.removeEventListener("focusin", elsewhere);
    };
  }, [opened, root]);
};

/** Arrows go round; whether the key was one of a menu's. */
const walk = (key: string, root: HTMLElement | null): boolean => {
  const entries = [...(root?.querySelectorAll<HTMLElement>("[role=menu] :is(a[href], button:not([disabled]))") ?? [])];
  const shown = entries.filter((entry) => entry.offsetParent !== null);
  const at = shown.indexOf(document.activeElement as HTMLElement);
  const to: Readonly<Record<string, number>> = {
    ArrowDown: (at + 1) % shown.length,
    ArrowUp: (at - 1 + shown.length) % shown.length,
    Home: 0,
    End: shown.length - 1,
  };
  const wanted = to[key];
  if (wanted === undefined) return false;
  shown[wanted]?.focus();
  return true;
};
