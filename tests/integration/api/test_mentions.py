"""The card of an entity: where it is mentioned, by whom one may know, page by page."""

import pytest

from tests.support.people import World, new_id

pytestmark = pytest.mark.django_db


def an_actor(world: World, name: str) -> str:
    entity = new_id()
    data = {"entity": entity, "entity_type": "actor", "name": name, "attributes": {"actor_type": "person"}}
    world.mona.do(world.project, {"type": "add_entity", "data": data})
    return entity


def test_mentions_stand_with_their_words_and_only_where_one_may_see_them(world: World) -> None:
    assad, bashar = an_actor(world, "Assad"), an_actor(world, "Bashar")
    world.mona.do(world.project, {"type": "merge_entities", "data": {"entity": bashar, "into": assad}})
    world.alice.do(world.project, world.annotation("Assad", label="actor", entity=assad))
    world.bob.do(world.project, world.annotation("Assad", label="actor", entity=assad))
    world.bob.do(world.project, world.annotation("Putin", label="actor", entity=assad))
    gone = new_id()
    world.bob.do(
        world.project,
        world.annotation("Iran", label="actor", entity=assad, annotation=gone),
        world.about("remove_annotation", annotation=gone),
    )
    path = f"{world.path}/register/{assad}/mentions"
    seen = world.carol.get(path).ok()
    assert [(each["quote"], each["authors"], each["mine"]) for each in seen["mentions"]] == [
        ("Assad", 2, False),
        ("Putin", 1, False),
    ]
    assert (seen["total"], seen["documents"], seen["next"]) == (2, 1, None)
    assert [each["name"] for each in seen["merged"]] == ["Bashar"]
    first = seen["mentions"][0]
    assert (first["before"], first["after"][:5]) == ("The Syrian army of ", " took")
    own = world.alice.get(path).ok()  # the project is blind
    assert [(each["quote"], each["authors"], each["mine"]) for each in own["mentions"]] == [
        ("Assad", 1, True)
    ]
    page = world.carol.get(f"{path}?limit=1").ok()
    assert (page["next"], len(page["mentions"])) == (1, 1)
    assert world.carol.get(f"{path}?limit=1&offset=1").ok()["mentions"][0]["quote"] == "Putin"


def test_an_erased_text_leaves_mentions_without_words(world: World) -> None:
    assad = an_actor(world, "Assad")
    world.alice.do(world.project, world.annotation("Assad", label="actor", entity=assad))
    order = {"id": new_id(), "scope": "document", "subject": world.document, "basis": "other"}
    world.mona.ask("POST", f"{world.path}/erasures", order).ok()
    (mention,) = world.mona.get(f"{world.path}/register/{assad}/mentions").ok()["mentions"]
    assert (mention["quote"], mention["before"], mention["after"]) == (None, "", "")


def test_nobody_has_mentions_who_is_not_in_the_register(world: World) -> None:
    assert world.carol.get(f"{world.path}/register/{new_id()}/mentions").status == 404
