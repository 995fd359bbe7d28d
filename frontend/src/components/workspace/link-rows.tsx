import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import type { Annotation, Link } from "../../document/model";
import { Icon } from "../../ui/icons";
import { AttributeForm } from "../attribute-form";
import { linksAt } from "../items";
import { shorten } from "../words";
import { quoteOf } from "./actions";
import { useDesk } from "./desk";
import css from "./link-rows.module.css";

interface Props {
  readonly row: Annotation;
  readonly editable: boolean;
}

/** The links of one annotation, as text: those that leave it with their attributes, then those that arrive. */
export const LinkRows = ({ row, editable }: Props) => {
  const { snapshot } = useDesk();
  const set = [...snapshot.visible.sets.values()].find((one) => one.annotations.has(row.id)) ?? snapshot.own;
  const links = linksAt(set, row.id);
  if (links.length === 0) return null;
  return (
    <div>
      <h3 className={css.title}>
        <Trans>Links</Trans>
      </h3>
      <ul className={css.list}>
        {links.map((link) => (
          <Row
            key={link.id}
            link={link}
            from={row}
            other={set.annotations.get(otherEnd(link, row))}
            editable={editable}
          />
        ))}
      </ul>
    </div>
  );
};

const otherEnd = (link: Link, row: Annotation): string => (link.from === row.id ? link.to : link.from);

interface RowProps {
  readonly link: Link;
  readonly from: Annotation;
  readonly other: Annotation | undefined;
  readonly editable: boolean;
}

const Row = ({ link, from, other, editable }: RowProps) => {
  const { t } = useLingui();
  const { schema, snapshot, actions, goTo } = useDesk();
  const type = schema.link_types.find((one) => one.key === link.type);
  const name = type?.name ?? link.type;
  const leaves = link.from === from.id;
  const target = other ? shorten(quoteOf(snapshot.index, other.spans), 60) : "";
  return (
    <li className={css.row}>
      <div className={css.line}>
        <span className={css.type}>{leaves ? <>{name} →</> : <>← {name}</>}</span>
        {other && (
          <button type="button" className={css.target} dir="auto" onClick={() => goTo(other.id)}>
            {target}
          </button>
        )}
        {editable && (
          <Button
            size="compact-xs"
            variant="subtle"
            aria-label={t`Remove the link ${name} ${target}`}
            onClick={() => actions.removeLink(link.id)}
          >
            <Icon name="cross" size={12} />
          </Button>
        )}
      </div>
      {leaves && type && type.attributes.length > 0 && (
        <AttributeForm
          attributes={type.attributes}
          values={link.attributes}
          readOnly={!editable}
          onChange={(key, value) => actions.setLinkAttribute(link.id, key, value)}
        />
      )}
    </li>
  );
};
