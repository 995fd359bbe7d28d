import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Checkbox, TextInput, useComputedColorScheme } from "@mantine/core";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Annotation } from "../../document/model";
import { Icon } from "../../ui/icons";
import { Empty } from "../../ui/states";
import { WindowList, type WindowListApi } from "../../ui/window-list";
import { fold } from "../entity-search";
import { inTextOrder } from "../items";
import { LabelMark } from "../label-mark";
import { textLabels } from "../labels";
import { nameOf } from "../set-name";
import { shorten } from "../words";
import { missing, quoteOf } from "./actions";
import { GOLD, useDesk } from "./desk";
import css from "./spans-tab.module.css";

export const SpansTab = () => {
  const { t } = useLingui();
  const { snapshot, entities } = useDesk();
  const [filter, setFilter] = useState("");
  const rows = useMemo(() => inTextOrder(snapshot.own.annotations.values()), [snapshot.own.annotations]);
  const wanted = fold(filter);
  const fits = (row: Annotation): boolean => {
    const entity = row.entity === null ? undefined : entities.get(row.entity)?.name;
    return fold(`${quoteOf(snapshot.index, row.spans)} ${row.label} ${entity ?? ""}`).includes(wanted);
  };
  const shown = wanted === "" ? rows : rows.filter(fits);
  return (
    <div className={css.tab}>
      <OtherSets />
      {rows.length > 0 && (
        <div className={css.filter}>
          <TextInput
            size="xs"
            aria-label={t`Search the spans`}
            data-span-filter
            placeholder={t`Search the spans`}
            leftSection={<Icon name="search" size={14} />}
            value={filter}
            onChange={(event) => setFilter(event.currentTarget.value)}
          />
        </div>
      )}
      {rows.length === 0 ? (
        <div className={css.empty}>
          <Empty title={<Trans>You have marked nothing yet</Trans>} />
        </div>
      ) : (
        <List rows={shown} />
      )}
    </div>
  );
};

const HEIGHT = 34;

const List = ({ rows }: { readonly rows: readonly Annotation[] }) => {
  const { t } = useLingui();
  const { schema, snapshot } = useDesk();
  const scheme = useComputedColorScheme("light");
  const looks = useMemo(
    () => new Map(textLabels(schema.labels, scheme).map((look) => [look.key, look])),
    [schema, scheme],
  );
  const list = useRef<WindowListApi>(null);
  const at = rows.findIndex((row) => row.id === snapshot.selected);
  useEffect(() => {
    if (at >= 0) list.current?.reveal(at);
  }, [at]);
  return (
    <WindowList ref={list} label={t`Spans`} rows={rows} height={HEIGHT} rowKey={(row) => row.id}>
      {(row) => <Row row={row} look={looks.get(row.label)} />}
    </WindowList>
  );
};

const Row = ({ row, look }: { readonly row: Annotation; readonly look: Parameters<typeof LabelMark>[0]["look"] }) => {
  const { schema, snapshot, goTo, entities } = useDesk();
  const label = schema.labels.find((one) => one.key === row.label);
  const lacking = missing(row, label?.attributes ?? []).length;
  const entity = row.entity === null ? undefined : entities.get(row.entity);
  return (
    <button type="button" className={css.row} aria-current={row.id === snapshot.selected} onClick={() => goTo(row.id)}>
      <LabelMark look={look} />
      <span className="sr-only">{label?.name ?? row.label}: </span>
      <span className={css.quote} dir="auto">
        {shorten(quoteOf(snapshot.index, row.spans), 70)}
      </span>
      {entity && <bdi className={css.entity}>{shorten(entity.name, 24)}</bdi>}
      {lacking > 0 && (
        <span className={css.lacking}>
          <Plural value={lacking} one="# missing" other="# missing" />
        </span>
      )}
    </button>
  );
};

/** Other people's work, where one may see it: drawn beneath one's own, never changed. */
const OtherSets = () => {
  const { t } = useLingui();
  const { snapshot, shown, setShown, authors, mayGold } = useDesk();
  const others = [...snapshot.visible.sets].filter(([, set]) => !set.mine && set.annotations.size > 0);
  if (others.length === 0 && !mayGold) return null;
  const toggle = (key: string, on: boolean) => {
    const next = new Set(shown);
    if (on) next.add(key);
    else next.delete(key);
    setShown(next);
  };
  return (
    <fieldset className={css.others}>
      <legend>
        <Trans>Also show</Trans>
      </legend>
      {mayGold && (
        <Checkbox
          size="xs"
          label={t`Gold`}
          checked={shown.has(GOLD)}
          onChange={(event) => toggle(GOLD, event.currentTarget.checked)}
        />
      )}
      {others.map(([key, set]) => (
        <Checkbox
          key={key}
          size="xs"
          label={`${nameOf(set, authors) || t`Somebody`} (${set.annotations.size})`}
          checked={shown.has(key)}
          onChange={(event) => toggle(key, event.currentTarget.checked)}
        />
      ))}
    </fieldset>
  );
};
