import { useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import type { LinkType } from "../../api/types";
import type { Annotation } from "../../document/model";
import { Combobox } from "../../ui/combobox";
import { fold } from "../entity-search";
import { inTextOrder, linksAt } from "../items";
import { linkTypes } from "../labels";
import { shorten } from "../words";
import { quoteOf } from "./actions";
import { useDesk } from "./desk";
import css from "./frame-slots.module.css";

interface Props {
  readonly row: Annotation;
}

const MOST = 30;

/** The places that a claim's frame has – who claims it, against whom, where – each filled from what is marked here. */
export const FrameSlots = ({ row }: Props) => {
  const { schema } = useDesk();
  const types = linkTypes(schema, row.label, null).filter((type) => type.from_label === row.label);
  if (types.length === 0) return null;
  return (
    <div className={css.slots}>
      {types.map((type) => (
        <Slot key={type.key} row={row} type={type} />
      ))}
    </div>
  );
};

const Slot = ({ row, type }: Props & { readonly type: LinkType }) => {
  const { t } = useLingui();
  const { snapshot, actions, schema, entities } = useDesk();
  const { own, index } = snapshot;
  const filled = linksAt(own, row.id).filter((link) => link.type === type.key && link.from === row.id);
  const near = useMemo(() => candidates(own.annotations.values(), row, type), [own.annotations, row, type]);
  const nameOf = (one: Annotation): string => {
    const entity = one.entity === null ? undefined : entities.get(one.entity)?.name;
    return entity ? `${shorten(quoteOf(index, one.spans), 40)} – ${entity}` : shorten(quoteOf(index, one.spans), 60);
  };
  const taken = new Set(filled.map((link) => link.to));
  const options = (typed: string | null) => {
    const words = fold(typed ?? "");
    return near
      .filter((one) => !taken.has(one.id) && fold(nameOf(one)).includes(words))
      .slice(0, MOST)
      .map((one) => ({
        value: one.id,
        content: (
          <span className={css.option}>
            <bdi>{nameOf(one)}</bdi>
            {type.to_label === null && <small>{schema.labels.find((label) => label.key === one.label)?.name}</small>}
          </span>
        ),
      }));
  };
  return (
    <Combobox
      label={type.name}
      placeholder={near.length === 0 ? t`Nothing is marked that fits` : filled.length > 0 ? t`Add another` : t`Choose`}
      shown=""
      options={options}
      onChoose={(target) => actions.link(type.key, row.id, target)}
    />
  );
};

/** What the link may lead to, the nearest in the text first. */
const candidates = (rows: Iterable<Annotation>, from: Annotation, type: LinkType): readonly Annotation[] => {
  const here = from.spans[0]?.[0] ?? 0;
  const away = (row: Annotation): number => Math.abs((row.spans[0]?.[0] ?? 0) - here);
  const fit = inTextOrder(rows).filter(
    (row) => row.id !== from.id && (type.to_label === null || row.label === type.to_label),
  );
  return [...fit].sort((a, b) => away(a) - away(b));
};
