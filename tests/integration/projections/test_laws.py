"""What holds for every read model: how often and in which pieces it is folded does not matter."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.log import STORE
from annotator.projections.registry import REGISTRY
from events.projection import Projection
from events.rebuild import rebuild, replayed_hash
from tests.integration.projections.histories import Step, Town, steps

pytestmark = pytest.mark.django_db(transaction=True)

SCRATCH = 1_000_000  # a generation that never is
LAW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def town() -> Town:
    return Town()


@contextmanager
def scratch(projection: Projection) -> Iterator[Any]:
    """Tables of a generation that is forgotten at the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        projection.create(cursor, SCRATCH)
        yield cursor
        transaction.set_rollback(True)


def folded(projection: Projection, project: UUID, cuts: Sequence[int]) -> list[str]:
    """All rows after folding up to each cut in turn."""
    with scratch(projection) as cursor:
        after = 0
        for upto in cuts:
            projection.apply(cursor, SCRATCH, project, after, upto)
            after = upto
        return [
            line
            for base in projection.tables
            for line in rows(cursor, projection.table(base, SCRATCH), project)
        ]


def rows(cursor: Any, table: str, project: UUID) -> list[str]:
    """A project's rows of a table as text, in order."""
    cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t WHERE project = %s ORDER BY 1", [project])
    return [line for (line,) in cursor.fetchall()]


@LAW
@given(history=steps(), data=st.data())
def test_any_pieces_give_the_same_rows(town: Town, history: list[Step], data: st.DataObject) -> None:
    project = town.live_through(history)
    upto = data.draw(st.integers(1, STORE.head(project)))
    cuts = sorted({*data.draw(st.lists(st.integers(1, upto), max_size=8)), upto})
    for projection in REGISTRY.projections.values():
        whole = folded(projection, project, [upto])
        assert folded(projection, project, cuts) == whole, projection.name
        assert folded(projection, project, range(1, upto + 1)) == whole, projection.name


@LAW
@given(history=steps())
def test_what_followed_live_equals_a_replay(town: Town, history: list[Step]) -> None:
    project = town.live_through(history)
    REGISTRY.catch_up(project)
    for name, projection in REGISTRY.projections.items():
        with connection.cursor() as cursor:
            live = projection.state_hash(cursor, REGISTRY.live(name), project)
        assert live == replayed_hash(projection, project), name


def test_a_rebuild_finds_nothing_to_correct(town: Town) -> None:
    project = town.live_through([("alice", "finish_set", 0, {}), ("bob", "finish_set", 0, {})])
    REGISTRY.catch_up(project)
    for name in REGISTRY.projections:
        before = REGISTRY.live(name)
        list(rebuild(REGISTRY, name))
        assert REGISTRY.live(name) > before
