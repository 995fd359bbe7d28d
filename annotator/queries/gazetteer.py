"""The gazetteer: places of the world by any of their names."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from django.db import connection

from annotator.domain.folding import folded_text

ATTRIBUTION = "GeoNames, CC BY 4.0"
SHORTEST = 2


class PlaceView(msgspec.Struct, frozen=True):
    """A place; `id` is GeoNames' own, `matched` the name that fits what was asked for. A country has no coordinates."""

    id: int
    name: str
    matched: str
    kind: str
    country: str
    population: int
    lat: float | None
    lon: float | None


class GazetteerView(msgspec.Struct, frozen=True):
    """Places, the likeliest first; not `ready`: they are being copied, ask again in some seconds."""

    ready: bool
    attribution: str
    places: Sequence[PlaceView]


def is_ready() -> bool:
    """Whether the places are there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM annotator_place)")
        return bool(cursor.fetchone()[0])


def search_places(words: str, *, country: str = "", limit: int = 10) -> list[PlaceView]:
    """Places with a name that begins so: exact names first, then countries, then by population."""
    wanted = folded_text(words)
    if not wanted or (len(wanted) < SHORTEST and wanted.isascii()):
        return []
    pattern = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    sql = """SELECT p.id, p.name, f.name, p.kind, p.country, p.population, p.lat, p.lon
               FROM (SELECT DISTINCT ON (n.place) n.place, n.name, n.folded = %(wanted)s AS exact
                       FROM annotator_place_name n WHERE n.folded LIKE %(pattern)s
                      ORDER BY n.place, n.folded <> %(wanted)s, length(n.folded), n.name) f
               JOIN annotator_place p ON p.id = f.place
              WHERE %(country)s = '' OR p.country = %(country)s
              ORDER BY f.exact DESC, p.kind = 'country' DESC, p.population DESC, p.id LIMIT %(limit)s"""
    values: dict[str, Any] = {"wanted": wanted, "pattern": pattern, "country": country, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [PlaceView(*row) for row in cursor.fetchall()]


def names_of_places(countries: Sequence[str], *, least_population: int) -> Iterator[str]:
    """Names of countries and of the bigger places in some countries, or in all of them."""
    sql = """SELECT n.name FROM annotator_place p JOIN annotator_place_name n ON n.place = p.id
              WHERE (p.kind = 'country' OR p.population >= %s) AND (%s OR p.country = ANY (%s))"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [least_population, not countries, list(countries)])
        while rows := cursor.fetchmany(10_000):
            yield from (row[0] for row in rows)
