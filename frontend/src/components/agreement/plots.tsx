import { useLingui } from "@lingui/react/macro";
import type { AgreementRow, Marker, Measure } from "../../api/types";
import css from "./agreement.module.css";
import { MEASURES, shown } from "./figures";
import { useMarkerNames, useMeasureNames } from "./words";

const WIDTH = 760;
const LEFT = 110;
const RIGHT = 20;
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1] as const;

const hasValue = (measure: Measure | null): measure is Measure & { readonly value: number } => measure?.value != null;

/** The measures of one row as points on one scale, each with its interval. A table says the same. */
export const MeasurePlot = ({ row }: { readonly row: AgreementRow }) => {
  const { t } = useLingui();
  const names = useMeasureNames();
  const found = MEASURES.map((key) => ({ key, measure: row[key] })).filter(({ measure }) => hasValue(measure));
  if (found.length === 0) return null;
  const lowest = Math.min(0, ...found.map(({ measure }) => measure?.low ?? measure?.value ?? 0));
  const x = (value: number): number => LEFT + ((value - lowest) / (1 - lowest)) * (WIDTH - LEFT - RIGHT);
  const height = found.length * 26 + 24;
  return (
    <svg
      className={css.plot}
      viewBox={`0 0 ${WIDTH} ${height}`}
      role="img"
      aria-label={t`Measures with their intervals`}
    >
      {TICKS.map((tick) => (
        <g key={tick}>
          <line className={css.axis} x1={x(tick)} x2={x(tick)} y1={0} y2={height - 20} />
          <text x={x(tick)} y={height - 6} textAnchor="middle">
            {tick}
          </text>
        </g>
      ))}
      {found.map(({ key, measure }, k) => {
        const { value, low, high } = measure as Measure & { readonly value: number };
        const y = k * 26 + 14;
        return (
          <g key={key}>
            <text className={css.strong} x={LEFT - 12} y={y + 4} textAnchor="end">
              {names[key]}
            </text>
            {low != null && high != null && <line className={css.bar} x1={x(low)} x2={x(high)} y1={y} y2={y} />}
            <circle className={css.dot} cx={x(value)} cy={y} r={4} />
          </g>
        );
      })}
    </svg>
  );
};

const HIGH = 190;
const TOP = 22;
const BOTTOM = 24;
const START = 40;

interface TrendProps {
  readonly rows: readonly AgreementRow[];
  readonly markers: readonly Marker[];
}

/** F1 by period, with what changed the ground between: another schema, guideline or policy. */
export const TrendPlot = ({ rows, markers }: TrendProps) => {
  const { t } = useLingui();
  const kinds = useMarkerNames();
  const points = rows.map((row, k) => ({ row, k })).filter(({ row }) => hasValue(row.f1_exact));
  const step = (WIDTH - START - RIGHT) / Math.max(rows.length, 1);
  const x = (k: number): number => START + step * (k + 0.5);
  const y = (value: number): number => TOP + (1 - Math.max(0, value)) * (HIGH - TOP - BOTTOM);
  const placed = markers
    .map((marker) => ({ marker, k: placeOf(rows, marker) }))
    .filter(({ k }) => k >= 0)
    .slice(-12);
  return (
    <svg className={css.plot} viewBox={`0 0 ${WIDTH} ${HIGH}`} role="img" aria-label={t`F1 exact by period`}>
      {TICKS.map((tick) => (
        <g key={tick}>
          <line className={css.axis} x1={START} x2={WIDTH - RIGHT} y1={y(tick)} y2={y(tick)} />
          <text x={START - 8} y={y(tick) + 4} textAnchor="end">
            {tick}
          </text>
        </g>
      ))}
      {placed.map(({ marker, k }) => (
        <g key={marker.position}>
          <line className={css.marker} x1={START + step * k} x2={START + step * k} y1={TOP - 6} y2={HIGH - BOTTOM} />
          <text className={css.markerName} x={START + step * k + 3} y={TOP - 9}>
            {kinds[marker.kind] ?? marker.kind} {marker.name}
          </text>
        </g>
      ))}
      <polyline
        className={css.path}
        points={points.map(({ row, k }) => `${x(k)},${y(row.f1_exact?.value ?? 0)}`).join(" ")}
      />
      {points.map(({ row, k }) => {
        const { value, low, high } = row.f1_exact as Measure & { readonly value: number };
        return (
          <g key={row.key}>
            {low != null && high != null && <line className={css.bar} x1={x(k)} x2={x(k)} y1={y(low)} y2={y(high)} />}
            <circle className={css.dot} cx={x(k)} cy={y(value)} r={4}>
              <title>{`${row.key}: ${shown(value)}`}</title>
            </circle>
          </g>
        );
      })}
      {rows.map((row, k) =>
        rows.length <= 12 || k % Math.ceil(rows.length / 12) === 0 ? (
          <text key={row.key} x={x(k)} y={HIGH - 6} textAnchor="middle">
            {row.key}
          </text>
        ) : null,
      )}
    </svg>
  );
};

/** Before which period something changed; -1 where that is before all of them. */
const placeOf = (rows: readonly AgreementRow[], { at }: Marker): number => {
  const key = rows[0]?.key.includes("W") ? weekOf(at) : at.slice(0, rows[0]?.key.length ?? 7);
  const k = rows.findIndex((row) => row.key >= key);
  return k < 0 ? rows.length : k;
};

/** The ISO week of a moment, as in 2026-W48. */
const weekOf = (iso: string): string => {
  const day = new Date(`${iso.slice(0, 10)}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + 4 - (day.getUTCDay() || 7));
  const year = day.getUTCFullYear();
  const week = Math.ceil(((day.getTime() - Date.UTC(year, 0, 1)) / 86_400_000 + 1) / 7);
  return `${year}-W${String(week).padStart(2, "0")}`;
};
