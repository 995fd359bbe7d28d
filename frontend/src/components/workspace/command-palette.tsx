import { useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useRef, useState } from "react";
import { documentsQuery } from "../../api/queries";
import { keyAction } from "../../ui/combobox";
import { Dialog } from "../../ui/dialog";
import { fold } from "../entity-search";
import { inTextOrder } from "../items";
import { shorten } from "../words";
import { quoteOf } from "./actions";
import css from "./command-palette.module.css";
import { DESK_COMMANDS, type DeskDoors, planOf } from "./commands";
import { useDesk } from "./desk";
import { shown } from "./keymap";

interface Props {
  readonly doors: DeskDoors;
  readonly onClose: () => void;
}

interface Entry {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly keys: readonly string[];
  readonly run: () => void;
}

const MOST = 60;

/** Everything one can do or go to, found by typing a part of its name. */
const CommandPalette = ({ doors, onClose }: Props) => {
  const { t } = useLingui();
  const id = useId();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const entries = useEntries(typed, doors);
  const active = Math.min(at, entries.length - 1);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);

  const take = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    // The dialog gives the focus back first: what comes may want it elsewhere.
    setTimeout(entry.run);
  };
  const key = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const act = keyAction(event.key, true);
    if (act === null || act === "leave") return;
    event.preventDefault();
    if (act === "take") take(entries[active]);
    else setAt((active + act + entries.length) % Math.max(1, entries.length));
  };

  return (
    <Dialog
      opened
      onClose={onClose}
      title={t`All actions`}
      classNames={{ header: css.header ?? "" }}
      withCloseButton={false}
      padding={0}
      size="lg"
    >
      <div className={css.palette}>
        <input
          className={css.field}
          data-autofocus
          type="text"
          dir="auto"
          role="combobox"
          aria-label={t`Do or find`}
          aria-expanded="true"
          aria-controls={id}
          aria-autocomplete="list"
          aria-activedescendant={entries.length > 0 ? `${id}-${active}` : undefined}
          autoComplete="off"
          placeholder={t`An action, a label, a marked stretch, a document…`}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={key}
        />
        <div ref={list} id={id} role="listbox" className={css.list} aria-label={t`All actions`}>
          {entries.map((entry, k) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the field has the keys
            <div
              key={entry.id}
              id={`${id}-${k}`}
              role="option"
              aria-selected={k === active}
              className={css.entry}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(entry)}
            >
              <span className={css.kind}>{entry.kind}</span>
              <span className={css.name} dir="auto">
                {entry.name}
              </span>
              <span>
                {entry.keys.map((one) => (
                  <kbd key={one}>{shown(one)}</kbd>
                ))}
              </span>
            </div>
          ))}
        </div>
        <p className={css.none} role="status">
          {entries.length === 0 ? t`Nothing is called that` : ""}
        </p>
      </div>
    </Dialog>
  );
};

/** Commands first, then labels, then what is marked, then documents; each by all the words that are typed. */
const useEntries = (typed: string, doors: DeskDoors): readonly Entry[] => {
  const { t } = useLingui();
  const desk = useDesk();
  const { snapshot, schema, entities } = desk;
  const documents = useDocuments(typed);
  const words = fold(typed).split(" ").filter(Boolean);
  const fits = (text: string): boolean => words.every((word) => fold(text).includes(word));

  const commands = DESK_COMMANDS.flatMap((command): Entry[] => {
    const run = command.id === "commands" ? null : planOf(command, desk, doors);
    if (!run) return [];
    return [{ id: command.id, kind: t`Action`, name: command.name(), keys: desk.keymap.get(command.id) ?? [], run }];
  });
  const tabs = (
    [
      ["details", t`Show the details`],
      ["spans", t`Show the list of spans`],
      ["links", t`Show the list of links`],
      ["history", t`Show what was done here`],
    ] as const
  ).map(([tab, name]): Entry => {
    const run = () => {
      desk.setTab(tab);
      desk.setSheet(true);
    };
    return { id: `tab/${tab}`, kind: t`Action`, name, keys: [], run };
  });
  const labels = desk.canEdit
    ? desk.labels.map(
        (label): Entry => ({
          id: `label/${label.key}`,
          kind: t`Label`,
          name: label.name,
          keys: desk.labelKeys.get(label.key) ?? [],
          run: () => desk.giveLabel(label.key),
        }),
      )
    : [];
  const spans =
    words.length === 0
      ? []
      : inTextOrder(snapshot.own.annotations.values()).map((row): Entry => {
          const entity = row.entity === null ? "" : ` – ${entities.get(row.entity)?.name ?? ""}`;
          const kind = schema.labels.find((label) => label.key === row.label)?.name ?? row.label;
          const name = shorten(quoteOf(snapshot.index, row.spans), 70) + entity;
          return { id: row.id, kind, name, keys: [], run: () => desk.goTo(row.id) };
        });
  const found = [...commands, ...tabs, ...labels, ...spans].filter(({ kind, name }) => fits(`${kind} ${name}`));
  // Where a word begins as it was typed, it was meant more likely; otherwise the order stays.
  const begins = ({ name }: Entry): boolean => words.every((word) => ` ${fold(name)}`.includes(` ${word}`));
  const ranked = [...found.filter(begins), ...found.filter((entry) => !begins(entry))];
  return [...ranked.slice(0, MOST), ...documents];
};

/** Titles that hold the typed words, from the server. */
const useDocuments = (typed: string): readonly Entry[] => {
  const { t } = useLingui();
  const { project, document } = useDesk();
  const navigate = useNavigate();
  const q = useDeferredValue(typed.trim());
  const list = useInfiniteQuery({
    ...documentsQuery(project.id, { q }, 8),
    enabled: q.length > 1,
    refetchInterval: false,
  });
  if (q.length < 2) return [];
  return (list.data?.pages[0]?.results ?? [])
    .filter((row) => row.document !== document)
    .map((row) => ({
      id: row.document,
      kind: t`Document`,
      name: row.title,
      keys: [],
      run: () =>
        void navigate({ to: "/p/$project/d/$document", params: { project: project.id, document: row.document } }),
    }));
};

export default CommandPalette;
