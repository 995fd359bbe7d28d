import { useLingui } from "@lingui/react/macro";
import { type KeyboardEvent, useMemo } from "react";
import type { LogEvent } from "../../document/model";
import { densityOf } from "./density";
import css from "./slider.module.css";

interface Props {
  readonly events: readonly LogEvent[];
  /** Ends of the slider: positions of the log. */
  readonly first: number;
  readonly last: number;
  /** How many events have happened at the chosen moment. */
  readonly n: number;
  readonly position: number;
  readonly onChange: (position: number) => void;
  /** The moment in words. */
  readonly words: string;
  readonly colors: ReadonlyMap<string, string>;
}

const STRETCHES = 160;
const PAGE = 10;

/** Positions of the log from end to end; arrows go from event to event. */
export const Slider = ({ events, first, last, n, position, onChange, words, colors }: Props) => {
  const { t } = useLingui();
  const key = (event: KeyboardEvent) => {
    const to = stepped(event.key, n, events.length);
    if (to === null) return;
    event.preventDefault();
    onChange(to === 0 ? Math.max(0, first - 1) : (events[to - 1]?.position ?? last));
  };
  return (
    <div className={css.slider}>
      <Strip events={events} first={first} last={last} colors={colors} />
      <input
        type="range"
        className={css.range}
        aria-label={t`Moment`}
        aria-valuetext={words}
        min={Math.max(0, first - 1)}
        max={last}
        value={position}
        onKeyDown={key}
        onChange={(event) => onChange(Number(event.currentTarget.value))}
      />
    </div>
  );
};

/** How many events later or earlier a key leads; null for other keys. */
export const stepped = (key: string, n: number, events: number): number | null => {
  const to: Readonly<Record<string, number>> = {
    ArrowRight: n + 1,
    ArrowUp: n + 1,
    ArrowLeft: n - 1,
    ArrowDown: n - 1,
    PageUp: n + PAGE,
    PageDown: n - PAGE,
    Home: 0,
    End: events,
  };
  const wanted = to[key];
  return wanted === undefined ? null : Math.max(0, Math.min(events, wanted));
};

type StripProps = Pick<Props, "events" | "first" | "last" | "colors">;

const Strip = ({ events, first, last, colors }: StripProps) => {
  const { bars, stretches, most } = useMemo(() => densityOf(events, first, last, STRETCHES), [events, first, last]);
  return (
    <svg className={css.strip} viewBox={`0 0 ${stretches} 100`} preserveAspectRatio="none" aria-hidden="true">
      {bars.map((bar) => (
        <rect
          key={`${bar.at}/${bar.author}`}
          x={bar.at + 0.08}
          width={0.84}
          y={100 - ((bar.from + bar.count) * 100) / most}
          height={(bar.count * 100) / most}
          fill={colors.get(bar.author) ?? "currentColor"}
        />
      ))}
    </svg>
  );
};
