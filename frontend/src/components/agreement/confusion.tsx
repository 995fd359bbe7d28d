import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type AgreementFilter, agreementCellQuery } from "../../api/queries";
import type { AgreementReport, Id, Schema } from "../../api/types";
import { Dialog } from "../../ui/dialog";
import { Trouble, Waiting } from "../../ui/states";
import { figure, shorten } from "../words";
import css from "./agreement.module.css";
import matrix from "./confusion.module.css";

interface Props {
  readonly project: Id;
  readonly filter: AgreementFilter;
  readonly schema: Schema;
  readonly confusion: AgreementReport["confusion"];
}

interface Cell {
  readonly row: string;
  readonly column: string;
}

/** Which labels are taken for each other; a cell opens the marks behind it. */
export const Confusion = ({ project, filter, schema, confusion }: Props) => {
  const { t } = useLingui();
  const [cell, setCell] = useState<Cell | null>(null);
  const { labels, cells } = confusion;
  const nameOf = (key: string): string =>
    key === "" ? t`not marked` : (schema.labels.find((label) => label.key === key)?.name ?? key);
  const off = cells.flatMap((row, k) => row.filter((_, n) => n !== k));
  const most = Math.max(1, ...off);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <section className={css.scroll} aria-label={t`Confusion of labels`} tabIndex={0}>
        <table className={matrix.matrix}>
          <caption className="sr-only">
            <Trans>How often one annotator gave the row's label where another gave the column's</Trans>
          </caption>
          <thead>
            <tr>
              <td />
              {labels.map((label) => (
                <th key={label} scope="col">
                  {nameOf(label)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {labels.map((row, k) => (
              <tr key={row}>
                <th scope="row">{nameOf(row)}</th>
                {labels.map((column, n) => (
                  <td key={column}>
                    <Count
                      count={cells[k]?.[n] ?? 0}
                      share={k === n ? 0 : (cells[k]?.[n] ?? 0) / most}
                      name={`${nameOf(row)} – ${nameOf(column)}`}
                      onOpen={() => setCell({ row, column })}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {cell && (
        <Behind
          project={project}
          filter={filter}
          cell={cell}
          title={`${nameOf(cell.row)} – ${nameOf(cell.column)}`}
          nameOf={nameOf}
          onClose={() => setCell(null)}
        />
      )}
    </>
  );
};

interface CountProps {
  readonly count: number;
  readonly share: number;
  readonly name: string;
  readonly onOpen: () => void;
}

const Count = ({ count, share, name, onOpen }: CountProps) =>
  count === 0 ? (
    <div className={matrix.none}>0</div>
  ) : (
    <button
      type="button"
      className={matrix.cell}
      aria-label={`${name}: ${figure(count)}`}
      style={{ background: `color-mix(in srgb, var(--warn-soft) ${Math.round(share * 100)}%, var(--sunken))` }}
      onClick={onOpen}
    >
      {figure(count)}
    </button>
  );

interface BehindProps {
  readonly project: Id;
  readonly filter: AgreementFilter;
  readonly cell: Cell;
  readonly title: string;
  readonly nameOf: (key: string) => string;
  readonly onClose: () => void;
}

const Behind = ({ project, filter, cell, title, nameOf, onClose }: BehindProps) => {
  const { t } = useLingui();
  const { data, error, refetch } = useQuery(agreementCellQuery(project, filter, cell.row, cell.column));
  return (
    <Dialog opened onClose={onClose} title={title} size="lg">
      {error ? (
        <Trouble error={error} onRetry={refetch} />
      ) : !data ? (
        <Waiting />
      ) : (
        <>
          <p className={css.note}>
            {data.total > data.results.length ? (
              <Trans>
                The first {figure(data.results.length)} of {figure(data.total)}
              </Trans>
            ) : (
              <Plural value={data.total} one="# place" other="# places" />
            )}
          </p>
          <ul className={css.pairs}>
            {data.results.map(({ document, title: name, spans, quote, sides }) => (
              <li key={`${document}/${JSON.stringify(spans)}/${sides.map((side) => side.author).join()}`}>
                <span className={css.quote} dir="auto">
                  {shorten(quote ?? t`erased`, 240)}
                </span>
                <span className={css.facts}>
                  {sides.map((side) => (
                    <span key={side.author}>
                      {side.name || t`Shared set`}: <b>{nameOf(side.label)}</b>
                    </span>
                  ))}
                  <Link to="/p/$project/d/$document/curate" params={{ project, document }} dir="auto">
                    {name || <Trans>Untitled</Trans>}
                  </Link>
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Dialog>
  );
};
