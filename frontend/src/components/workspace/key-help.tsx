import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useState } from "react";
import { isApple } from "../../document/selection";
import { Dialog } from "../../ui/dialog";
import { type KeyGroup, KeyList } from "../../ui/key-list";
import { DESK_COMMANDS, type Group } from "./commands";
import { useDesk } from "./desk";
import { KeyEditor } from "./key-editor";
import css from "./key-help.module.css";
import { shown } from "./keymap";

interface Props {
  readonly onClose: () => void;
}

/** All keys, as they are for this person; and the way to have others. */
const KeyHelp = ({ onClose }: Props) => {
  const { t } = useLingui();
  const groups = useGroups();
  const [editing, setEditing] = useState(false);
  return (
    <Dialog opened onClose={onClose} title={editing ? t`Your keys` : t`Keys`} size="xl" closeOnEscape={!editing}>
      <div className={css.body}>
        {editing ? <KeyEditor /> : <KeyList groups={groups} />}
        <Button variant="default" className={css.turn} onClick={() => setEditing(!editing)}>
          {editing ? <Trans>All keys</Trans> : <Trans>Change keys…</Trans>}
        </Button>
      </div>
    </Dialog>
  );
};

export const useGroupNames = (): Readonly<Record<Group, string>> => {
  const { t } = useLingui();
  return { text: t`In the text`, spans: t`Spans`, document: t`Document`, view: t`Page` };
};

const useGroups = (): readonly KeyGroup[] => {
  const { t } = useLingui();
  const { labels, labelKeys, keymap } = useDesk();
  const names = useGroupNames();
  const print = (keys: readonly string[]): string => keys.map((key) => shown(key, isApple())).join(" ");
  const of = (group: Group) =>
    DESK_COMMANDS.filter((command) => command.group === group && (keymap.get(command.id) ?? []).length > 0).map(
      (command) => [print(keymap.get(command.id) ?? []), command.name()] as const,
    );
  return [
    {
      name: names.text,
      keys: [
        ["← →", t`Word by word`],
        ["Ctrl+← Ctrl+→", t`Sentence by sentence`],
        ["↑ ↓", t`Line by line`],
        ["Shift+← Shift+→", t`Extend the selection by a word`],
        ["Alt+Shift+← Alt+Shift+→", t`Extend it by a character`],
        ["Enter", t`Open the details of the selected span`],
        ...of("text"),
        ["Esc", t`Leave: link, label, selection`],
      ],
    },
    { name: t`Labels`, keys: labels.map((label) => [print(labelKeys.get(label.key) ?? []), label.name] as const) },
    { name: names.spans, keys: of("spans") },
    { name: names.document, keys: of("document") },
    { name: names.view, keys: of("view") },
    {
      name: t`With the mouse`,
      keys: [
        [t`drag`, t`Select whole words; with Alt, single characters`],
        [t`twice`, t`The word`],
        [t`thrice`, t`The sentence`],
        ["Ctrl", t`Held while dragging: add another part`],
      ],
    },
  ];
};

export default KeyHelp;
