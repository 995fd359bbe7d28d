import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { LogEvent } from "../../document/model";
import { Trouble, Waiting } from "../../ui/states";
import { eventWords } from "../event-words";
import { useHistory } from "../history/read";
import { moment } from "../words";
import { quoteOf } from "./actions";
import { useDesk } from "./desk";
import css from "./history-tab.module.css";

const LATEST = 60;

/** The last things that happened here; each leads to that moment. */
export const HistoryTab = () => {
  const { t } = useLingui();
  const { project, document, snapshot } = useDesk();
  const { data, error, refetch } = useHistory(project.id, document, snapshot.confirmed.position);
  if (error) return <Trouble error={error} onRetry={refetch} />;
  if (!data) return <Waiting />;
  return (
    <div className={css.tab}>
      <Link className={css.all} to="/p/$project/d/$document/history" params={{ project: project.id, document }}>
        <Trans>Whole history, at any moment</Trans>
      </Link>
      <ol className={css.list} reversed aria-label={t`Latest events`}>
        {data
          .slice(-LATEST)
          .reverse()
          .map((event) => (
            <Row key={event.position} event={event} />
          ))}
      </ol>
    </div>
  );
};

const Row = ({ event }: { readonly event: LogEvent }) => {
  const { project, document, schema, snapshot, authors } = useDesk();
  const words = eventWords(event, {
    schema,
    index: snapshot.index,
    quoteBefore: (id) => {
      const row = snapshot.own.annotations.get(id);
      return row ? quoteOf(snapshot.index, row.spans) : null;
    },
  });
  return (
    <li className={css.row}>
      <Link
        className={css.link}
        to="/p/$project/d/$document/history"
        params={{ project: project.id, document }}
        search={{ at: event.position }}
      >
        <span>
          <b>{authors.get(event.author) ?? <Trans>somebody</Trans>}</b> <bdi>{words}</bdi>
        </span>
        <span className={css.facts}>
          <span>{event.position}</span>
          <time dateTime={event.recorded_at}>{moment(event.recorded_at)}</time>
        </span>
      </Link>
    </li>
  );
};
