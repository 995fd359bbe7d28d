"""One stored event of every name ever written still reads the same, as a value and in SQL."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.db import connection

from annotator.domain.catalog import CATALOG
from events.catalog import Payload
from tests.integration.events.test_evolution import NOW, in_stretches
from tests.support.golden import Row, add_missing, corpus, missing, sampled

ROWS = corpus()


def test_the_corpus_has_every_name_that_was_ever_stored() -> None:
    assert missing(CATALOG, ROWS) == [], "`python -m tests.support.golden` adds their rows"
    assert {row.name for row in ROWS} <= set(CATALOG.names), "a stored name is for ever"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_stored_event_is_read_without_loss(row: Row) -> None:
    """A field that was renamed, or dropped, would be silently left at its default: here it is missed."""
    type_, _, version = row.name.partition("@")
    encoded = CATALOG.encode(CATALOG.decode(type_, int(version), row.payload, row.private))
    private = CATALOG.private_fields(row.name)
    now = CATALOG.current(row.name, {**row.payload, **row.private})
    assert f"{encoded.type}@{encoded.schema_version}" == CATALOG.current_name(row.name)
    assert str(encoded.entity) == str(row.entity)
    read = as_json({**encoded.payload, **encoded.private})
    assert {key: read[key] for key in now} == now
    assert not set(encoded.payload) & set(private)


@pytest.mark.django_db
def test_sql_reads_the_corpus_as_values_do() -> None:
    for row in ROWS:
        assert in_sql(row, {**row.payload, **row.private}) == CATALOG.current(
            row.name, {**row.payload, **row.private}
        )
        assert in_sql(row, row.payload) == CATALOG.current(row.name, row.payload)  # as after an erasure


def in_sql(row: Row, data: Payload) -> Payload:
    type_, _, version = row.name.partition("@")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT es.upcast(%s, %s, %s::jsonb)::text",
            [type_, int(version), msgspec.json.encode(data).decode()],
        )
        return dict(msgspec.json.decode(cursor.fetchone()[0]))


def as_json(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))


def test_a_new_name_gets_a_row_and_old_rows_stay(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    old = Row("mark_put@1", None, {"mark": "m", "begin": 1, "end": 2, "kind": "old"}, {})
    path.write_bytes(msgspec.json.encode(old) + b"\n")
    assert missing(NOW, corpus(path)) == ["closed@1", "mark_put@2", "span_put@1"]
    newer = Row("mark_put@2", None, in_stretches(old.payload), {})
    path.write_bytes(path.read_bytes() + msgspec.json.encode(newer) + b"\n")
    assert add_missing(NOW, path) == ["closed@1", "span_put@1"]
    assert corpus(path)[:2] == [old, newer]
    assert sampled(NOW, "closed@1") == sampled(NOW, "closed@1")
