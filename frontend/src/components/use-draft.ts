import { useEffect, useRef, useState } from "react";

const PAUSE = 1_000;

export interface Draft<T> {
  readonly value: T;
  readonly set: (value: T) => void;
  /** Tell now. */
  readonly flush: () => void;
}

/** What is being typed: told after a pause, on leaving the field, and when the field goes away; or at once. */
export const useDraft = <T>(value: T, tell: (value: T) => void, immediate: boolean): Draft<T> => {
  const [typed, setTyped] = useState<{ readonly value: T } | null>(null);
  const pending = useRef<{ readonly value: T } | null>(null);
  const latest = useRef(tell);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    latest.current = tell;
  });

  const flush = () => {
    clearTimeout(timer.current);
    const { current } = pending;
    pending.current = null;
    setTyped(null);
    if (current && current.value !== value) latest.current(current.value);
  };
  const leave = useRef(flush);
  useEffect(() => {
    leave.current = flush;
  });
  useEffect(() => () => leave.current(), []);

  const set = (next: T) => {
    pending.current = immediate ? null : { value: next };
    setTyped({ value: next });
    clearTimeout(timer.current);
    if (immediate) latest.current(next);
    else timer.current = setTimeout(() => leave.current(), PAUSE);
  };
  return { value: typed ? typed.value : value, set, flush };
};
