import { Trans, useLingui } from "@lingui/react/macro";
import { useComputedColorScheme } from "@mantine/core";
import { useMemo } from "react";
import type { GoldLabel } from "../../api/types";
import { Empty } from "../../ui/states";
import { WindowList } from "../../ui/window-list";
import { LabelMark } from "../label-mark";
import { textLabels } from "../labels";
import { shorten } from "../words";
import { useBench } from "./bench";
import css from "./gold-list.module.css";
import { goldId } from "./lanes";
import { useStatusNames } from "./words";

/** The result so far; each label can say where it comes from. */
export const GoldList = () => {
  const { t } = useLingui();
  const { curation } = useBench();
  if (curation.gold.length === 0)
    return (
      <div className={css.empty}>
        <Empty title={<Trans>No gold yet</Trans>}>
          <Trans>It follows from finished sets and from decisions.</Trans>
        </Empty>
      </div>
    );
  return (
    <WindowList label={t`Gold`} rows={curation.gold} height={42} rowKey={(gold) => gold.id}>
      {(gold) => <Row gold={gold} />}
    </WindowList>
  );
};

const Row = ({ gold }: { readonly gold: GoldLabel }) => {
  const { schema, goldShown, showGold, view } = useBench();
  const statuses = useStatusNames();
  const scheme = useComputedColorScheme("light");
  const looks = useMemo(
    () => new Map(textLabels(schema.labels, scheme).map((look) => [look.key, look])),
    [schema, scheme],
  );
  const show = () => {
    showGold(gold);
    view.current?.select(goldId(gold.id));
  };
  return (
    <button type="button" className={css.row} aria-current={goldShown?.id === gold.id} onClick={show}>
      <LabelMark look={looks.get(gold.label)} />
      <span className={css.quote} dir="auto">
        {shorten(gold.quote ?? "", 60)}
      </span>
      <span className={css.status}>{statuses[gold.status]}</span>
    </button>
  );
};
