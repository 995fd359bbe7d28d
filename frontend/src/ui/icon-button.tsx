import css from "./icon-button.module.css";
import { Icon, type IconName } from "./icons";

interface Props {
  readonly icon: IconName;
  /** Its accessible name; also shown when the pointer rests on it, with the key behind it. */
  readonly label: string;
  readonly keys?: string | undefined;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly onClick: () => void;
}

export const IconButton = ({ icon, label, keys, disabled = false, pressed, onClick }: Props) => (
  <button
    type="button"
    className={css.button}
    title={keys ? `${label} (${keys})` : label}
    aria-label={label}
    aria-keyshortcuts={keys?.replaceAll("Ctrl", "Control")}
    aria-pressed={pressed}
    // Stays focusable while it has nothing to do, so that the focus is not lost after the last undo.
    aria-disabled={disabled}
    onClick={() => !disabled && onClick()}
  >
    <Icon name={icon} size={18} />
  </button>
);
