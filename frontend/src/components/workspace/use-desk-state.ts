/** Puts the workspace's parts together: what is selected, armed, shown, and what a label or a click does. */

import { t } from "@lingui/core/macro";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { authorsQuery, goldQuery, projectQuery, registerQuery, schemaQuery } from "../../api/queries";
import type { GoldLabel, Id } from "../../api/types";
import type { Annotation, AnnotationSet } from "../../document/model";
import type { Offer, Repeat } from "../../document/offers";
import type { TextSelection, TextViewApi } from "../../document/view";
import { createCell } from "../../ui/cell";
import { may } from "../access";
import { useSay } from "../announcer";
import { inTextOrder, linksAt } from "../items";
import { activeLabels, labelKeys, linkTypes } from "../labels";
import { type OpenDocument, useSnapshot } from "../open-document";
import { usePreferences } from "../preferences";
import { createActions } from "./actions";
import { DESK_COMMANDS } from "./commands";
import { asItIs, type Desk, GOLD, type Tab } from "./desk";
import { keymapOf, letters } from "./keymap";
import { chooseTarget, MARK, type Mode } from "./mode";
import { answerOffer, reviewOffer } from "./reviewing";
import { useOffers } from "./use-offers";

export const useDeskState = (projectId: Id, document: Id, { store, seeded }: OpenDocument): Desk => {
  const project = useSuspenseQuery(projectQuery(projectId)).data;
  const schema = useSuspenseQuery(schemaQuery(projectId)).data;
  const snapshot = useSnapshot(store);
  const say = useSay();
  const known = useRef<readonly Repeat[]>([]);
  const actions = useMemo(
    () => createActions(store, schema, seeded, say, () => known.current),
    [store, schema, seeded, say],
  );
  const labels = useMemo(() => activeLabels(schema), [schema]);
  const view = useRef<TextViewApi | null>(null);
  const [mode, setMode] = useState<Mode>(MARK);
  const [selection] = useState(() => createCell<TextSelection | null>(null));
  const { thread } = useSearch({ from: "/inside/p/$project/d/$document/" });
  const [tab, setTab] = useState<Tab>(thread === undefined ? "details" : "comments");
  const [shown, setShown] = useState<ReadonlySet<string>>(() => {
    if (project.role === "viewer") return new Set([GOLD]);
    return may(project.role, "curate") ? firstShown(snapshot.own, snapshot.visible.sets) : new Set();
  });
  const mayGold = project.role !== "annotator" || !project.blind || snapshot.own.status === "finished";
  const gold = useQuery({ ...goldQuery(projectId, document), enabled: mayGold && shown.has(GOLD) }).data?.labels;
  const [allLinks, setAllLinks] = useState(false);
  const [sheet, setSheet] = useState(false);
  // Also when one is called to another thread of a document that is open already.
  useEffect(() => {
    if (thread === undefined) return;
    setTab("comments");
    setSheet(true);
  }, [thread]);
  const panel = useRef<HTMLElement | null>(null);
  const { entities, authors } = useNames(projectId, may(project.role, "see_register"));
  const { archived } = snapshot.visible.document;
  const canEdit = may(project.role, "annotate") && !archived && !project.archived && snapshot.own.status === "open";

  const { offers, repeats } = useOffers(snapshot, labels, canEdit);
  useEffect(() => {
    known.current = repeats;
  }, [repeats]);

  const { keys, single_keys: singles } = usePreferences();
  const keymap = useMemo(() => keymapOf(DESK_COMMANDS, keys, singles), [keys, singles]);
  const keysOfLabels = useMemo(
    () => (singles ? labelKeys(labels, letters(keymap)) : new Map<string, readonly string[]>()),
    [labels, keymap, singles],
  );
  const last = useRef<string | null>(null);
  const [began] = useState(() => Date.now());
  const [shownAt] = useState(() => performance.now());

  const goTo = useCallback(
    (id: Id) => {
      store.select(id);
      view.current?.select(id);
    },
    [store],
  );

  const focusIn = useCallback((wanted: Tab, selector: string) => {
    setTab(wanted);
    setSheet(true);
    // The tab has to be drawn first.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => panel.current?.querySelector<HTMLElement>(selector)?.focus()),
    );
  }, []);

  const desk: Desk = {
    project,
    document,
    schema,
    labels,
    store,
    snapshot,
    actions,
    canEdit,
    // What a mode is about may be gone: removed by another tab, or by undo.
    mode: isAbout(mode, snapshot.own.annotations, offers) ? mode : MARK,
    setMode,
    view,
    selection,
    entities,
    authors,
    tab,
    setTab,
    gold: mayGold && shown.has(GOLD) ? (gold ?? NONE) : NONE,
    mayGold,
    shown,
    setShown,
    allLinks,
    setAllLinks,
    panel,
    sheet,
    setSheet,
    focusIn,
    offers,
    repeats,
    review: (to) => reviewOffer(asItIs(desk), to),
    accept: (label) => answerOffer(asItIs(desk), label),
    reject: () => answerOffer(asItIs(desk), null),
    shownAt,
    session: () => ({ edits: store.given(), seconds: (Date.now() - began) / 1000 }),
    say,
    goTo,
    keymap,
    labelKeys: keysOfLabels,
    giveLabel: (label) => {
      last.current = label;
      applyLabel(asItIs(desk), label);
    },
    relabel: (id, label) => relabel(asItIs(desk), id, label),
    lastLabel: () => last.current ?? newest(store.getSnapshot().own)?.label ?? null,
    nextOfLabel: (row) => nextLike(store.getSnapshot().own, row),
    addPart: () => addPart(asItIs(desk)),
    chooseTarget: (id) => chooseEnd(asItIs(desk), id, say),
  };
  return desk;
};

const NONE: readonly GoldLabel[] = [];

const isAbout = (mode: Mode, rows: ReadonlyMap<Id, unknown>, offers: readonly Offer[]): boolean => {
  if (mode.kind === "suggest") return offers.some((offer) => offer.id === mode.id);
  return mode.kind === "mark" || rows.has(mode.kind === "link" ? mode.from : mode.id);
};

const useNames = (project: Id, register: boolean) => {
  const entities = useQuery({ ...registerQuery(project), enabled: register }).data?.entities;
  const authors = useQuery(authorsQuery(project)).data;
  return {
    entities: useMemo(() => new Map(entities?.map((one) => [one.id, one])), [entities]),
    authors: useMemo(() => new Map(authors?.map((one) => [one.id, one.name])), [authors]),
  };
};

/** In relabel mode another label for the span; with a selection a new span; else the label is armed, or put down. */
const applyLabel = (desk: Desk, label: string): void => {
  const { mode, setMode, actions, snapshot, store, view } = desk;
  const selected = desk.selection.get();
  if (mode.kind === "suggest") desk.accept(label);
  else if (mode.kind === "relabel") {
    if (relabel(desk, mode.id, label)) setMode(MARK);
  } else if (selected && snapshot.armed === null) {
    actions.mark(label, selected.spans);
    view.current?.setSelection(null);
    // A selection drawn with the mouse leaves the focus nowhere; the arrow keys go on from here.
    view.current?.focus();
  } else store.arm(snapshot.armed === label ? null : label);
};

const relabel = (desk: Desk, id: Id, label: string): boolean => {
  if (hasUnfitLinks(desk, id, label)) return false;
  desk.actions.relabel(id, label);
  return true;
};

/** The last one that was added or changed; those that the server has not seen yet come last in the set. */
const newest = (set: AnnotationSet): Annotation | undefined =>
  [...set.annotations.values()].reduce<Annotation | undefined>(
    (best, row) => (best && best.position > row.position ? best : row),
    undefined,
  );

const nextLike = (set: AnnotationSet, row: Annotation): Annotation | undefined => {
  const like = inTextOrder([...set.annotations.values()].filter((one) => one.label === row.label));
  return like[like.findIndex((one) => one.id === row.id) + 1];
};

const addPart = ({ snapshot, selection, actions, view }: Desk): void => {
  const { selected, own } = snapshot;
  const words = selection.get();
  if (!words || selected === null || !own.annotations.has(selected)) return;
  actions.addPart(selected, words.spans);
  view.current?.setSelection(null);
};

/** Links hold an annotation to its label: the server refuses another one while they are there. */
const hasUnfitLinks = ({ snapshot, schema, say }: Desk, id: Id, label: string): boolean => {
  const { annotations } = snapshot.own;
  const unfit = linksAt(snapshot.own, id).some((link) => {
    const from = link.from === id ? label : (annotations.get(link.from)?.label ?? "");
    const to = link.to === id ? label : (annotations.get(link.to)?.label ?? "");
    return !linkTypes(schema, from, to).some((type) => type.key === link.type);
  });
  if (unfit) say(t`Its links do not fit that label; remove them first`);
  return unfit;
};

const chooseEnd = (desk: Desk, id: Id, say: (text: string) => void): void => {
  const { mode, setMode, actions, schema, snapshot, view } = desk;
  if (mode.kind !== "link") return;
  const choice = chooseTarget(schema, snapshot.own, mode, id);
  if (choice === null) say(t`No link can lead there`);
  else if ("ask" in choice) setMode(choice.ask);
  else {
    actions.link(choice.link, mode.from, id);
    setMode(MARK);
    view.current?.select(mode.from, { scroll: false });
    view.current?.focus();
  }
};

/** A curator who has marked nothing here comes to look: finished work is shown. Who marks is not led by it. */
const firstShown = (own: AnnotationSet, sets: ReadonlyMap<string, AnnotationSet>): ReadonlySet<string> => {
  const began = own.annotations.size > 0 || own.status === "finished";
  const others = [...sets].filter(([, set]) => !set.mine && set.status === "finished");
  return new Set(began ? [] : others.map(([key]) => key));
};
