import { useLingui } from "@lingui/react/macro";
import { useEffect, useRef } from "react";
import type { LogEvent } from "../../document/model";
import { WindowList, type WindowListApi } from "../../ui/window-list";
import { moment } from "../words";
import css from "./event-list.module.css";

interface Props {
  readonly events: readonly LogEvent[];
  readonly words: readonly string[];
  /** Events that have happened. */
  readonly n: number;
  readonly nameOf: (author: string) => string;
  readonly colors: ReadonlyMap<string, string>;
  readonly onGo: (position: number) => void;
}

export const EventList = ({ events, words, n, nameOf, colors, onGo }: Props) => {
  const { t } = useLingui();
  const list = useRef<WindowListApi>(null);
  useEffect(() => list.current?.reveal(Math.max(0, n - 1)), [n]);
  return (
    <WindowList ref={list} label={t`Events`} rows={events} height={58} rowKey={(event) => String(event.position)}>
      {(event, k) => (
        <button
          type="button"
          className={css.row}
          aria-current={k === n - 1 ? "step" : undefined}
          data-later={k >= n}
          onClick={() => onGo(event.position)}
        >
          <span className={css.words} dir="auto">
            <span className={css.dot} style={{ backgroundColor: colors.get(event.author) }} aria-hidden="true" />
            <b>{nameOf(event.author)}</b> {words[k]}
          </span>
          <span className={css.facts}>
            <span>{event.position}</span>
            <time dateTime={event.recorded_at}>{moment(event.recorded_at)}</time>
          </span>
        </button>
      )}
    </WindowList>
  );
};
