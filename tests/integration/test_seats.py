"""Handing out documents: nobody gets a seat twice, also when many ask at once; leases end by the database's clock."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from annotator.accounts.caller import CALLERS
from annotator.application import judge
from annotator.application.access import access_to
from annotator.application.envelope import enclose
from annotator.application.handing_out import next_document
from annotator.application.handle import handle
from annotator.domain.assignment import TakeSeat
from annotator.log import HANDLER
from annotator.queries.seats import standing
from tests.integration.events.threads import at_once
from tests.support.people import Person, World, a_person, a_world, new_id, uuid_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    CALLERS.clear()
    HANDLER.cache.clear()
    return a_world()


def rules(world: World, **given: Any) -> None:
    data = {"overlap": 1, "lease_minutes": 30, "order": "oldest", **given}
    world.mona.do(world.project, {"type": "set_handing_out", "data": data})


def documents(world: World, *texts: str) -> list[str]:
    """More documents; the ids of all of them in the order of their import."""
    ids = [new_id() for _ in texts]
    world.mona.do(
        world.project,
        *(
            {"type": "import_document", "data": {"document": id_, "title": text[:20], "text": text}}
            for id_, text in zip(ids, texts, strict=True)
        ),
    )
    return [world.document, *ids]


def next_of(world: World, person: Person, **given: Any) -> str | None:
    found: str | None = person.ask("POST", f"{world.path}/next", given).ok()["document"]
    return found


def work(world: World, person: Person) -> Any:
    return person.get(f"{world.path}/work").ok()


def on(document: str, type_: str, **data: Any) -> dict[str, Any]:
    return {"type": type_, "document": document, "data": data}


def later(monkeypatch: pytest.MonkeyPatch, **more: float) -> None:
    """The database's time as the rules see it, some time on."""

    def moved(project: UUID, document: UUID) -> Any:
        now, sets, done = standing(project, document)
        return now + timedelta(**more), sets, done

    monkeypatch.setattr(judge, "standing", moved)


@pytest.mark.parametrize("overlap", [1, 3])
def test_thirty_who_ask_at_once_never_share_a_seat(world: World, overlap: int) -> None:
    rules(world, overlap=overlap)
    documents(world, *(f"Text {n} of many." for n in range(11)))
    people = [a_person(f"P{n}") for n in range(30)]
    world.mona.do(
        world.project,
        *({"type": "set_member", "data": {"member": p.id, "role": "annotator"}} for p in people),
    )
    project = UUID(world.project)

    def asks(person: Person) -> Any:
        return lambda: next_document(access_to(project, uuid_of(person)))

    given = at_once([asks(person) for person in people])
    seats = Counter(given)
    left_empty = seats.pop(None, 0)
    assert all(n <= overlap for n in seats.values()), seats
    assert sum(seats.values()) == min(30, 12 * overlap)
    assert left_empty == max(0, 30 - 12 * overlap)


def test_the_log_refuses_a_second_seat_even_without_the_queue(world: World) -> None:
    rules(world)
    people = [a_person(f"P{n}") for n in range(12)]
    world.mona.do(
        world.project,
        *({"type": "set_member", "data": {"member": p.id, "role": "annotator"}} for p in people),
    )

    def takes(person: Person) -> Any:
        wish = enclose(TakeSeat(), id=UUID(new_id()), document=UUID(world.document))
        return lambda: handle(uuid_of(person), UUID(world.project), [wish]).outcomes[0].status

    assert Counter(at_once([takes(person) for person in people])) == {"accepted": 1, "refused": 11}


def test_asking_again_gives_the_same_until_it_is_finished(world: World) -> None:
    rules(world)
    first, second = documents(world, "Another text.")
    assert next_of(world, world.alice) == next_of(world, world.alice) == first
    assert next_of(world, world.bob) == second
    world.alice.do(world.project, on(first, "finish_set"))
    assert next_of(world, world.alice) is None
    found = work(world, world.alice)
    assert (found["finished"], found["waiting"], found["session"]["documents"]) == (1, [], 1)


def test_a_lease_that_ran_out_frees_the_seat_and_work_renews_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules(world)
    take = on(world.document, "take_seat")
    world.alice.do(world.project, take)
    assert world.bob.send(world.project, take)[0]["problem"]["type"].endswith("no-seat-free")
    later(monkeypatch, minutes=31)
    world.bob.do(world.project, take)
    assert world.alice.send(world.project, take)[0]["status"] == "refused"
    later(monkeypatch, minutes=62)
    world.alice.do(world.project, take)
    world.alice.do(world.project, world.annotation("Assad"))
    rules(world, lease_minutes=300)  # what was worked on counts from the work, with the lease of today
    later(monkeypatch, minutes=200)
    assert world.bob.send(world.project, take)[0]["status"] == "refused"


def test_a_skipped_document_comes_again_only_from_a_manager_who_sees_why(world: World) -> None:
    rules(world)
    first, second = documents(world, "Another text.")
    assert next_of(world, world.alice) == first
    world.alice.do(world.project, on(first, "skip_document", reason="language", note="It is in Farsi."))
    assert next_of(world, world.alice) == second
    assert work(world, world.alice)["skipped"][0]["note"] == "It is in Farsi."
    board = world.carol.get(f"{world.path}/assignment").ok()
    assert [(s["name"], s["reason"], s["note"]) for s in board["skipped"]] == [
        ("Alice", "language", "It is in Farsi.")
    ]
    assert next_of(world, world.bob) == first, "others get it"
    world.bob.do(world.project, on(first, "return_seat"))
    world.mona.do(world.project, on(first, "assign_seat", account=world.alice.id))
    assert world.carol.get(f"{world.path}/assignment").ok()["skipped"] == []
    assert work(world, world.alice)["waiting"][0]["state"] == "assigned"


def test_annotators_of_a_blind_project_see_no_seat_but_their_own(world: World) -> None:
    rules(world, overlap=2)
    for person in (world.alice, world.bob):
        person.do(world.project, on(world.document, "take_seat"))
    world.alice.do(world.project, on(world.document, "skip_document", reason="other", note="secret"))

    def accounts(person: Person) -> set[str]:
        seen = [e for e in world.events(person) if "seat" in e["data"]]
        return {e["data"]["account"] for e in seen}

    assert accounts(world.bob) == {world.bob.id}
    assert accounts(world.carol) == {world.alice.id, world.bob.id}
    assert world.bob.get(f"{world.path}/assignment").status == 404


def test_orders_and_languages_decide_what_comes_next(world: World) -> None:
    first, small, big = documents(world, "Tiny.", "A text that is longer. " * 20)
    rules(world, order="smallest")
    assert next_of(world, world.alice) == small
    rules(world, order="priority")
    world.mona.do(world.project, on(big, "set_priority", priority=5))
    assert next_of(world, world.bob) == big
    rules(world, order="oldest", overlap=9)
    world.mona.do(
        world.project, {"type": "set_skills", "data": {"member": world.carol.id, "languages": ["xx"]}}
    )
    assert next_of(world, world.carol) is None
    assert first


def test_many_documents_are_shared_evenly(world: World) -> None:
    rules(world)
    documents(world, *(f"Text number {n}." for n in range(5)))
    people = [world.alice.id, world.bob.id]
    given = world.mona.ask("POST", f"{world.path}/assignment/shares", {"people": people}).ok()["given"]
    board = world.mona.get(f"{world.path}/assignment").ok()
    rows = {row["name"]: row["assigned"] for row in board["people"]}
    assert (given, rows["Alice"], rows["Bob"], board["seats"], board["left"]) == (6, 3, 3, 6, 6)


def test_a_finished_empty_set_keeps_its_seat_for_good(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rules(world)
    world.alice.do(world.project, on(world.document, "take_seat"), world.finish())
    later(monkeypatch, days=60)
    assert world.bob.send(world.project, on(world.document, "take_seat"))[0]["status"] == "refused"
    pace = next(
        row for row in world.mona.get(f"{world.path}/assignment").ok()["people"] if row["name"] == "Alice"
    )
    assert (pace["finished"], pace["pace"]) == (1, 1.0)
