import { type ReactNode, type Ref, useImperativeHandle, useLayoutEffect, useRef, useState } from "react";
import css from "./window-list.module.css";

export interface WindowListApi {
  /** Scrolls the least that shows the row. */
  reveal(index: number): void;
}

interface Props<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  /** Of every row, in pixels. */
  readonly height: number;
  readonly rowKey: (row: Row) => string;
  readonly children: (row: Row, index: number) => ReactNode;
  readonly ref?: Ref<WindowListApi>;
}

const MARGIN = 10;

/** A long list of which only the rows in sight exist. It scrolls in itself. */
export const WindowList = <Row,>({ label, rows, height, rowKey, children, ref }: Props<Row>) => {
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ first: 0, last: 40 });
  const look = () => {
    const { scrollTop = 0, clientHeight = 0 } = box.current ?? {};
    const first = Math.max(0, Math.floor(scrollTop / height) - MARGIN);
    const last = Math.ceil((scrollTop + clientHeight) / height) + MARGIN;
    setSeen((old) => (old.first === first && old.last === last ? old : { first, last }));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the window follows the box, not the render
  useLayoutEffect(() => {
    look();
    const watch = new ResizeObserver(look);
    if (box.current) watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  useImperativeHandle(ref, () => ({ reveal: (index) => reveal(box.current, index * height, height) }), [height]);
  return (
    <div ref={box} className={css.box} onScroll={look}>
      <ul className={css.list} aria-label={label} style={{ blockSize: rows.length * height }}>
        {rows.slice(seen.first, seen.last).map((row, k) => {
          const index = seen.first + k;
          return (
            <li
              key={rowKey(row)}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
              style={{ insetBlockStart: index * height, blockSize: height }}
            >
              {children(row, index)}
            </li>
          );
        })}
      </ul>
    </div>
  );
};

const reveal = (box: HTMLElement | null, top: number, height: number): void => {
  if (!box) return;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + height > box.scrollTop + box.clientHeight) box.scrollTop = top + height - box.clientHeight;
};
