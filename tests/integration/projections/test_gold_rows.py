"""Rows of gold that go with what they stood for, whatever else is judged in the same step."""

from uuid import UUID

import pytest
from django.db import connection

from annotator.projections.registry import REGISTRY
from events.rebuild import live_hash, replayed_hash
from tests.integration.projections.histories import SPANS, Step, Town

pytestmark = pytest.mark.django_db(transaction=True)


def rows(project: UUID, table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM read.{table} WHERE project = %s", [project])
        return int(cursor.fetchone()[0])


def mark(document: int, annotation: int, span: int) -> Step:
    data = {"annotation": annotation, "label": "location", "spans": [SPANS[span]]}
    return ("alice", "add_annotation", document, data)


def test_a_voter_who_leaves_one_document_stays_a_voter_of_another() -> None:
    town = Town()
    project = town.live_through([mark(1, 10, 3), mark(1, 11, 4), ("alice", "finish_set", 1, {})])
    REGISTRY.catch_up(project)
    before = rows(project, "gold_author")
    town.go_on(project, [("alice", "reopen_set", 0, {}), ("mona", "set_training", 1, {"training": True})])
    REGISTRY.catch_up(project)
    assert live_hash(REGISTRY, "gold", project)[1] == replayed_hash(REGISTRY.projections["gold"], project)
    assert rows(project, "gold_author") == before - 1
