import { Trans, useLingui } from "@lingui/react/macro";
import { type KeyboardEvent, useMemo, useState } from "react";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import atlas from "world-atlas/countries-110m.json";
import css from "./place-map.module.css";

export interface Point {
  readonly lat: number;
  readonly lon: number;
}

interface Props extends Point {
  readonly name: string;
  /** Left out: the point stays where it is. */
  readonly onMove?: ((to: Point) => void) | undefined;
}

/** Degrees from north to south that are shown. */
const ZOOMS = [150, 60, 24, 10, 4] as const;
const SHAPE = 2; // width to height

/** A place on a small map of the world's countries; nothing is fetched from elsewhere. Arrows move the point. */
const PlaceMap = ({ lat, lon, name, onMove }: Props) => {
  const { t } = useLingui();
  const [zoom, setZoom] = useState(2);
  const height = ZOOMS[zoom] ?? 24;
  const squeeze = Math.max(0.2, Math.cos((lat * Math.PI) / 180));
  const width = (height * SHAPE) / squeeze;
  const key = (event: KeyboardEvent): void => {
    const to = step(event, { lat, lon }, height / 40);
    const closer = event.key === "+" || event.key === "=" ? 1 : event.key === "-" ? -1 : 0;
    if (!closer && !(to && onMove)) return;
    event.preventDefault();
    event.stopPropagation();
    if (closer) setZoom((old) => Math.min(ZOOMS.length - 1, Math.max(0, old + closer)));
    else if (to) onMove?.(to);
  };
  const [at, around] = [`${degrees(lat, "N", "S")} ${degrees(lon, "E", "W")}`, Math.round(height)];
  const label = onMove ? t`Map: ${name}, ${at}. Arrows move the point, + and − the scale.` : t`Map: ${name}, ${at}`;
  return (
    <figure className={css.figure}>
      <svg
        className={css.map}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: its keys move the point and change the scale
        tabIndex={0}
        role="application"
        aria-label={label}
        viewBox={`${lon - width / 2} ${-lat - height / 2} ${width} ${height}`}
        preserveAspectRatio="none"
        onKeyDown={key}
      >
        <Countries />
        <ellipse className={css.point} cx={lon} cy={-lat} rx={height / 45 / squeeze} ry={height / 45} />
      </svg>
      <figcaption className={css.caption}>
        <span>{at}</span>
        <span className={css.scale}>
          <button type="button" aria-label={t`Closer`} onClick={() => setZoom(Math.min(ZOOMS.length - 1, zoom + 1))}>
            +
          </button>
          <button type="button" aria-label={t`Further away`} onClick={() => setZoom(Math.max(0, zoom - 1))}>
            −
          </button>
        </span>
        <small>
          <Trans>{around}° from north to south. Map: Natural Earth</Trans>
        </small>
      </figcaption>
    </figure>
  );
};

const Countries = () => {
  const path = useMemo(outlines, []);
  return <path className={css.land} d={path} />;
};

type Ring = readonly (readonly number[])[];

/** All countries as one path, in degrees, north up. */
const outlines = (): string => {
  const world = atlas as unknown as Topology<{ countries: GeometryCollection }>;
  return feature(world, world.objects.countries)
    .features.flatMap(({ geometry }): readonly Ring[] => {
      if (geometry.type === "Polygon") return geometry.coordinates;
      return geometry.type === "MultiPolygon" ? geometry.coordinates.flat() : [];
    })
    .map((ring) => `M${ring.map(([x = 0, y = 0]) => `${x.toFixed(2)},${(-y).toFixed(2)}`).join("L")}Z`)
    .join("");
};

const WAYS: Readonly<Record<string, readonly [north: number, east: number]>> = {
  ArrowUp: [1, 0],
  ArrowDown: [-1, 0],
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
};

/** Where an arrow leads; with Shift ten times as far. */
const step = ({ key, shiftKey }: KeyboardEvent, { lat, lon }: Point, by: number): Point | null => {
  const way = WAYS[key];
  if (!way) return null;
  const far = by * (shiftKey ? 10 : 1);
  const around = ((((lon + way[1] * far + 180) % 360) + 360) % 360) - 180;
  return { lat: rounded(Math.min(90, Math.max(-90, lat + way[0] * far))), lon: rounded(around) };
};

const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

const degrees = (value: number, positive: string, negative: string): string =>
  `${Math.abs(value).toFixed(3)}° ${value < 0 ? negative : positive}`;

export default PlaceMap;
