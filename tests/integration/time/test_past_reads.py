"""What was read at a position can be read again later, whatever happened since."""

from typing import Any
from uuid import UUID

import pytest

from annotator.accounts.caller import CALLERS
from annotator.api.access_table import ACCESS
from annotator.api.operation import OPERATIONS
from annotator.projections.registry import REGISTRY
from tests.support.people import Person, World, a_world, new_id

pytestmark = pytest.mark.django_db(transaction=True)

READS = {
    "read_project": "{path}",
    "list_members": "{path}/members",
    "read_schema": "{path}/schema",
    "read_register": "{path}/register",
    "list_documents": "{path}/documents",
    "read_document": "{path}/documents/{document}",
    "read_curation": "{path}/documents/{document}/curation",
    "read_gold": "{path}/documents/{document}/gold",
}
"""All that can be asked as of a position, sets and boards included."""

LISTS = ("", "?q=article", "?q=renamed", "?status=disputed", "?status=archived", "?language=en", "?limit=1")


@pytest.fixture
def world() -> World:
    CALLERS.clear()
    return a_world(blind=False)


def some_work(world: World) -> None:
    world.alice.do(world.project, world.annotation("Al-Bukamal"), world.annotation("Putin"), world.finish())
    world.bob.do(world.project, world.annotation("Al-Bukamal"), world.finish())
    other = {"document": new_id(), "title": "Another article", "text": "More."}
    world.mona.do(
        world.project,
        {"type": "import_document", "data": other},
        {"type": "archive_document", "document": other["document"], "data": {}},
    )


def later(world: World) -> None:
    """Something of everything."""
    entity = {"entity": new_id(), "entity_type": "actor", "name": "Assad"}
    english = [{"start": 0, "end": len(world.text), "lang": "en"}]
    start = world.text.index("Putin")
    decided = {
        "decision": new_id(),
        "item": f"location:{start}-{start + 5}",
        "verdict": "accept",
        "annotation": {"label": "location", "spans": [[start, start + 5]]},
        "quote": "Putin",
    }
    world.carol.do(world.project, world.about("decide_item", **decided))
    world.alice.do(world.project, world.about("reopen_set", reason=""), world.annotation("Iran"))
    world.mona.do(
        world.project,
        {"type": "add_entity", "data": entity},
        {"type": "define_label", "data": {"key": "new", "name": "New"}},
        {"type": "change_project", "data": {"name": "Renamed", "blind": False}},
        {"type": "remove_member", "data": {"member": world.victor.id}},
        {"type": "import_document", "data": {"document": new_id(), "title": "Third", "text": "Even more."}},
        world.about("set_languages", languages=english),
        world.about("change_document", title="Renamed"),
    )


def of_its_moment(body: Any) -> Any:
    """An answer without what is not of its moment."""
    return {key: value for key, value in body.items() if key != "next"} if isinstance(body, dict) else body


def read(world: World, person: Person, name: str, query: str) -> Any:
    path = READS[name].format(path=world.path, document=world.document)
    return of_its_moment(person.get(path + query).ok())


def test_every_read_of_a_moment_says_later_what_it_said_then(world: World) -> None:
    some_work(world)
    REGISTRY.catch_up(UUID(world.project))
    then = world.mona.get(world.path).ok()["position"]
    before = {name: read(world, world.carol, name, "") for name in READS}
    pages = {query: read(world, world.carol, "list_documents", query) for query in LISTS}
    mine = read(world, world.alice, "list_documents", "?status=finished")
    later(world)
    REGISTRY.catch_up(UUID(world.project))
    for name in READS:
        assert read(world, world.carol, name, "") != before[name], name
        assert read(world, world.carol, name, f"?at={then}") == before[name], name
    for query, page in pages.items():
        assert (
            read(world, world.carol, "list_documents", f"{query or '?'}&at={then}".replace("?&", "?")) == page
        ), query
    assert read(world, world.alice, "list_documents", f"?status=finished&at={then}") == mine


def test_a_past_list_goes_on_page_by_page(world: World) -> None:
    some_work(world)
    for n in range(3):
        data = {"document": new_id(), "title": f"Article {n}", "text": "x"}
        world.mona.do(world.project, {"type": "import_document", "data": data})
    then = world.mona.get(world.path).ok()["position"]
    later(world)
    titles: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = world.carol.get(f"{world.path}/documents?limit=2&at={then}&cursor={cursor}").ok()
        titles += [row["title"] for row in page["results"]]
        cursor = page["next"]
    assert titles == ["An article", "Article 0", "Article 1", "Article 2"]


def test_a_moment_that_has_not_come_is_refused_everywhere(world: World) -> None:
    for name, path in READS.items():
        found = world.mona.get(path.format(path=world.path, document=world.document) + "?at=10000")
        assert (found.status, found.body["type"]) == (400, "urn:palimpsest:not-reached"), name


def test_no_read_of_documents_sets_register_schema_and_board_lacks_a_moment() -> None:
    asked = {
        name
        for name, operation in OPERATIONS.items()
        if "at" in operation.parameters.__struct_fields__ and ACCESS[name].method == "GET"
    }
    assert {*READS} <= asked
