import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { AgreementRow, Measure } from "../../api/types";
import { figure } from "../words";
import css from "./agreement.module.css";
import { columnsOf, interval, shown } from "./figures";
import { useMeasureMeanings, useMeasureNames, useReasons } from "./words";

interface Props {
  readonly caption: string;
  readonly head: ReactNode;
  readonly rows: readonly AgreementRow[];
  readonly nameOf: (row: AgreementRow) => ReactNode;
  readonly inset?: (row: AgreementRow) => boolean;
}

/** Every figure with its interval and the number of documents beside it, or the reason why there is none. */
export const MeasureTable = ({ caption, head, rows, nameOf, inset }: Props) => {
  const names = useMeasureNames();
  const meanings = useMeasureMeanings();
  const columns = columnsOf(rows);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <section className={css.scroll} aria-label={caption} tabIndex={0}>
      <table className={css.wide}>
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            <th scope="col">
              <Trans>Documents</Trans>
            </th>
            {columns.map((key) => (
              <th key={key} scope="col" title={meanings[key]}>
                {names[key]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.dimension}/${row.key}`}>
              <th scope="row" className={inset?.(row) ? css.inset : ""} dir="auto">
                {nameOf(row)}
              </th>
              <td>{figure(row.documents)}</td>
              {columns.map((key) => (
                <td key={key}>
                  <Figure measure={row[key]} />
                  {key === "gamma" && row.gamma_bounds && row.gamma_bounds[0] !== row.gamma_bounds[1] && (
                    <span className={css.bounds}>
                      <Trans>
                        surely {shown(row.gamma_bounds[0])} to {shown(row.gamma_bounds[1])}
                      </Trans>
                    </span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};

export const Figure = ({ measure }: { readonly measure: Measure | null }) => {
  const reasons = useReasons();
  if (measure === null) return null;
  if (measure.value == null) return <span className={css.reason}>{reasons(measure.reason ?? "")}</span>;
  const bounds = interval(measure);
  return (
    <>
      <span className={css.value}>{shown(measure.value)}</span>
      {bounds && <span className={css.bounds}>{bounds}</span>}
    </>
  );
};
