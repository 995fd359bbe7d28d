import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import type { Json } from "../../api/types";
import { annotationOf } from "../../document/fold";
import type { Attributes, Command, LogEvent, Span } from "../../document/model";
import type { Card } from "../../document/store";
import { eventWords } from "../event-words";
import { shorten } from "../words";
import { quoteOf } from "./actions";
import css from "./cards.module.css";
import { useDesk } from "./desk";

/** Edits that the server did not take: what you wanted beside what stands there now. Nothing is thrown away unasked. */
export const Cards = () => {
  const { t } = useLingui();
  const { snapshot } = useDesk();
  const { cards } = snapshot;
  if (cards.length === 0) return null;
  return (
    <section className={css.cards} aria-label={t`Edits that were not applied`}>
      <h2>
        <Plural value={cards.length} one="# edit was not applied" other="# edits were not applied" />
      </h2>
      {cards.map((card) => (
        <CardView key={card.id} card={card} />
      ))}
    </section>
  );
};

const CardView = ({ card }: { readonly card: Card }) => {
  const { store, authors } = useDesk();
  const last = card.since[card.since.length - 1];
  return (
    <article className={css.card}>
      <p className={css.why}>
        {card.kind === "conflict" ? (
          <Trans>Somebody changed the same thing before your edit arrived.</Trans>
        ) : (
          ((card.problem?.detail || card.problem?.title) ?? <Trans>The server refused it.</Trans>)
        )}
      </p>
      <div className={css.sides}>
        <div className={css.side}>
          <h3>
            <Trans>Yours</Trans>
          </h3>
          <Mine command={card.command} />
        </div>
        {last && (
          <div className={css.side}>
            <h3>{authors.get(last.author) ?? <Trans>Theirs</Trans>}</h3>
            <Theirs event={last} />
          </div>
        )}
      </div>
      <div className={css.buttons}>
        <Button size="xs" onClick={() => store.redoCard(card.id) || store.discardCard(card.id)}>
          <Trans>Apply mine again</Trans>
        </Button>
        <Button size="xs" variant="default" onClick={() => store.discardCard(card.id)}>
          <Trans>Discard mine</Trans>
        </Button>
      </div>
    </article>
  );
};

const Mine = ({ command }: { readonly command: Command }) => {
  const { t } = useLingui();
  const { schema } = useDesk();
  switch (command.type) {
    case "add_annotation":
    case "change_annotation":
      return <Annotation {...command.data} />;
    case "remove_annotation":
      return <p>{t`Remove the mark`}</p>;
    case "add_link":
    case "change_link":
      return (
        <p>{t`Link: ${schema.link_types.find((type) => type.key === command.data.type)?.name ?? command.data.type}`}</p>
      );
    case "remove_link":
      return <p>{t`Remove the link`}</p>;
    case "set_document_label":
      return <p>{`${command.data.label}: ${command.data.value}`}</p>;
    case "clear_document_label":
      return <p>{t`Clear ${command.data.label}`}</p>;
    case "finish_set":
      return <p>{t`Done`}</p>;
    case "reopen_set":
      return <p>{t`Open again`}</p>;
  }
};

const Theirs = ({ event }: { readonly event: LogEvent }) => {
  const { schema, snapshot } = useDesk();
  if (event.type === "annotation_added" || event.type === "annotation_changed")
    return <Annotation {...annotationOf(event)} />;
  return <p>{eventWords(event, { schema, index: snapshot.index })}</p>;
};

interface AnnotationProps {
  readonly label: string;
  readonly spans: readonly Span[];
  readonly attributes: Attributes;
  readonly entity: string | null;
}

const Annotation = ({ label, spans, attributes, entity }: AnnotationProps) => {
  const { schema, snapshot, entities } = useDesk();
  const definition = schema.labels.find((one) => one.key === label);
  const nameOf = (key: string): string => definition?.attributes.find((one) => one.key === key)?.name ?? key;
  return (
    <>
      <p>
        <b>{definition?.name ?? label}</b> <bdi>“{shorten(quoteOf(snapshot.index, spans), 80)}”</bdi>
      </p>
      <dl className={css.values}>
        {entity !== null && <Value name="→" value={entities.get(entity)?.name ?? entity} />}
        {Object.entries(attributes).map(([key, value]) => (
          <Value key={key} name={nameOf(key)} value={value} />
        ))}
      </dl>
    </>
  );
};

const Value = ({ name, value }: { readonly name: string; readonly value: Json }) => (
  <div>
    <dt>{name}</dt>
    <dd>{Array.isArray(value) ? value.join(", ") : String(value)}</dd>
  </div>
);
