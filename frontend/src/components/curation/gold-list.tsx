import { Trans, useLingui } from "@lingui/react/macro";
import { useComputedColorScheme } from "@mantine/core";
import { useMemo } from "react";
import type { Curation, GoldLabel, GoldLink, Id } from "../../api/types";
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
  const { gold, gold_links } = curation;
  const rows = useMemo((): readonly Gold[] => [...gold, ...gold_links], [gold, gold_links]);
  if (rows.length === 0)
    return (
      <div className={css.empty}>
        <Empty title={<Trans>No gold yet</Trans>}>
          <Trans>It follows from finished sets and from decisions.</Trans>
        </Empty>
      </div>
    );
  return (
    <WindowList label={t`Gold`} rows={rows} height={42} rowKey={(gold) => gold.id}>
      {(gold) => ("label" in gold ? <Row gold={gold} /> : <LinkRow link={gold} />)}
    </WindowList>
  );
};

type Gold = GoldLabel | GoldLink;

/** A link by its type and what it joins; it is shown where it begins. */
const LinkRow = ({ link }: { readonly link: GoldLink }) => {
  const { schema, curation, goldShown, showGold, view } = useBench();
  const statuses = useStatusNames();
  const type = schema.link_types.find(({ key }) => key === link.type)?.name ?? link.type;
  const show = () => {
    showGold(link.id);
    view.current?.select(goldId(link.from));
  };
  return (
    <button type="button" className={css.row} aria-current={goldShown === link.id} onClick={show}>
      <span className={css.arrow} aria-hidden="true">
        →
      </span>
      <span className={css.quote} dir="auto">
        {type}: {shorten(endsOf(curation, link).join(" → "), 60)}
      </span>
      <span className={css.status}>{statuses[link.status]}</span>
    </button>
  );
};

/** What the labels at both ends of a gold link say. */
export const endsOf = (curation: Curation, { from, to }: { readonly from: Id; readonly to: Id }): readonly string[] =>
  [from, to].map((end) => curation.gold.find(({ id }) => id === end)?.quote ?? "…");

const Row = ({ gold }: { readonly gold: GoldLabel }) => {
  const { schema, goldShown, showGold, view } = useBench();
  const statuses = useStatusNames();
  const scheme = useComputedColorScheme("light");
  const looks = useMemo(
    () => new Map(textLabels(schema.labels, scheme).map((look) => [look.key, look])),
    [schema, scheme],
  );
  const show = () => {
    showGold(gold.id);
    view.current?.select(goldId(gold.id));
  };
  return (
    <button type="button" className={css.row} aria-current={goldShown === gold.id} onClick={show}>
      <LabelMark look={looks.get(gold.label)} />
      <span className={css.quote} dir="auto">
        {shorten(gold.quote ?? "", 60)}
      </span>
      <span className={css.status}>{statuses[gold.status]}</span>
    </button>
  );
};
