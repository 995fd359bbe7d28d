import { useSyncExternalStore } from "react";

/** One value that changes often and that few look at: whoever looks is told, nobody else is drawn again. */
export interface Cell<T> {
  get(): T;
  set(value: T): void;
  subscribe(listener: () => void): () => void;
}

export const createCell = <T>(first: T): Cell<T> => {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};

export const useCell = <T, S>(cell: Cell<T>, read: (value: T) => S): S =>
  useSyncExternalStore(cell.subscribe, () => read(cell.get()));
