"""GeoJSON (RFC 7946) of the register's places: a feature for each, with all that mention it.

`locations.geojson` has one feature for each entity of the type `location`, in the register's order. Its point is
`[lon, lat]` in WGS84 from the attributes `lon` and `lat`; where they are missing the geometry is null. Properties are
name, aliases, the other attributes, and `mentions`: document, author, annotation, spans in code points and quote.
Coordinates and ids of GeoNames are under CC BY 4.0. Nothing else is written; it is counted.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from annotator.formats.bundles import Bundle, bundles
from annotator.formats.jsonl.writer import sorted_keys
from annotator.formats.options import Options
from annotator.formats.records import EntityRecord, Record
from annotator.formats.registry import Format, Writer
from annotator.formats.scratch import Scratch
from annotator.formats.sink import Sink
from annotator.formats.survey import Feature, Loss, Survey

_PLACE = ("lat", "lon")


class GeoJsonOptions(Options, frozen=True, kw_only=True):
    entity_type: Annotated[str, Meta(description="Which entities of the register are places.")] = "location"


def write(records: Iterable[Record], sink: Sink, options: GeoJsonOptions) -> None:
    places: list[EntityRecord] = []
    mentions = Scratch()
    for item in bundles(records):
        if isinstance(item, EntityRecord) and item.entity_type == options.entity_type:
            places.append(item)
        elif isinstance(item, Bundle):
            mentions.add(_mentions(item))
    with sink.file("locations.geojson") as output:
        output.write(b'{"type":"FeatureCollection","features":[')
        for number, place in enumerate(places):
            output.write((b",\n" if number else b"\n") + _feature(place, mentions.of(place.id)))
        output.write(b"\n]}\n")
    mentions.close()


def _mentions(bundle: Bundle) -> list[tuple[str, str]]:
    found = []
    for work in bundle.versions():
        for mark in sorted(work.annotations, key=lambda it: (it.spans, it.label, it.id)):
            if mark.entity is not None:
                told = {
                    "document": mark.document,
                    "author": mark.author,
                    "annotation": mark.id,
                    "spans": mark.spans,
                    "quote": mark.quote,
                }
                found.append((mark.entity, msgspec.json.encode(told).decode()))
    return found


def _feature(place: EntityRecord, mentions: Iterable[str]) -> bytes:
    properties: dict[str, Any] = {"name": place.name, "aliases": place.aliases}
    properties |= {key: value for key, value in sorted_keys(place.attributes).items() if key not in _PLACE}
    told = {"type": "Feature", "id": place.id, "geometry": point(place.attributes), "properties": properties}
    head = msgspec.json.encode(told)[:-2]  # without both ends, for the mentions
    return head + b',"mentions":[' + ",".join(mentions).encode() + b"]}}"


def point(attributes: Mapping[str, Any]) -> dict[str, Any] | None:
    """A point where there are coordinates on earth."""
    lat, lon = attributes.get("lat"), attributes.get("lon")
    for value, most in ((lat, 90), (lon, 180)):
        if isinstance(value, bool) or not isinstance(value, int | float) or not -most <= value <= most:
            return None
    return {"type": "Point", "coordinates": [lon, lat]}


def examine(bundle: Bundle, options: GeoJsonOptions) -> Counter[str]:
    works = bundle.works.values()
    return Counter(no_entity=sum(mark.entity is None for work in works for mark in work.annotations))


def losses(survey: Survey, options: GeoJsonOptions) -> list[Loss]:
    words = {
        "no_entity": (survey.left_out["no_entity"], "annotations name no entity and are left out"),
        "links": (survey.counts["links"], "links are left out"),
        "attributes": (survey.counts["attributes"], "attribute values of annotations are left out"),
        "documents": (survey.counts["documents"], "texts are left out"),
        "document_labels": (survey.counts["document_labels"], "document labels are left out"),
        "schema": (survey.counts["schema"], "label schema is left out"),
    }
    return [Loss(code, count, text) for code, (count, text) in words.items() if count]


FORMAT = Format(
    key="geojson",
    version=1,
    title="GeoJSON of locations",
    suffixes=(".geojson",),
    media_type="application/geo+json",
    unit="code point",
    keeps=frozenset({Feature.ENTITIES, Feature.AUTHORS, Feature.OVERLAP, Feature.DISCONTINUOUS}),
    about=__doc__ or "",
    writer=Writer(options=GeoJsonOptions, write=write, losses=losses, examine=examine),
)
