"""Every operation for every kind of caller, every command for every role: as declared, and nothing undeclared."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid5

import pytest
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from annotator.api.access_table import ACCESS, Row
from annotator.api.operation import OPERATIONS
from annotator.api.view import View
from annotator.application.access import RANK
from annotator.application.permissions import LEAST_ROLE
from annotator.jobs.work import work_on
from tests.support.people import Person, World, a_person, a_world, new_id, with_token

pytestmark = pytest.mark.django_db

ANSWERED_ELSEWHERE = {"follow_events"}  # by live.app, whose own tests ask it

ACTORS: dict[str, Callable[[World], Person]] = {
    "anonymous": lambda world: Person("anonymous", client=Client()),
    "bad token": lambda world: Person("bad token", headers={"Authorization": "Bearer pal_x"}),
    "disabled": lambda world: disabled(world),
    "outsider": lambda world: world.oscar,
    "other manager": lambda world: other_manager(),
    "former member": lambda world: former_member(world),
    "viewer": lambda world: world.victor,
    "annotator": lambda world: world.alice,
    "annotator's token": lambda world: with_token(world.alice),
    "curator": lambda world: world.carol,
    "manager": lambda world: world.mona,
    "manager's token": lambda world: with_token(world.mona),
    "manager's read-only token": lambda world: with_token(world.mona, read_only=True),
    "superuser without a role": lambda world: a_person("Su", is_superuser=True, is_staff=True),
}
ROLES = {
    "viewer": "viewer",
    "annotator": "annotator",
    "annotator's token": "annotator",
    "curator": "curator",
    "manager": "manager",
    "manager's token": "manager",
    "manager's read-only token": "manager",
}
NOBODY = {"anonymous", "bad token", "disabled"}


def disabled(world: World) -> Person:
    person = a_person("Dan")
    world.mona.do(world.project, {"type": "set_member", "data": {"member": person.id, "role": "manager"}})
    assert person.account is not None
    person.account.is_active = False
    person.account.save()
    return person


def other_manager() -> Person:
    person = a_person("Otto")
    person.do(new_id(), {"type": "create_project", "data": {"name": "Other"}})
    return person


def former_member(world: World) -> Person:
    person = a_person("Fred")
    world.mona.do(
        world.project,
        {"type": "set_member", "data": {"member": person.id, "role": "manager"}},
        {"type": "remove_member", "data": {"member": person.id}},
    )
    return person


def a_job(world: World) -> str:
    """An export of Carol's that is done."""
    job = world.carol.ask("POST", f"{world.path}/exports", {"format": "jsonl", "source": "sets"}).ok()["id"]
    assert work_on(UUID(job)) == "done"
    return str(job)


def a_gold(world: World) -> str:
    """A gold label, by Carol's decision."""
    start = world.text.index("Assad")
    decided = {
        "decision": new_id(),
        "item": "actor:0-1",
        "verdict": "edit",
        "annotation": {"label": "actor", "spans": [[start, start + 5]]},
        "quote": "Assad",
    }
    world.carol.do(world.project, world.about("decide_item", **decided))
    return str(world.carol.get(f"{world.document_path}/gold").ok()["labels"][0]["id"])


def a_webhook(world: World) -> str:
    """One that leads to where nothing is called."""
    made = {"id": new_id(), "name": "Pipeline", "url": "http://127.0.0.1:9/"}
    return str(world.mona.ask("POST", f"{world.path}/webhooks", made).ok()["webhook"]["id"])


def a_release(world: World) -> str:
    """A release of all there is."""
    release = new_id()
    world.mona.do(world.project, {"type": "make_release", "data": {"release": release, "name": release}})
    return release


def an_entity(world: World) -> str:
    """A location of the register."""
    entity = new_id()
    world.mona.do(world.project, {"type": "add_entity", "data": {"entity": entity, **ENTITY}})
    return entity


def a_source(world: World, kind: str = "dictionary") -> str:
    """A source of suggestions."""
    source = new_id()
    settings = {"kind": kind}
    world.mona.do(
        world.project,
        {"type": "define_source", "data": {"source": source, "name": "Names", "settings": settings}},
    )
    return source


def body_of(name: str, world: World) -> Any:
    match name:
        case "send_commands":
            return {"commands": [{"id": new_id(), **world.finish()}]}
        case "start_import":
            return b"A text."
        case "start_export":
            return {"format": "jsonl", "source": "gold"}
        case "try_policy":
            return {"policy": {"kind": "weighted"}}
        case "sign_in":
            return {"username": new_id(), "password": "y"}
        case "retry_projection" | "start_rebuild":
            return {"projection": "board"}
        case "restore":
            return {"id": new_id(), "at": 1}
        case "preview_erasure":
            return {"scope": "document", "subject": world.document}
        case "erase":
            once = str(uuid5(UUID(world.project), "erasure"))  # ordered again, it changes nothing
            return {"id": once, "scope": "document", "subject": world.document, "basis": "other"}
        case "mark_guideline_read":
            text = {"text": "# Guideline", "based_on": 0}
            world.mona.send(world.project, {"type": "write_guideline", "data": text})
            return {"version": 1}
        case "add_webhook" | "change_webhook":
            return {"name": "Pipeline", "url": "https://pipeline.example/hook"}
        case "redeliver_webhook":
            return {"after": 0}
        case "give_source_file":
            return b'{"text": "A text."}'
        case "ask_source":
            return {}
        case "next_document":
            return {}
        case "hand_out":
            return {"people": [world.alice.id]}
        case "mark_notices_read":
            return {"position": 1}
        case "set_preferences":
            return {"single_keys": False}
        case _:
            return None


def expected(name: str, row: Row, actor: str) -> set[int]:
    """The statuses that the table declares."""
    if name == "sign_in":
        return {401}
    if actor == "bad token":
        return {401}
    if row.who == "anyone":
        return {200, 204}
    if actor in NOBODY:
        return {401}
    if row.changes and actor == "manager's read-only token":
        return {403}
    if name == "send_commands":
        return {200} if actor in ROLES else {404}
    if row.who == "account":
        return {200}
    if row.who == "staff":
        if actor != "superuser without a role":
            return {404}
        return {"start_rebuild": {202}, "cancel_rebuild": {404}}.get(
            name, {200}
        )  # what it names is an export
    if RANK.get(ROLES.get(actor, ""), 0) < RANK[row.who]:  # type: ignore[call-overload]
        return {404}
    if name.startswith("read_agreement") and ROLES[actor] == "annotator":
        return {403}  # the project is blind
    if name in ("diff_gold", "follow_gold") and ROLES[actor] == "annotator":
        return {403}  # the project is blind
    if name == "read_my_results":
        return {403}  # nobody has finished a set, and nobody the curation
    if name == "read_gold" and ROLES[actor] == "annotator":
        return {403}  # her own set is not finished
    return {202} if name in ("start_import", "start_export", "ask_source", "give_source_file") else {200}


@pytest.mark.parametrize("name", sorted(set(ACCESS) - ANSWERED_ELSEWHERE))
def test_an_operation_answers_whom_the_table_says(world: World, name: str) -> None:
    row = ACCESS[name]
    job = a_job(world) if "{job}" in row.path else ""
    label = a_gold(world) if "{label}" in row.path else ""
    release = a_release(world) if "{release}" in row.path else ""
    webhook = a_webhook(world) if "{webhook}" in row.path else ""
    source = (
        a_source(world, "file" if name == "give_source_file" else "dictionary")
        if "{source}" in row.path
        else ""
    )
    ids = {"job": job, "label": label, "release": release, "webhook": webhook, "source": source}
    ids["entity"] = an_entity(world) if "{entity}" in row.path else ""
    path = row.path.format(project=world.project, document=world.document, **ids)
    for actor, find in ACTORS.items():
        answer = find(world).ask(row.method, f"/{path}", body_of(name, world))
        assert answer.status in expected(name, row, actor), (actor, answer.status, answer.raw[:300])


@pytest.mark.parametrize(
    "name", sorted(name for name in set(ACCESS) - ANSWERED_ELSEWHERE if "{project}" in ACCESS[name].path)
)
def test_what_is_not_there_answers_as_what_is_forbidden(world: World, name: str) -> None:
    row = ACCESS[name]
    ids = {name: new_id() for name in ("job", "label", "release", "webhook", "source", "entity")}
    real = row.path.format(project=world.project, document=world.document, **ids)
    unreal = row.path.format(project=new_id(), document=new_id(), **ids)
    for person in (world.oscar, other_manager()):
        one, other = (person.ask(row.method, f"/{path}", body_of(name, world)) for path in (real, unreal))
        assert (one.status, one.raw) == (other.status, other.raw) == (404, one.raw)
        assert set(one.headers) == set(other.headers)


def views(patterns: Any = None) -> list[type[View]]:
    found: list[type[View]] = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            found += views(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            cls = getattr(pattern.callback, "cls", None)
            if cls is not None:
                found.append(cls)
    return found


def test_every_method_of_every_view_is_declared() -> None:
    declared = {
        getattr(view, method).operation.name
        for view in views()
        for method in ("get", "post", "put", "patch", "delete")
        if hasattr(view, method)
    }
    assert declared | ANSWERED_ELSEWHERE == set(ACCESS) == set(OPERATIONS)


def test_the_table_names_the_paths_that_the_api_has(world: World) -> None:
    for name, row in ACCESS.items():
        if name in ANSWERED_ELSEWHERE:
            continue
        ids = {name: new_id() for name in ("job", "label", "release", "webhook", "source", "entity")}
        path = row.path.format(project=world.project, document=world.document, **ids)
        view = get_resolver().resolve(f"/api/v1/{path}").func.cls  # type: ignore[attr-defined]
        assert getattr(view, row.method.lower()).operation.name == name


# Commands: the refusal "forbidden" comes for those below the least role, and for nobody else.

ENTITY = {"entity_type": "location", "name": "Syria", "attributes": {"location_type": "country"}}


def a_command(name: str, world: World, known: dict[str, str]) -> dict[str, Any]:
    """A command of each name; whether its content is right does not matter here."""
    document = {"document": world.document}
    data: dict[str, Any] = {
        "change_project": {"name": "x"},
        "set_member": {"member": world.oscar.id, "role": "viewer"},
        "remove_member": {"member": world.victor.id},
        "set_policy": {"policy": {"kind": "majority", "threshold": 0.4}},
        "open_thread": {"thread": new_id(), "comment": new_id(), "room": "set", "body": "Why?"},
        "add_comment": {"thread": new_id(), "comment": new_id(), "room": "set", "body": "So."},
        "edit_comment": {"comment": new_id(), "room": "set", "body": "So."},
        "delete_comment": {"comment": new_id(), "room": "set"},
        "resolve_thread": {"thread": new_id(), "room": "set"},
        "reopen_thread": {"thread": new_id(), "room": "set"},
        "set_handing_out": {"overlap": 2, "lease_minutes": 30, "order": "oldest"},
        "set_skills": {"member": world.alice.id, "languages": ["en"]},
        "take_seat": {},
        "return_seat": {},
        "skip_document": {"reason": "language"},
        "assign_seat": {"account": world.alice.id},
        "unassign_seat": {"account": world.alice.id},
        "set_priority": {"priority": 3},
        "write_guideline": {"text": "x", "based_on": 0},
        "link_section": {"label": "actor"},
        "archive_project": {},
        "add_author": {"author": new_id(), "author_class": "human"},
        "define_label": {"key": "x", "name": "X"},
        "retire_label": {"key": "claim"},
        "define_link_type": {"key": "x", "name": "X"},
        "retire_link_type": {"key": "target"},
        "define_entity_type": {"key": "x", "name": "X"},
        "define_document_label": {"key": "x", "name": "X", "values": ["a"]},
        "publish_schema": {"name": "x", "version": "2"},
        "import_document": {"document": new_id(), "title": "", "text": "x"},
        "add_text_version": {"text": "y"},
        "set_languages": {"languages": []},
        "change_document": {"title": "y"},
        "archive_document": {},
        "restore_document": {},
        "set_training": {"training": True},
        "make_appeal": {"appeal": new_id(), "item": "x", "note": "Look again."},
        "answer_appeal": {"appeal": new_id(), "answer": "dismissed"},
        "remove_annotation": {"annotation": new_id()},
        "remove_link": {"link": new_id()},
        "add_link": {"link": new_id(), "type": "claimant", "from": new_id(), "to": new_id()},
        "change_link": {"link": new_id(), "type": "claimant", "from": new_id(), "to": new_id()},
        "set_document_label": {"label": "topic", "value": "war"},
        "clear_document_label": {"label": "topic"},
        "finish_set": {},
        "reopen_set": {},
        "decide_item": {"decision": new_id(), "item": "x", "verdict": "none_of_these"},
        "withdraw_decision": {"decision": new_id()},
        "finish_curation": {},
        "reopen_curation": {},
        "add_entity": {"entity": new_id(), **ENTITY},
        "change_entity": {"entity": known["entity"], **ENTITY},
        "merge_entities": {"entity": known["entity"], "into": new_id()},
        "split_entity": {"entity": known["entity"], "new": {"entity": new_id(), "name": "x"}},
        "remove_entity": {"entity": new_id()},
        "add_webhook": {"webhook": new_id(), "name": "x", "url": "https://x.example/"},
        "change_webhook": {"webhook": new_id(), "name": "x", "url": "https://x.example/"},
        "remove_webhook": {"webhook": new_id()},
        "make_release": {"release": new_id(), "name": new_id()},
        "withdraw_release": {"release": new_id()},
        "define_source": {"source": new_id(), "name": "Names", "settings": {"kind": "dictionary"}},
        "retire_source": {"source": new_id()},
        "suggest": {"source": new_id(), "source_version": 1, "text_version": 1, "suggestions": []},
        "reject_suggestion": {
            "suggestion": new_id(),
            "source": new_id(),
            "source_version": 1,
            "label": "actor",
        },
        "reoffer_suggestion": {"suggestion": new_id()},
    }
    if name in ("add_annotation", "change_annotation"):
        return {**world.annotation("Assad"), "type": name}
    about = {} if name == "import_document" else document
    return {"type": name, "data": data[name], **about}


@pytest.mark.parametrize("role", RANK)
def test_a_command_is_forbidden_below_its_least_role_only(world: World, role: str) -> None:
    entity = new_id()
    world.mona.do(world.project, {"type": "add_entity", "data": {"entity": entity, **ENTITY}})
    for name, least in LEAST_ROLE.items():
        fresh = {
            "viewer": world.victor,
            "annotator": world.alice,
            "curator": world.carol,
            "manager": world.mona,
        }[role]
        project = a_world() if name == "archive_project" and role == "manager" else world
        person = project.mona if project is not world else fresh
        (outcome,) = person.send(project.project, a_command(name, project, {"entity": entity}))
        forbidden = bool(outcome["problem"]) and outcome["problem"]["type"] == "urn:palimpsest:forbidden"
        assert forbidden == (RANK[role] < RANK[least]), (name, outcome)  # type: ignore[index]
        if name == "change_project":
            assert world.mona.get(world.path).ok()["blind"]


def test_every_command_is_tried(world: World) -> None:
    assert all(a_command(name, world, {"entity": new_id()})["type"] == name for name in LEAST_ROLE)


def test_only_managers_change_roles_and_none_beyond_the_own(world: World) -> None:
    for person in (world.carol, world.alice, world.victor):
        for role in RANK:
            for member in (person.id, world.oscar.id, world.mona.id):
                (outcome,) = person.send(
                    world.project, {"type": "set_member", "data": {"member": member, "role": role}}
                )
                assert outcome["status"] == "refused", (person.name, role)
        (outcome,) = person.send(world.project, {"type": "remove_member", "data": {"member": world.mona.id}})
        assert outcome["status"] == "refused"


def test_a_removed_member_is_out_at_once(world: World) -> None:
    world.alice.get(world.path).ok()
    world.mona.do(world.project, {"type": "remove_member", "data": {"member": world.alice.id}})
    assert world.alice.get(world.path).status == 404
    body = {"commands": [{"id": new_id(), **world.annotation("Assad")}]}
    assert world.alice.ask("POST", f"{world.path}/commands", body).status == 404


def test_somebody_who_removes_themselves_in_a_batch_does_no_more_in_it(world: World) -> None:
    world.mona.do(
        world.project, {"type": "set_member", "data": {"member": world.carol.id, "role": "manager"}}
    )
    left, late = world.mona.send(
        world.project,
        {"type": "remove_member", "data": {"member": world.mona.id}},
        {"type": "define_label", "data": {"key": "late", "name": "Late"}},
    )
    assert (left["status"], late["problem"]["type"]) == ("accepted", "urn:palimpsest:forbidden")


def test_jobs_are_their_owners_and_the_managers(world: World) -> None:
    job = a_job(world)
    other = a_person("Cora")
    world.mona.do(world.project, {"type": "set_member", "data": {"member": other.id, "role": "curator"}})
    for path in (f"/jobs/{job}", f"/jobs/{job}/file"):
        assert world.carol.get(world.path + path).status == 200
        assert world.mona.get(world.path + path).status == 200
        assert other.get(world.path + path).status == 404
    assert other.get(f"{world.path}/jobs").ok() == []
