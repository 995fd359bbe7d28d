"""Releases: made, listed, cited, exported to the same bytes whatever happens later."""

from uuid import UUID

import pytest
from django.db import connection

from annotator.accounts.models import Account
from annotator.log import STORE
from annotator.queries.release import position_named
from tests.integration.releases.releasing import download, manifest, member, release
from tests.support.people import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_release_says_what_it_holds_and_how_it_is_cited(world: World) -> None:
    found = release(world, licence="CC-BY-4.0", note="The first.")
    assert found["position"] == STORE.head(UUID(world.project))
    assert found["counts"] == {
        "documents": 1,
        "finished_sets": 2,
        "annotations": 3,
        "links": 0,
        "decisions": 0,
    }
    assert found["policy"]["kind"] == "majority"
    for text in found["citation"].values():
        assert "1.0" in text
        assert found["chain"] in text
        assert "CC-BY-4.0" in text
    assert found["withdrawn"] is None


def test_the_log_is_signed_where_a_release_stands(world: World) -> None:
    early, late = release(world, "early", position=3), release(world, "late")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT position, encode(hash, 'hex') FROM es.chain_checkpoint WHERE project = %s",
            [world.project],
        )
        signed = dict(cursor.fetchall())
    assert signed[3] == early["chain"]
    assert signed[late["position"]] == late["chain"]


def test_a_release_keeps_its_bytes_whatever_happens_later(world: World) -> None:
    release(world, licence="CC0-1.0")
    before = {source: download(world, release="1.0", source=source) for source in ("gold", "sets")}
    Account.objects.filter(id=world.alice.id).update(name="Alice Newname")
    world.mona.do(world.project, {"type": "change_project", "data": {"name": "Renamed"}})
    world.alice.do(world.project, world.about("reopen_set"), world.annotation("Putin"), world.finish())
    for source, data in before.items():
        assert download(world, release="1.0", source=source) == data
        assert download(world, release="１.０", source=source) == data
    origin = manifest(before["gold"])["origin"]
    assert (origin["release"]["name"], origin["release"]["licence"]) == ("1.0", "CC0-1.0")
    assert origin["checkpoint"]["hash"] == origin["chain"]
    assert origin["name"] == "News"


def test_the_datasheet_says_what_a_user_must_know(world: World) -> None:
    release(world, licence="CC0-1.0")
    sheet = member(download(world, release="1.0", source="gold"), "DATASHEET.md").decode()
    for said in (
        "# News, release 1.0",
        "2 annotators",
        "all voters said the same: 1 of 1",
        "CC0-1.0",
        "| location |",
    ):
        assert said in sheet
    for person in (world.alice, world.bob):
        assert person.id not in sheet
        assert person.name not in sheet


def test_a_withdrawn_release_says_so_and_can_still_be_had(world: World) -> None:
    made = release(world)
    before = download(world, release="1.0")
    world.mona.do(
        world.project,
        {"type": "withdraw_release", "data": {"release": made["id"], "reason": "A wrong label."}},
    )
    (found,) = world.victor.get(f"{world.path}/releases").ok()["results"]
    assert found["withdrawn"]["reason"] == "A wrong label."
    assert download(world, release="1.0") == before


def test_the_list_has_a_past_and_annotators_of_a_blind_project_see_no_counts(world: World) -> None:
    first = release(world, "1.0")
    release(world, "2.0")
    page = world.alice.get(f"{world.path}/releases").ok()
    assert [(each["name"], each["counts"]) for each in page["results"]] == [("2.0", None), ("1.0", None)]
    past = world.victor.get(f"{world.path}/releases?at={first['position']}").ok()
    assert [each["name"] for each in past["results"]] == ["1.0"]
    assert past["results"][0]["counts"]


def test_what_cannot_be_released_or_exported_is_refused_in_words(world: World) -> None:
    release(world)
    (taken, beyond) = world.mona.send(
        world.project,
        {"type": "make_release", "data": {"release": world.document, "name": "1.0"}},
        {"type": "make_release", "data": {"release": world.document, "name": "2.0", "position": 99_999}},
    )
    assert taken["problem"]["type"] == "urn:palimpsest:release-name-taken"
    assert beyond["problem"]["type"] == "urn:palimpsest:position-not-reached"
    assert beyond["problem"]["pointer"] == "/commands/1/data/position"
    for body, kind in (
        ({"release": "none"}, "release-unknown"),
        ({"release": "1.0", "at": 1}, "bad-shape"),
    ):
        answer = world.carol.ask("POST", f"{world.path}/exports", {"format": "jsonl", **body})
        assert (answer.status, answer.body["type"]) == (422, f"urn:palimpsest:{kind}")


def test_a_name_goes_before_a_position_of_the_same_digits(world: World) -> None:
    made = release(world, "7", position=3)
    project = UUID(world.project)
    assert position_named(project, "7") == made["position"] == 3
    assert (position_named(project, "5"), position_named(project, "none")) == (5, None)
