import { Trans, useLingui } from "@lingui/react/macro";
import { useMemo, useState } from "react";
import type { Id } from "../../document/model";
import type { TextGroup, TextItem, TextSelection } from "../../document/view";
import { createItems, type Items, textLinks } from "../items";
import { nameOf } from "../set-name";
import { TextPane } from "../text-pane";
import { Banner } from "./banner";
import { Cards } from "./cards";
import { type Desk, GOLD, useDesk } from "./desk";
import { isTarget, MARK } from "./mode";
import css from "./text-column.module.css";

export const TextColumn = () => {
  const { t } = useLingui();
  const desk = useDesk();
  const { schema, snapshot, store, actions, view, canEdit, allLinks, mode, setMode } = desk;
  const { visible, own } = snapshot;
  const [makeItem] = useState(createItems);
  const items = useItems(desk, makeItem);
  const groups = useGroups(desk);
  const links = useMemo(
    () => textLinks(own, (key) => schema.link_types.find((type) => type.key === key)?.name ?? key),
    [own, schema],
  );

  const select = (id: Id | null) => {
    if (id !== null && mode.kind !== "link" && desk.offers.some((offer) => offer.id === id)) return desk.review(id);
    if (mode.kind === "link" && id !== null) return desk.chooseTarget(id);
    if (mode.kind !== "mark") setMode(MARK);
    store.select(id);
  };
  const selection = (found: TextSelection | null) => {
    desk.selection.set(found);
    if (!found?.done || snapshot.armed === null || !canEdit) return;
    actions.mark(snapshot.armed, found.spans);
    view.current?.setSelection(null);
    view.current?.focus();
  };
  const activate = (id: Id) => {
    store.select(id);
    desk.focusIn("details", DETAILS);
  };

  return (
    <div className={css.column}>
      <Banner />
      <Notice />
      <div className={css.scroll}>
        {isErased(visible) && (
          <p className={css.erased} role="status">
            <Trans>The text of this document was erased. What was marked stays in the history, without quotes.</Trans>
          </p>
        )}
        <TextPane
          ref={view}
          text={visible.text}
          languages={visible.document.languages}
          labels={schema.labels}
          groups={groups}
          items={items}
          links={links}
          allLinks={allLinks}
          selected={snapshot.selected}
          armed={snapshot.armed}
          // Handles lie over the text: at other times they would catch a selection that begins where a span does.
          readOnly={!canEdit || mode.kind !== "bounds"}
          onSelect={select}
          onSelection={selection}
          onActivate={activate}
          onResize={(id, spans) => {
            actions.resize(id, spans);
            setMode(MARK);
          }}
        />
        <p className={css.end}>{t`End of the text`}</p>
      </div>
      <Cards />
    </div>
  );
};

const isErased = ({ text, document }: Desk["snapshot"]["visible"]): boolean => text === "" && document.length > 0;

/** Why nothing can be changed here, if so. */
const Notice = () => {
  const { snapshot, project, canEdit } = useDesk();
  const { archived } = snapshot.visible.document;
  if (canEdit) return null;
  return (
    <p className={css.notice} role="status">
      {snapshot.own.status === "finished" ? (
        <Trans>You have said this document is done. Reopen it to change something.</Trans>
      ) : archived || project.archived ? (
        <Trans>Archived: it can be read, not changed.</Trans>
      ) : (
        <Trans>You may read here, not mark.</Trans>
      )}
    </p>
  );
};

const OWN = "own";
const SUGGESTED = "suggested";
/** Where Enter on a span leads: its first field. */
const DETAILS = "[role=tabpanel] :is(input, textarea):not([disabled])";

/** With other people's sets in sight everybody gets lanes of their own. */
const useGroups = ({ shown, snapshot, mayGold, offers }: Desk): readonly TextGroup[] => {
  const { t } = useLingui();
  const gold = mayGold && shown.has(GOLD) ? [`${GOLD}|${t`Gold`}`] : [];
  const sets = [...snapshot.visible.sets].filter(([key]) => shown.has(key)).map(([key, set]) => `${key}|${set.name}`);
  const signature = [...gold, ...sets].join("\n");
  const mine = t`You`;
  // Once there, the lane of suggestions stays: answering the last of them must not make the view anew.
  const [suggests, setSuggests] = useState(offers.length > 0);
  if (offers.length > 0 && !suggests) setSuggests(true);
  const machines = suggests ? t`Suggested` : null;
  // Only one set tints the text: one's own, or the first of the others while one has marked nothing.
  // With nobody else in sight that changes nothing, and must not make the view anew at the first mark.
  const alone = signature !== "" && snapshot.own.annotations.size === 0;
  return useMemo(() => {
    const others = signature.split("\n").filter(Boolean);
    const groups = others.map((line, k) => {
      const [key = "", name = ""] = line.split("|");
      return { key, name, fill: alone && k === 0 };
    });
    const last = machines === null ? [] : [{ key: SUGGESTED, name: machines, fill: false }];
    return [{ key: OWN, name: mine, fill: true }, ...groups, ...last];
  }, [signature, mine, alone, machines]);
};

const useItems = (
  { snapshot, shown, mode, schema, authors, gold, offers }: Desk,
  makeItem: Items,
): readonly TextItem[] => {
  const { own, visible, unsent } = snapshot;
  return useMemo(() => {
    const mine = [...own.annotations.values()].map((row) => {
      const dimmed = mode.kind === "link" && row.id !== mode.from && !isTarget(schema, own, mode, row);
      const item = makeItem(row, { group: OWN, pending: unsent.has(row.id), dimmed });
      return mode.kind === "bounds" && mode.id === row.id ? { ...item, spans: mode.spans } : item;
    });
    const dimmed = mode.kind === "link";
    const others = [...visible.sets]
      .filter(([key, set]) => shown.has(key) && set !== own)
      .flatMap(([key, set]) =>
        [...set.annotations.values()].map((row) => makeItem(row, { group: key, dimmed, note: nameOf(set, authors) })),
      );
    const golden = gold.map(({ id, label, spans }) => ({
      id: `${GOLD}/${id}`,
      label,
      spans,
      group: GOLD,
      dimmed,
      note: GOLD,
    }));
    const suggested = offers.map((offer) => ({
      id: offer.id,
      label: offer.label,
      spans: mode.kind === "suggest" && mode.id === offer.id && mode.spans ? mode.spans : offer.spans,
      group: SUGGESTED,
      suggestion: true,
      dimmed,
      note: offer.sourceName,
    }));
    return [...mine, ...golden, ...others, ...suggested];
  }, [own, visible.sets, unsent, shown, mode, schema, authors, gold, offers, makeItem]);
};
