import { useLingui } from "@lingui/react/macro";
import { useComputedColorScheme } from "@mantine/core";
import { type Ref, useEffect, useImperativeHandle, useMemo, useRef, useState } from "react";
import type { Label } from "../api/types";
import type { LanguageRange } from "../document/model";
import { TextView } from "../document/textview";
import type { TextGroup, TextItem, TextLink, TextViewApi, TextViewOptions } from "../document/view";
import { textLabels } from "./labels";
import "../document/textview.css";
import css from "./text-pane.module.css";

interface Props extends Pick<TextViewOptions, "onSelect" | "onHover" | "onSelection" | "onActivate" | "onResize"> {
  readonly text: string;
  readonly languages: readonly LanguageRange[];
  readonly labels: readonly Label[];
  readonly groups?: readonly TextGroup[];
  readonly items: readonly TextItem[];
  readonly links?: readonly TextLink[];
  readonly allLinks?: boolean;
  readonly selected?: string | null;
  readonly armed?: string | null;
  readonly readOnly?: boolean;
  readonly ref?: Ref<TextViewApi | null>;
}

const NO_LINKS: readonly TextLink[] = [];
/** On a text that was erased nothing can be drawn. */
const NO_ITEMS: readonly TextItem[] = [];

/** The text view in React's world: React keeps its hands off what is inside. */
export const TextPane = (props: Props) => {
  const { text, labels, groups, allLinks = false } = props;
  const drawn = text !== "";
  const languages = drawn ? props.languages : [];
  const items = drawn ? props.items : NO_ITEMS;
  const links = drawn ? (props.links ?? NO_LINKS) : NO_LINKS;
  const { selected = null, armed = null, readOnly = false, ref } = props;
  const { t } = useLingui();
  const scheme = useComputedColorScheme("light");
  const looks = useMemo(() => textLabels(labels, scheme), [labels, scheme]);
  // A document that was read again brings the same languages as another object.
  const spoken = JSON.stringify(languages);
  const root = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<TextViewApi | null>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  // A new text or other lanes are a new view; everything else is told to the one that is there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: labels and callbacks are told below, as they change
  useEffect(() => {
    const made = new TextView(root.current as HTMLElement, {
      text,
      languages,
      labels: looks,
      groups,
      readOnly,
      words: {
        text: t`Text`,
        annotations: t`Annotations`,
        uncertain: t`uncertain`,
        suggestion: t`suggestion`,
        added: t`added`,
        removed: t`removed`,
      },
      onSelect: (id, stack) => latest.current.onSelect?.(id, stack),
      onHover: (id) => latest.current.onHover?.(id),
      onSelection: (selection) => latest.current.onSelection?.(selection),
      onActivate: (id) => latest.current.onActivate?.(id),
      onResize: (id, spans) => latest.current.onResize?.(id, spans),
    });
    setView(made);
    return () => {
      made.destroy();
      setView(null);
    };
  }, [text, spoken, groups]);

  useImperativeHandle(ref, () => view as TextViewApi, [view]);
  useEffect(() => view?.setLabels(looks), [view, looks]);
  useEffect(() => view?.setItems(items), [view, items]);
  useEffect(() => view?.setLinks(links, allLinks), [view, links, allLinks]);
  useEffect(() => view?.select(selected, { scroll: false }), [view, selected]);
  useEffect(() => view?.setArmed(armed), [view, armed]);
  useEffect(() => view?.setReadOnly(readOnly), [view, readOnly]);
  return <div ref={root} className={css.text} />;
};
