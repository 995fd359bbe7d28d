import { useLingui } from "@lingui/react/macro";
import { Button, SegmentedControl } from "@mantine/core";
import { type Show, useBench } from "./bench";
import { isAgreed, isOpen } from "./judge";
import css from "./show-tabs.module.css";

export const ShowTabs = ({ onAcceptAgreed }: { readonly onAcceptAgreed: () => void }) => {
  const { t } = useLingui();
  const { questions, curation, show, setShow } = useBench();
  const open = questions.filter(isOpen).length;
  const agreed = questions.filter(isAgreed).length;
  return (
    <div className={css.bar}>
      <SegmentedControl
        aria-label={t`Show`}
        data={[
          { value: "open", label: t`To decide ${open}` },
          { value: "all", label: t`All ${questions.length}` },
          { value: "gold", label: t`Gold ${curation.gold.length + curation.gold_links.length}` },
        ]}
        value={show}
        onChange={(value) => setShow(value as Show)}
      />
      {agreed > 0 && !curation.finished && (
        <Button size="xs" variant="default" onClick={onAcceptAgreed}>
          {t`Accept ${agreed} agreed`}
        </Button>
      )}
    </div>
  );
};
