import { TextInput } from "@mantine/core";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import css from "./combobox.module.css";

export interface ComboboxOption {
  readonly value: string;
  readonly content: ReactNode;
}

interface Props {
  readonly label: ReactNode;
  readonly placeholder?: string;
  /** What the field shows while nobody types. */
  readonly shown: string;
  readonly disabled?: boolean;
  /** Null: nothing has been typed since the field was entered. */
  readonly options: (typed: string | null) => readonly ComboboxOption[];
  readonly onChoose: (value: string, typed: string | null) => void;
  /** Tells what is typed, for lists that are asked for elsewhere; null when the field is left. */
  readonly onType?: ((typed: string | null) => void) | undefined;
  readonly description?: ReactNode;
}

/** A field that offers what fits as one types: arrows walk the list, Enter takes, Escape leaves it as it was. */
export const Combobox = ({
  label,
  placeholder,
  shown,
  disabled = false,
  options,
  onChoose,
  onType,
  description,
}: Props) => {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const [opened, setOpened] = useState(false);
  const [at, setAt] = useState(0);
  const offered = opened ? options(typed) : [];
  const active = Math.min(at, offered.length - 1);

  useEffect(() => {
    if (opened) list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [opened, active]);

  const close = () => {
    setOpened(false);
    setTyped(null);
    setAt(0);
    onType?.(null);
  };
  const choose = (option: ComboboxOption | undefined) => {
    if (option) onChoose(option.value, typed);
    close();
  };
  const key = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const act = keyAction(event.key, opened);
    if (!act) return;
    event.preventDefault();
    if (act === "take") choose(offered[active]);
    else if (act === "leave") close();
    else if (!opened) setOpened(true);
    else setAt((active + act + offered.length) % Math.max(1, offered.length));
  };

  return (
    <div className={css.box}>
      <TextInput
        size="xs"
        label={label}
        description={description}
        placeholder={placeholder}
        dir="auto"
        role="combobox"
        aria-expanded={opened}
        aria-controls={opened ? id : undefined}
        aria-autocomplete="list"
        aria-activedescendant={opened && offered.length > 0 ? `${id}-${active}` : undefined}
        autoComplete="off"
        data-combobox
        // Said to whoever hears Escape for the page: here it closes the list first.
        data-expanded={opened || undefined}
        value={typed ?? shown}
        disabled={disabled}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          onType?.(event.currentTarget.value);
          setOpened(true);
          setAt(0);
        }}
        onFocus={(event) => event.currentTarget.select()}
        onClick={() => setOpened(true)}
        onBlur={close}
        onKeyDown={key}
      />
      {opened && (
        <div
          ref={list}
          id={id}
          role="listbox"
          className={css.list}
          aria-label={typeof label === "string" ? label : undefined}
        >
          {offered.map((option, k) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the field has the keys
            <div
              key={option.value}
              id={`${id}-${k}`}
              role="option"
              aria-selected={k === active}
              className={css.option}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => choose(option)}
            >
              {option.content}
            </div>
          ))}
        </div>
      )}
    </div>
  );
};

/** A step in the list, "take", "leave", or null for keys that are not ours. */
export const keyAction = (key: string, opened: boolean): 1 | -1 | "take" | "leave" | null => {
  if (key === "ArrowDown") return 1;
  if (key === "ArrowUp") return -1;
  if (!opened) return null;
  if (key === "Enter") return "take";
  return key === "Escape" ? "leave" : null;
};
