import { useLingui } from "@lingui/react/macro";
import { SegmentedControl } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { LogEvent } from "../../document/model";
import { IconButton } from "../../ui/icon-button";
import css from "./player.module.css";

interface Props {
  readonly events: readonly LogEvent[];
  readonly n: number;
  readonly onGo: (n: number) => void;
}

const LONGEST = 5_000;
const SHORTEST = 60;

/** Plays the history as it happened; nobody waits through a pause longer than five seconds. */
export const Player = ({ events, n, onGo }: Props) => {
  const { t } = useLingui();
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState("4");
  const go = useRef(onGo);
  useEffect(() => {
    go.current = onGo;
  });
  useEffect(() => {
    if (!playing) return;
    if (n >= events.length) return setPlaying(false);
    const timer = setTimeout(() => go.current(n + 1), pause(events, n) / Number(speed));
    return () => clearTimeout(timer);
  }, [playing, n, events, speed]);
  const start = () => {
    if (!playing && n >= events.length) onGo(1);
    setPlaying(!playing);
  };
  return (
    <span className={css.player}>
      <IconButton icon={playing ? "pause" : "play"} label={playing ? t`Pause` : t`Play`} onClick={start} />
      <IconButton icon="previous" label={t`One event back`} disabled={n <= 0} onClick={() => onGo(n - 1)} />
      <IconButton icon="next" label={t`One event on`} disabled={n >= events.length} onClick={() => onGo(n + 1)} />
      <SegmentedControl
        aria-label={t`Speed`}
        data={["1", "4", "16"].map((value) => ({ value, label: `${value}×` }))}
        value={speed}
        onChange={setSpeed}
      />
    </span>
  );
};

/** Milliseconds between event n and the next one. */
export const pause = (events: readonly LogEvent[], n: number): number => {
  const [from, to] = [events[n - 1], events[n]];
  if (!from || !to) return SHORTEST;
  const gap = Date.parse(to.recorded_at) - Date.parse(from.recorded_at);
  return Math.max(SHORTEST * 4, Math.min(LONGEST, gap));
};
