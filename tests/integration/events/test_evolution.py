"""Old shapes of events, read as today's: the same by values and in SQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

import msgspec
import psycopg
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events import evolution
from events.catalog import Catalog, Payload, Upcast
from events.store import NewCommand, NewEvent, Store
from events.streams import StreamRef
from tests.integration.events.notebook import an_id

pytestmark = pytest.mark.django_db(transaction=True)

ME = UUID(int=7)


@dataclass(frozen=True, slots=True)
class MarkPut:
    """As it was first: one stretch, and a remark that everybody could read."""

    ENTITY: ClassVar[str] = "mark"
    mark: str
    begin: int
    end: int
    kind: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class SpanPut:
    """As it is now: several stretches, a remark that can be erased, another name."""

    ENTITY: ClassVar[str] = "mark"
    PRIVATE: ClassVar[tuple[str, ...]] = ("remark",)
    mark: str
    spans: list[list[int]]
    label: str
    origin: str = "hand"
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    reason: str = ""


def in_stretches(data: Payload) -> Payload:
    rest = {key: value for key, value in data.items() if key not in ("begin", "end", "kind")}
    return {**rest, "spans": [[data["begin"], data["end"]]], "label": data["kind"]}


def with_origin(data: Payload) -> Payload:
    return {**data, "origin": "imported" if data["label"] == "old" else "hand"}


FIRST = Catalog({"mark_put@1": MarkPut, "closed@1": Closed})
NOW = Catalog(
    {"span_put@1": SpanPut, "closed@1": Closed},
    {
        "mark_put@1": Upcast(
            "mark_put@2",
            in_stretches,
            """(data - '{begin,end,kind}'::text[]) || jsonb_build_object(
                 'spans', jsonb_build_array(jsonb_build_array(data -> 'begin', data -> 'end')), 'label', data -> 'kind')""",
        ),
        "mark_put@2": Upcast(
            "span_put@1",
            with_origin,
            "data || jsonb_build_object('origin', CASE data ->> 'label' WHEN 'old' THEN 'imported' ELSE 'hand' END)",
        ),
    },
)


@pytest.fixture
def view(owner_connection: psycopg.Connection) -> Iterator[str]:
    """The view of a release that knows the old shapes, beside the service's own."""
    owner_connection.execute("CREATE SCHEMA later")
    owner_connection.execute("GRANT USAGE ON SCHEMA later TO palimpsest_app")
    with owner_connection.cursor() as cursor:
        assert evolution.install(cursor, NOW, schema="later")
        assert not evolution.install(cursor, NOW, schema="later")
    yield "later.event_current"
    owner_connection.execute("DROP SCHEMA later CASCADE")


def write(catalog: Catalog, *events: object) -> StreamRef:
    ref = StreamRef(an_id(), "book", an_id())
    new = tuple(NewEvent(ref, event) for event in events)
    Store(catalog).append(ref.project, ME, [NewCommand(an_id(), b"", ref, new)], seen={ref: 0})
    return ref


def rows(sql: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def test_an_old_event_looks_like_one_of_today_to_values_and_to_folds(view: str) -> None:
    old = MarkPut(str(an_id()), 3, 9, "actor", "in confidence")
    ref = write(FIRST, old, Closed("done"))
    (first, second) = Store(NOW).read([ref])
    assert first.event == SpanPut(old.mark, [[3, 9]], "actor", remark="in confidence")
    assert second.event == Closed("done")
    found = rows(
        f"""SELECT type, schema_version, payload ->> 'origin', payload ? 'remark', span_start, span_end, label
              FROM {view} WHERE project = %s ORDER BY position""",
        ref.project,
    )
    assert found == [
        ("span_put", 1, "hand", False, 3, 9, "actor"),
        ("closed", 1, None, False, None, None, None),
    ]


def test_new_events_stand_beside_old_ones(view: str) -> None:
    new = SpanPut(str(an_id()), [[0, 2], [5, 7]], "claim", remark="in confidence")
    ref = write(NOW, new)
    assert rows(f"SELECT payload - 'mark', span_end, label FROM {view} WHERE project = %s", ref.project) == [
        ('{"label": "claim", "spans": [[0, 2], [5, 7]], "origin": "hand"}', 7, "claim")
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    data=st.fixed_dictionaries(
        {
            "mark": st.uuids().map(str),
            "begin": st.integers(0, 2**31 - 1),
            "end": st.integers(0, 2**31 - 1),
            "kind": st.sampled_from(["old", "actor", "naïve 🚀", "'"]),
        },
        optional={"remark": st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))},
    )
)
def test_values_and_sql_take_the_same_steps(view: str, data: dict[str, Any]) -> None:
    (row,) = rows("SELECT later.upcast('mark_put', 1, %s::jsonb)::text", msgspec.json.encode(data).decode())
    assert msgspec.json.decode(row[0]) == NOW.current("mark_put@1", data)


def test_a_view_without_old_shapes_is_the_table_itself() -> None:
    """Folds over it cost nothing more: the planner sees no difference."""
    plans = [
        rows(
            f"""EXPLAIN (COSTS OFF) SELECT payload, label FROM es.{table} e
                 WHERE project = %s AND position > 5 AND type IN ('a', 'b')""",
            ME,
        )
        for table in ("event", "event_current")
    ]
    assert plans[0] == plans[1]


def test_the_view_shows_every_column_of_the_table() -> None:
    columns = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum"
    assert rows(columns, "es.event_current") == rows(columns, "es.event")
