import type { ReactNode } from "react";
import css from "./table.module.css";

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** Right-aligned figures. */
  readonly number?: boolean;
  /** The cell that names the row. */
  readonly head?: boolean;
  readonly width?: string;
  /** The title is for a screen reader only. */
  readonly quiet?: boolean;
}

interface Props<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly muted?: (row: Row) => boolean;
}

/** A table that becomes a list of cards on a narrow screen. */
export const Table = <Row,>({ caption, columns, rows, rowKey, muted }: Props<Row>) => (
  <table className={css.table}>
    <caption className="sr-only">{caption}</caption>
    <thead>
      <tr>
        {columns.map((column) => (
          <th key={column.key} scope="col" data-number={column.number} style={{ inlineSize: column.width }}>
            {column.quiet ? <span className="sr-only">{column.title}</span> : column.title}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr key={rowKey(row)} data-muted={muted?.(row)}>
          {columns.map((column) => (
            <Cell key={column.key} column={column} row={row} />
          ))}
        </tr>
      ))}
    </tbody>
  </table>
);

const Cell = <Row,>({ column, row }: { readonly column: Column<Row>; readonly row: Row }) =>
  column.head ? (
    <th scope="row">{column.cell(row)}</th>
  ) : (
    <td data-number={column.number} data-label={column.quiet ? undefined : column.title}>
      {column.cell(row)}
    </td>
  );
