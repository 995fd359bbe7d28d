import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, TextInput, useComputedColorScheme } from "@mantine/core";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import type { Annotation, Link } from "../../document/model";
import { Icon } from "../../ui/icons";
import { Empty } from "../../ui/states";
import { WindowList } from "../../ui/window-list";
import { fold } from "../entity-search";
import { inTextOrder } from "../items";
import { LabelMark } from "../label-mark";
import { textLabels } from "../labels";
import { shorten } from "../words";
import { quoteOf } from "./actions";
import { useDesk } from "./desk";
import css from "./links-tab.module.css";
import { isTarget, type LinkMode } from "./mode";

export const LinksTab = () => {
  const { mode } = useDesk();
  return mode.kind === "link" ? <Targets mode={mode} /> : <AllLinks />;
};

const AllLinks = () => {
  const { t } = useLingui();
  const { snapshot, allLinks, setAllLinks } = useDesk();
  const { annotations, links } = snapshot.own;
  const rows = useMemo(() => {
    const order = new Map(inTextOrder(annotations.values()).map((row, k) => [row.id, k]));
    return [...links.values()].sort((a, b) => (order.get(a.from) ?? 0) - (order.get(b.from) ?? 0));
  }, [annotations, links]);
  return (
    <div className={css.tab}>
      <div className={css.top}>
        <Checkbox
          size="xs"
          label={t`Draw all links in the text`}
          checked={allLinks}
          onChange={(event) => setAllLinks(event.currentTarget.checked)}
        />
      </div>
      {rows.length === 0 ? (
        <div className={css.empty}>
          <Empty title={<Trans>No links yet</Trans>}>
            <Trans>
              Select a claim, press <kbd>l</kbd>, then choose whom or what it leads to.
            </Trans>
          </Empty>
        </div>
      ) : (
        <WindowList label={t`Links`} rows={rows} height={54} rowKey={(link) => link.id}>
          {(link) => <Row link={link} />}
        </WindowList>
      )}
    </div>
  );
};

const Row = ({ link }: { readonly link: Link }) => {
  const { t } = useLingui();
  const { schema, snapshot, goTo, canEdit, actions } = useDesk();
  const name = schema.link_types.find((type) => type.key === link.type)?.name ?? link.type;
  const words = (id: string): string => {
    const row = snapshot.own.annotations.get(id);
    return row ? shorten(quoteOf(snapshot.index, row.spans), 44) : "";
  };
  return (
    <div className={css.row} data-current={snapshot.selected === link.from}>
      <button type="button" className={css.link} onClick={() => goTo(link.from)}>
        <span className={css.end} dir="auto">
          {words(link.from)}
        </span>
        <span className={css.end} dir="auto">
          <span className={css.type}>{name} → </span>
          {words(link.to)}
        </span>
      </button>
      {canEdit && (
        <Button
          size="compact-xs"
          variant="subtle"
          aria-label={t`Remove the link ${name} ${words(link.to)}`}
          onClick={() => actions.removeLink(link.id)}
        >
          <Icon name="cross" size={12} />
        </Button>
      )}
    </div>
  );
};

/** Everything the link could lead to; typing narrows it, arrows walk it, Enter takes it. */
const Targets = ({ mode }: { readonly mode: LinkMode }) => {
  const { t } = useLingui();
  const { schema, snapshot, setMode, chooseTarget, view } = useDesk();
  const scheme = useComputedColorScheme("light");
  const looks = useMemo(
    () => new Map(textLabels(schema.labels, scheme).map((look) => [look.key, look])),
    [schema, scheme],
  );
  const [filter, setFilter] = useState("");
  const list = useRef<HTMLUListElement>(null);
  const own = snapshot.own;
  const wanted = fold(filter);
  const rows = inTextOrder(own.annotations.values()).filter(
    (row) => isTarget(schema, own, mode, row) && fold(quoteOf(snapshot.index, row.spans)).includes(wanted),
  );
  const at = rows.findIndex((row) => row.id === mode.target);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);

  const point = (row: Annotation | undefined) => {
    if (!row) return;
    setMode({ ...mode, target: row.id, asking: false });
    view.current?.select(row.id);
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") point(rows[Math.min(at + 1, rows.length - 1)]);
    else if (event.key === "ArrowUp") point(rows[Math.max(at - 1, 0)]);
    else if (event.key === "Enter") chooseTarget((rows[at] ?? rows[0])?.id ?? "");
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={css.tab}>
      <div className={css.top}>
        <TextInput
          size="xs"
          label={t`Link to…`}
          placeholder={t`Type to narrow down`}
          value={filter}
          data-link-filter
          aria-controls="link-targets"
          onKeyDown={key}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
      </div>
      {rows.length === 0 ? (
        <div className={css.empty}>
          <Empty title={<Trans>Nothing that it could lead to</Trans>} />
        </div>
      ) : (
        <ul ref={list} id="link-targets" className={css.targets} aria-label={t`Possible targets`}>
          {rows.slice(0, 300).map((row) => (
            <li key={row.id}>
              <button
                type="button"
                className={css.target}
                aria-current={row.id === mode.target}
                onClick={() => chooseTarget(row.id)}
              >
                <LabelMark look={looks.get(row.label)} />
                <span className={css.end} dir="auto">
                  {shorten(quoteOf(snapshot.index, row.spans), 70)}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
};
