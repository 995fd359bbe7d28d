import { useLingui } from "@lingui/react/macro";
import { Dialog } from "../../ui/dialog";
import { type KeyGroup, KeyList } from "../../ui/key-list";
import { labelKeys } from "../labels";
import { useDesk } from "./desk";

interface Props {
  readonly onClose: () => void;
}

const KeyHelp = ({ onClose }: Props) => {
  const { t } = useLingui();
  const groups = useGroups();
  return (
    <Dialog opened onClose={onClose} title={t`Keys`} size="xl">
      <KeyList groups={groups} />
    </Dialog>
  );
};

const useGroups = (): readonly KeyGroup[] => {
  const { t } = useLingui();
  const { labels } = useDesk();
  const own = labelKeys(labels);
  return [
    {
      name: t`In the text`,
      keys: [
        ["← →", t`word by word`],
        ["Ctrl+← Ctrl+→", t`sentence by sentence`],
        ["↑ ↓", t`line by line`],
        ["Shift+← Shift+→", t`extend the selection by a word`],
        ["Alt+Shift+← Alt+Shift+→", t`extend it by a character`],
        ["f", t`keep what is selected as a first part, then select another`],
        ["Shift+F", t`make what is selected a part of the selected span`],
        ["Esc", t`leave: link, label, selection`],
      ],
    },
    {
      name: t`Labels`,
      keys: labels.map((label) => [(own.get(label.key) ?? []).join(" "), label.name] as const),
    },
    {
      name: t`Spans`,
      keys: [
        ["n p", t`next, previous span`],
        [".", t`through all spans at this place`],
        ["Enter", t`open the details`],
        ["e", t`choose who or which place it is`],
        ["r", t`change the label`],
        ["b", t`move the edges`],
        ["x Backspace", t`remove`],
        ["l", t`link to another`],
      ],
    },
    {
      name: t`Document`,
      keys: [
        ["Ctrl+Z u", t`undo`],
        ["Ctrl+Shift+Z", t`do again`],
        ["d", t`done`],
        ["j k", t`next, previous document`],
        ["h", t`history`],
        ["?", t`these keys`],
      ],
    },
  ];
};

export default KeyHelp;
