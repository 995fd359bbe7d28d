import { useLingui } from "@lingui/react/macro";
import { Dialog } from "../../ui/dialog";
import { KeyList } from "../../ui/key-list";

interface Props {
  readonly onClose: () => void;
}

const CurationKeys = ({ onClose }: Props) => {
  const { t } = useLingui();
  return (
    <Dialog opened onClose={onClose} title={t`Keys`} size="lg">
      <KeyList
        groups={[
          {
            name: t`Questions`,
            keys: [
              ["j k", t`next, previous open question`],
              ["↓ ↑", t`next, previous answer`],
              ["Esc", t`leave the question`],
              ["g", t`guideline: what the labels mean`],
              ["c", t`comments on the question`],
              ["Shift+A", t`accept all that is agreed`],
            ],
          },
          {
            name: t`Decide`,
            keys: [
              ["1 … 9", t`accept that answer`],
              ["e", t`edit: other label, edges, attributes`],
              ["m i", t`edit, with all that answers cover, or what all of them cover`],
              ["x", t`reject the answer`],
              ["0", t`none of these`],
              ["s", t`split: the answers are questions of their own`],
              ["o", t`reason`],
              ["w", t`withdraw the decision`],
            ],
          },
        ]}
      />
    </Dialog>
  );
};

export default CurationKeys;
