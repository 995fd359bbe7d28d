"""Copies of an article find each other, whenever they come in, are corrected or go."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.log import STORE
from annotator.projections.copies import Copies
from annotator.projections.registry import REGISTRY
from events.rebuild import replayed_hash
from tests.integration.projections.test_laws import folded
from tests.support.people import World, a_world, new_id

pytestmark = pytest.mark.django_db(transaction=True)

NEWS = (
    "the army said on monday that it had taken the town on the river after a week of fighting while its allies "
    "promised to stay until the last of the militants had left the region and the road to the border was open again"
)
OTHER = (
    "parliament voted late at night for the budget that the government had sent back twice because two parties of the "
    "coalition would not agree on how much the cities should get for their schools and for the new tramway in the north"
)
TEXTS = ["", "Yes", NEWS, NEWS.upper(), f"Update: {NEWS}", f"{NEWS} ({OTHER[:60]})", OTHER, f"{OTHER}!"]


@pytest.fixture
def world() -> World:
    return a_world()


def imported(world: World, text: str, title: str = "An article") -> str:
    document = new_id()
    data = {"document": document, "title": title, "text": text}
    world.mona.do(world.project, {"type": "import_document", "data": data})
    return document


def groups(world: World) -> list[set[str]]:
    """Documents that are copies of each other."""
    project = UUID(world.project)
    REGISTRY.catch_up(project)
    with connection.cursor() as cursor:
        cursor.execute("SELECT grp, document::text FROM read.copies WHERE project = %s", [project])
        found: dict[int, set[str]] = {}
        for group, document in cursor.fetchall():
            found.setdefault(group, set()).add(document)
    return sorted(found.values(), key=len)


def test_copies_share_a_group_and_others_have_none(world: World) -> None:
    copies = {imported(world, NEWS)}
    groups(world)
    copies |= {imported(world, f"Reuters – {NEWS}"), imported(world, NEWS.replace("monday", "tuesday"))}
    imported(world, OTHER)
    assert groups(world) == [copies]


def test_a_corrected_text_leaves_its_group(world: World) -> None:
    one, other, third = (imported(world, NEWS) for _ in range(3))
    assert groups(world) == [{one, other, third}]
    corrected = {"type": "add_text_version", "document": one, "data": {"text": OTHER}}
    world.mona.do(world.project, corrected)
    assert groups(world) == [{other, third}]


@settings(max_examples=10, deadline=None)
@given(history=st.lists(st.tuples(st.integers(0, 5), st.sampled_from(TEXTS)), max_size=14), data=st.data())
def test_any_pieces_give_the_same_groups(history: Sequence[tuple[int, str]], data: Any) -> None:
    world = a_world()
    documents: dict[int, str] = {}
    for number, text in history:
        if number in documents:
            about = {"type": "add_text_version", "document": documents[number], "data": {"text": text}}
            world.mona.send(world.project, about)
        else:
            documents[number] = imported(world, text)
    project = UUID(world.project)
    head = STORE.head(project)
    cuts = sorted({*data.draw(st.lists(st.integers(1, head), max_size=4)), head})
    whole = folded(Copies(), project, [head])
    assert folded(Copies(), project, cuts) == whole
    assert folded(Copies(), project, range(1, head + 1)) == whole
    REGISTRY.catch_up(project)
    with connection.cursor() as cursor:
        live = Copies().state_hash(cursor, REGISTRY.live("copies"), project)
    assert live == replayed_hash(Copies(), project)


def test_the_list_and_the_document_tell_copies(world: World) -> None:
    one = imported(world, NEWS, title="One")
    other = imported(world, f"Reuters: {NEWS}\n{NEWS[:110]}.\n{NEWS[:110]}", title="Other")
    groups(world)
    rows = {row["document"]: row for row in world.mona.get(f"{world.path}/documents").ok()["results"]}
    assert {key: row["copies"] for key, row in rows.items()} == {world.document: 0, one: 1, other: 1}
    for query in ("copied=true", f"copies_of={other}"):
        page = world.victor.get(f"{world.path}/documents?{query}").ok()
        assert [row["document"] for row in page["results"]] == [one, other]
    past = world.victor.get(f"{world.path}/documents?at={rows[one]['position']}").ok()
    assert [row["copies"] for row in past["results"]] == [0, 0]
    told = world.victor.get(f"{world.path}/documents/{other}/copies").ok()
    assert told["count"] == 1
    assert [(copy["document"], copy["title"]) for copy in told["copies"]] == [(one, "One")]
    assert told["copies"][0]["alike"] >= 0.6
    assert [len(repeat["spans"]) for repeat in told["repeated"]] == [2]


def test_an_erased_text_leaves_nothing_to_compare_with(world: World) -> None:
    one, other, third = (imported(world, NEWS) for _ in range(3))
    assert groups(world) == [{one, other, third}]
    order = {"id": new_id(), "scope": "document", "subject": one, "basis": "subject_request"}
    world.mona.ask("POST", f"{world.path}/erasures", order).ok()
    assert groups(world) == [{other, third}]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM read.copies_text WHERE document = %s", [one])
        assert cursor.fetchone()[0] == 0
