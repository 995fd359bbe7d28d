import { expect, test } from "vitest";
import type { EntityType } from "../../api/types";
import { coordinatesOf, fromGazetteer, isPlace } from "./place";

const attribute = (key: string, kind: string, values: readonly string[] = []) =>
  ({ key, name: key, kind, values, required: false, default: null }) as EntityType["attributes"][number];

const location: EntityType = {
  ...{ key: "location", name: "Location", description: "", order: 1 },
  attributes: [
    attribute("location_type", "choice", ["country", "populated_place"]),
    attribute("lat", "number"),
    attribute("lon", "number"),
    attribute("resolution", "choice", ["gazetteer", "manual"]),
  ],
};

test("a place has coordinates that are on the globe, or none", () => {
  expect(isPlace(location)).toBe(true);
  expect(isPlace({ ...location, attributes: [] })).toBe(false);
  expect(coordinatesOf({ lat: 34.5, lon: 40.9 })).toEqual({ lat: 34.5, lon: 40.9 });
  expect(coordinatesOf({ lat: 134.5, lon: 40.9 })).toBeNull();
  expect(coordinatesOf({ lat: "34", lon: 40 })).toBeNull();
});

test("a place of the gazetteer becomes an entry with what its type knows, and the text's own words as a name", () => {
  const place = { id: 170654, name: "Damascus", matched: "Damasco", kind: "populated_place", country: "SY" };
  const made = fromGazetteer(location, { ...place, population: 1_569_394, lat: 33.51, lon: 36.29 }, "Damasco");
  expect(made).toEqual({
    name: "Damascus",
    aliases: ["Damasco"],
    attributes: { location_type: "populated_place", resolution: "gazetteer", lat: 33.51, lon: 36.29 },
  });
});
