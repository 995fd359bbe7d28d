from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from annotator.projections.registry import REGISTRY
from tests.support.people import World, a_world, new_id

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return a_world()


def row(world: World, *columns: str, table: str = "board") -> tuple[Any, ...]:
    """The world's document in a read model that has just caught up."""
    REGISTRY.catch_up(UUID(world.project))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(columns)} FROM read.{table} WHERE project = %s AND document = %s",
            [world.project, world.document],
        )
        found: tuple[Any, ...] = cursor.fetchone()
    return found


def test_a_new_document_is_on_the_board_at_once(world: World) -> None:
    assert row(world, "title", "length", "archived", "sets", "language") == (
        "An article",
        len(world.text),
        False,
        0,
        "und",
    )


def test_a_document_that_is_put_away_and_taken_out_says_so(world: World) -> None:
    for command, archived in (("archive_document", True), ("restore_document", False)):
        row(world, "title")
        world.mona.do(world.project, world.about(command))
        assert row(world, "archived") == (archived,)


def test_a_new_title_is_found_and_the_old_one_is_not(world: World) -> None:
    row(world, "title")
    world.mona.do(world.project, world.about("change_document", title="Liberación de Al-Bukamal"))
    assert row(world, "title") == ("Liberación de Al-Bukamal",)
    for word, found in (("liberacion", True), ("buk", True), ("article", False)):
        (matches,) = row(world, f"words @@ '{word}:*'::tsquery")
        assert matches is found


def test_each_author_has_a_row_and_the_document_counts_them(world: World) -> None:
    world.alice.do(world.project, world.annotation("Al-Bukamal"), world.annotation("Putin"), world.finish())
    world.bob.do(world.project, world.annotation("Iran"))
    assert row(world, "sets", "finished", "annotations") == (2, 1, 3)
    world.alice.do(world.project, world.about("reopen_set", reason=""))
    assert row(world, "sets", "finished", "annotations") == (2, 0, 3)


def test_the_longest_language_is_the_documents(world: World) -> None:
    ranges = [{"start": 0, "end": 20, "lang": "it"}, {"start": 20, "end": len(world.text), "lang": "en"}]
    world.mona.do(world.project, world.about("set_languages", languages=ranges))
    assert row(world, "language", "langs") == ("en", ["en", "it"])


def test_gold_counts_what_is_disputed_and_what_was_decided(world: World) -> None:
    world.alice.do(world.project, world.annotation("Al-Bukamal"), world.annotation("Putin"), world.finish())
    world.bob.do(world.project, world.annotation("Al-Bukamal"), world.finish())
    counts = ("items", "agreed", "disputed", "decided", "labels")
    assert row(world, *counts, table="gold_document") == (2, 1, 1, 0, 1)
    start = world.text.index("Putin")
    decided = {"label": "location", "spans": [[start, start + 5]]}
    data = {
        "decision": new_id(),
        "item": f"location:{start}-{start + 5}",
        "verdict": "accept",
        "annotation": decided,
        "quote": "Putin",
    }
    world.carol.do(world.project, world.about("decide_item", **data))
    assert row(world, *counts, table="gold_document") == (2, 1, 0, 1, 2)


def test_an_unchanged_label_is_not_written_again(world: World) -> None:
    world.alice.do(world.project, world.annotation("Al-Bukamal"), world.finish())
    before = row(world, "xmin::text", table=f"gold_g{REGISTRY.live('gold')}")
    world.mona.do(world.project, world.about("change_document", title="Another"))
    assert row(world, "xmin::text", table=f"gold_g{REGISTRY.live('gold')}") == before
