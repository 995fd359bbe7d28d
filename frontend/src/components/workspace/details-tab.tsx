import { Trans, useLingui } from "@lingui/react/macro";
import { Button, useComputedColorScheme } from "@mantine/core";
import { useMemo } from "react";
import type { Annotation, AnnotationSet, Span } from "../../document/model";
import { useCell } from "../../ui/cell";
import { IconButton } from "../../ui/icon-button";
import { Icon } from "../../ui/icons";
import { AttributeForm } from "../attribute-form";
import { LabelMark } from "../label-mark";
import { linkTypes, textLabels } from "../labels";
import { shorten } from "../words";
import { quoteOf } from "./actions";
import { useDesk } from "./desk";
import css from "./details-tab.module.css";
import { DocumentFacts } from "./document-facts";
import { EntityPicker } from "./entity-picker";
import { FrameSlots } from "./frame-slots";
import { LinkRows } from "./link-rows";
import { startLink } from "./mode";

export const DetailsTab = () => {
  const { snapshot } = useDesk();
  const found = find(snapshot.visible.sets.values(), snapshot.own, snapshot.selected);
  return (
    <div className={css.tab}>
      {found ? (
        <One key={found.row.id} row={found.row} own={found.set === null} author={found.set?.name ?? ""} />
      ) : (
        <p className={css.hint}>
          <Trans>
            Select a stretch of text and press a label's key, or press the key first and then select. Click a marked
            stretch to see it here; press <kbd>?</kbd> for all keys.
          </Trans>
        </p>
      )}
      <DocumentFacts />
    </div>
  );
};

/** One's own annotation, or another's; `set` is null for one's own. */
const find = (sets: Iterable<AnnotationSet>, own: AnnotationSet, id: string | null) => {
  if (id === null) return null;
  const mine = own.annotations.get(id);
  if (mine) return { row: mine, set: null };
  for (const set of sets) {
    const row = set.annotations.get(id);
    if (row) return { row, set };
  }
  return null;
};

interface OneProps {
  readonly row: Annotation;
  readonly own: boolean;
  readonly author: string;
}

const One = ({ row, own, author }: OneProps) => {
  const { t } = useLingui();
  const desk = useDesk();
  const { schema, snapshot, actions, canEdit, setMode } = desk;
  const scheme = useComputedColorScheme("light");
  const looks = useMemo(() => textLabels(schema.labels, scheme), [schema, scheme]);
  const label = schema.labels.find((one) => one.key === row.label);
  const name = label?.name ?? row.label;
  const editable = own && canEdit;
  const entityType = schema.entity_types.find((type) => type.key === label?.entity_type);
  const linkable = linkTypes(schema, row.label, null).length > 0;
  return (
    <section className={css.one} aria-label={t`Selected: ${name}`}>
      <header className={css.head}>
        <LabelMark look={looks.find((look) => look.key === row.label)} />
        <h2>{name}</h2>
        {!own && (
          <span className={css.author}>
            <Trans>by {author}</Trans>
          </span>
        )}
        <span className={css.buttons}>
          {desk.project.role !== "viewer" && (
            <IconButton
              icon="comment"
              label={t`Comment`}
              keys="Shift+C"
              onClick={() => desk.focusIn("comments", "[data-comment]")}
            />
          )}
          <IconButton
            icon="book"
            label={t`Guideline for ${name}`}
            keys="g"
            onClick={() => desk.focusIn("guideline", "[data-guideline]")}
          />
          {editable && (
            <>
              <IconButton
                icon="pencil"
                label={t`Change the label`}
                keys="r"
                onClick={() => setMode({ kind: "relabel", id: row.id })}
              />
              <IconButton
                icon="edges"
                label={t`Move the edges`}
                keys="b"
                onClick={() => setMode({ kind: "bounds", id: row.id, spans: row.spans })}
              />
              <IconButton
                icon="link"
                label={t`Link to another`}
                keys="l"
                disabled={!linkable}
                onClick={() => setMode(startLink(row.id))}
              />
              <IconButton icon="cross" label={t`Remove`} keys="x" onClick={() => actions.remove(row.id)} />
            </>
          )}
        </span>
      </header>
      <Quote row={row} editable={editable} />
      {editable && <AddPart />}
      {entityType && <EntityPicker row={row} type={entityType} readOnly={!editable} />}
      {editable && <FrameSlots row={row} />}
      <LinkRows row={row} editable={editable} />
      {label && label.attributes.length > 0 && (
        <AttributeForm
          attributes={label.attributes}
          values={row.attributes}
          entities={[...desk.entities.values()]}
          readOnly={!editable}
          used={(key) => usedValues(snapshot.own, row.label, key)}
          onChange={(key, value) => actions.setAttribute(row.id, key, value)}
        />
      )}
    </section>
  );
};

/** Only while words are selected that could become a part of the span. */
const AddPart = () => {
  const { selection, addPart } = useDesk();
  const some = useCell(selection, (found) => found?.done === true);
  if (!some) return null;
  return (
    <Button size="compact-xs" variant="default" onMouseDown={(event) => event.preventDefault()} onClick={addPart}>
      <Trans>
        Add the selected words as a part <kbd>Shift+F</kbd>
      </Trans>
    </Button>
  );
};

const usedValues = (set: AnnotationSet, label: string, key: string): readonly string[] =>
  [...set.annotations.values()].flatMap((row) => {
    const value = row.label === label ? row.attributes[key] : undefined;
    return typeof value === "string" ? [value] : [];
  });

const Quote = ({ row, editable }: { readonly row: Annotation; readonly editable: boolean }) => {
  const { snapshot, view } = useDesk();
  const parts = row.spans.length;
  const show = (span: Span) => view.current?.scrollTo(span);
  if (parts === 1)
    return (
      <blockquote className={css.quote} dir="auto">
        {shorten(quoteOf(snapshot.index, row.spans), 240)}
      </blockquote>
    );
  return (
    <ol className={css.parts}>
      {row.spans.map((span, k) => (
        <li key={`${span[0]}-${span[1]}`}>
          <button type="button" className={css.part} dir="auto" onClick={() => show(span)}>
            {shorten(quoteOf(snapshot.index, [span]), 80)}
          </button>
          {editable && <RemovePart row={row} part={k} />}
        </li>
      ))}
    </ol>
  );
};

const RemovePart = ({ row, part }: { readonly row: Annotation; readonly part: number }) => {
  const { t } = useLingui();
  const { actions } = useDesk();
  const number = part + 1;
  return (
    <Button
      size="compact-xs"
      variant="subtle"
      aria-label={t`Remove part ${number}`}
      onClick={() => actions.removePart(row.id, part)}
    >
      <Icon name="cross" size={12} />
    </Button>
  );
};
