import { t } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Switch } from "@mantine/core";
import { useEffect, useState } from "react";
import { isApple } from "../../document/selection";
import { Fault } from "../../ui/states";
import { usePreferences, useSetPreferences } from "../preferences";
import { DESK_COMMANDS, type DeskCommand, type Group } from "./commands";
import { useDesk } from "./desk";
import { useGroupNames } from "./key-help";
import css from "./key-help.module.css";
import { actionFor, type Chord, chordOf, isFixed, type Keymap, shown } from "./keymap";

const GROUPS: readonly Group[] = ["text", "spans", "document", "view"];

/** One's own keys: press "Change", then the keys. They are kept with the account. */
export const KeyEditor = () => {
  const { t } = useLingui();
  const names = useGroupNames();
  const { keys, single_keys: singles } = usePreferences();
  const set = useSetPreferences();
  const [catching, setCatching] = useState<string | null>(null);
  const why = useCatch(catching, (chord) => {
    if (chord !== null && catching !== null) set.mutate({ keys: { ...keys, [catching]: [chord] } });
    setCatching(null);
  });
  const usual = (id: string) => {
    const { [id]: _, ...others } = keys;
    set.mutate({ keys: others });
  };
  return (
    <div className={css.groups}>
      <Switch
        label={t`Keys of a single letter or sign`}
        description={t`Off: only keys with Ctrl or Alt do something, so that speech input or a slip of the hand does nothing.`}
        checked={singles}
        onChange={(event) => set.mutate({ single_keys: event.currentTarget.checked })}
      />
      <p role="status" className={css.why}>
        {why}
      </p>
      {GROUPS.map((group) => (
        <section key={group}>
          <h3>{names[group]}</h3>
          <ul className={css.rows}>
            {DESK_COMMANDS.filter((command) => command.group === group).map((command) => (
              <Row
                key={command.id}
                command={command}
                own={command.id in keys}
                catching={catching === command.id}
                onCatch={() => setCatching(command.id)}
                onClear={() => set.mutate({ keys: { ...keys, [command.id]: [] } })}
                onUsual={() => usual(command.id)}
              />
            ))}
          </ul>
        </section>
      ))}
      <Fault error={set.error} />
      <Button variant="default" disabled={Object.keys(keys).length === 0} onClick={() => set.mutate({ keys: {} })}>
        <Trans>All as usual</Trans>
      </Button>
    </div>
  );
};

interface RowProps {
  readonly command: DeskCommand;
  readonly own: boolean;
  readonly catching: boolean;
  readonly onCatch: () => void;
  readonly onClear: () => void;
  readonly onUsual: () => void;
}

const Row = ({ command, own, catching, onCatch, onClear, onUsual }: RowProps) => {
  const { t } = useLingui();
  const { keymap } = useDesk();
  const name = command.name();
  const chords = keymap.get(command.id) ?? [];
  return (
    <li className={css.row} data-catching={catching}>
      <span>{name}</span>
      <span className={css.keys}>
        {catching ? (
          <Trans>press the keys…</Trans>
        ) : (
          chords.map((chord) => <kbd key={chord}>{shown(chord, isApple())}</kbd>)
        )}
      </span>
      <span className={css.buttons}>
        <Button size="compact-xs" variant="default" aria-label={t`Change: ${name}`} onClick={onCatch}>
          <Trans>Change</Trans>
        </Button>
        {own ? (
          <Button size="compact-xs" variant="subtle" aria-label={t`As usual: ${name}`} onClick={onUsual}>
            <Trans>As usual</Trans>
          </Button>
        ) : (
          <Button
            size="compact-xs"
            variant="subtle"
            aria-label={t`No key: ${name}`}
            disabled={chords.length === 0}
            onClick={onClear}
          >
            <Trans>No key</Trans>
          </Button>
        )}
      </span>
    </li>
  );
};

/** Takes the next keys before anybody else does; Escape leaves it as it was. Answers why keys were not taken. */
const useCatch = (id: string | null, onDone: (chord: Chord | null) => void): string => {
  const { keymap } = useDesk();
  const [why, setWhy] = useState<{ readonly id: string; readonly words: string } | null>(null);
  useEffect(() => {
    if (id === null) return;
    const listen = (event: KeyboardEvent): void => {
      const chord = chordOf(event);
      event.preventDefault();
      event.stopPropagation();
      if (chord === null) return;
      const words = chord === "Escape" ? null : whyNot(keymap, id, chord);
      setWhy(words === null ? null : { id, words });
      if (words === null) onDone(chord === "Escape" ? null : chord);
    };
    document.addEventListener("keydown", listen, { capture: true });
    return () => document.removeEventListener("keydown", listen, { capture: true });
  });
  return why !== null && why.id === id ? why.words : "";
};

const whyNot = (keymap: Keymap, id: string, chord: Chord): string | null => {
  const keys = shown(chord, isApple());
  if (isFixed(chord)) return t`${keys} always does the same and cannot be given away.`;
  const other = actionFor(keymap, chord);
  if (other === undefined || other === id) return null;
  const name = DESK_COMMANDS.find((command) => command.id === other)?.name() ?? "";
  return t`${keys} is taken already: ${name}. Press others.`;
};
