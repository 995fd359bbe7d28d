/** Where an entry of the register is, if it says so. */

import type { EntityType, Json } from "../../api/types";

export interface Coordinates {
  readonly lat: number;
  readonly lon: number;
}

/** Whether entries of this type can have a place on the map. */
export const isPlace = (type: EntityType | undefined): boolean =>
  ["lat", "lon"].every((key) => type?.attributes.some((one) => one.key === key && one.kind === "number"));

/** Null where it is not told. */
export const coordinatesOf = (attributes: { readonly [key: string]: Json }): Coordinates | null => {
  const { lat, lon } = attributes;
  if (typeof lat !== "number" || typeof lon !== "number") return null;
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : null;
};

export interface GazetteerPlace {
  readonly id: number;
  readonly name: string;
  readonly matched: string;
  readonly kind: string;
  readonly country: string;
  readonly population: number;
  readonly lat: number | null;
  readonly lon: number | null;
}

/** A new entry from the gazetteer: what its type has attributes for, and the words of the text as a further name. */
export const fromGazetteer = (type: EntityType, place: GazetteerPlace, words: string) => {
  const wanted: { readonly [key: string]: Json } = {
    location_type: place.kind,
    geonames_id: place.id,
    country: place.country,
    resolution: "gazetteer",
    geo_precision: place.kind === "country" ? 3 : 2,
    ...(place.lat === null || place.lon === null ? {} : { lat: place.lat, lon: place.lon }),
  };
  const fits = ([key, value]: readonly [string, Json]): boolean => {
    const known = type.attributes.find((one) => one.key === key);
    return known !== undefined && (known.values.length === 0 || known.values.includes(String(value)));
  };
  const attributes = Object.fromEntries(Object.entries(wanted).filter(fits));
  const aliases = [...new Set([place.matched, words])].filter((name) => name !== "" && name !== place.name);
  return { name: place.name, aliases, attributes };
};
