"""What is erased is gone everywhere; the log still proves itself, and says why it went."""

import zipfile
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from annotator.accounts.caller import CALLERS
from annotator.accounts.models import Account
from annotator.domain.catalog import DECIDERS
from annotator.domain.erasure import ContentErased
from annotator.jobs import files
from annotator.jobs.work import work_on
from annotator.log import HANDLER
from annotator.projections.registry import REGISTRY
from events.configured import content_keys
from events.log_export import export_log
from events.projection import REPLAY
from events.rebuild import replayed_hash
from events.streams import StreamRef
from events.verification import verify
from tests.integration.jobs.corpus import a_document, jsonl
from tests.integration.jobs.helpers import an_export, an_import, report, result, seen
from tests.support.builders import an_id
from tests.support.people import World, a_person, a_world, new_id

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "He said in confidence that"
CLAIM = {"label": "claim"}


@pytest.fixture
def world() -> World:
    CALLERS.clear()
    made = a_world()
    note = {"key": "remark", "name": "Remark", "kind": "text"}
    label = {"key": "claim", "name": "Claim", "color": "#123456", "attributes": [note]}
    made.mona.do(made.project, {"type": "define_label", "data": label})
    made.alice.do(made.project, made.annotation("Al-Bukamal"), remark(made), made.finish())
    return made


def remark(world: World) -> dict[str, Any]:
    """A mark with free text."""
    return world.annotation("Putin had promised", label="claim", attributes={"remark": SECRET})


def wish(world: World, scope: str = "document", subject: str | None = None, **more: Any) -> dict[str, Any]:
    given = {"id": new_id(), "scope": scope, "subject": subject or world.document, "basis": "subject_request"}
    return {**given, **more}


def erase(world: World, **more: Any) -> int:
    position: int = world.mona.ask("POST", f"{world.path}/erasures", wish(world, **more)).ok()["position"]
    return position


def told(world: World, scope: str = "document", subject: str | None = None) -> dict[str, Any]:
    asked = {"scope": scope, "subject": subject or world.document}
    shown: dict[str, Any] = world.mona.ask("POST", f"{world.path}/erasures/preview", asked).ok()
    return shown


def breaks(world: World) -> list[Any]:
    return [each for checked in verify(UUID(world.project)) for each in checked.breaks]


def stored(world: World) -> bytes:
    """Everything that the database holds of the project's contents, read models and files."""
    with connection.cursor() as cursor:
        found = []
        for table in ("es.event", "es.content", "read.board", "read.board_set", "read.gold", "annotator_job"):
            cursor.execute(
                f"SELECT string_agg(t::text, '') FROM {table} t WHERE project = %s", [world.project]
            )
            found.append(cursor.fetchone()[0] or "")
        cursor.execute(
            "SELECT string_agg(convert_from(body, 'UTF8'), '') FROM es.content WHERE project = %s",
            [world.project],
        )
        found.append(cursor.fetchone()[0] or "")
    return "".join(found).encode()


def test_a_preview_says_what_would_go_and_changes_nothing(world: World) -> None:
    work_on(made := an_export(world, at=world.mona.get(world.path).ok()["position"]))
    before = world.mona.get(world.document_path).ok()
    shown = told(world)
    assert shown["name"] == "An article"
    assert shown["kinds"] == {"document": 2, "annotation_set": 1}
    assert shown["contents"] == 3
    assert shown["size"] > len(world.text.encode())
    assert shown["marks"] == 2
    assert [(each["job"], len(each["sha256"])) for each in shown["exports"]] == [(str(made), 64)]
    assert world.mona.get(world.document_path).ok() == before


def test_an_erased_document_is_gone_everywhere_now_and_in_the_past(world: World) -> None:
    then = world.mona.get(world.document_path).ok()["position"]  # and every cache holds it
    REGISTRY.catch_up(UUID(world.project))
    erase(world)
    REGISTRY.catch_up(UUID(world.project))
    for at in ("", f"?at={then}"):
        shown = world.mona.get(world.document_path + at).ok()
        assert shown["text"] is None
        assert shown["document"]["title"] == ""
        assert [mark["attributes"] for each in shown["sets"] for mark in each["annotations"]] == [{}, {}]
    (row,) = world.mona.get(f"{world.path}/documents").ok()["results"]
    assert row["title"] == ""
    assert world.mona.get(f"{world.path}/documents?q=article").ok()["results"] == []
    everything = stored(world)
    for word in (world.text[:30], "An article", SECRET):
        assert word.encode() not in everything
    state = HANDLER.states(
        [StreamRef(UUID(world.project), "annotation_set", UUID(world.document), UUID(world.alice.id))]
    )
    assert SECRET not in repr(state)


def test_the_log_still_verifies_and_read_models_equal_a_replay(world: World) -> None:
    erase(world)
    assert breaks(world) == []
    REGISTRY.catch_up(UUID(world.project))
    for name, projection in REGISTRY.projections.items():
        with connection.cursor() as cursor:
            live = projection.state_hash(cursor, REGISTRY.live(name), UUID(world.project))
        assert live == replayed_hash(projection, UUID(world.project)), name


def test_read_models_that_knew_it_equal_a_replay_in_any_pieces(world: World) -> None:
    project = UUID(world.project)
    REGISTRY.catch_up(project)
    erase(world)
    REGISTRY.catch_up(project)
    world.mona.do(world.project, world.about("change_document", title="Without names"))
    REGISTRY.catch_up(project)
    (row,) = world.mona.get(f"{world.path}/documents?q=names").ok()["results"]
    assert row["title"] == "Without names"
    for name, projection in REGISTRY.projections.items():
        with transaction.atomic(), connection.cursor() as cursor:
            live = projection.state_hash(cursor, REGISTRY.live(name), project)
            projection.create(cursor, REPLAY)
            for position in range(row["position"]):
                projection.apply(cursor, REPLAY, project, position, position + 1)
            in_pieces = projection.state_hash(cursor, REPLAY, project)
            projection.drop(cursor, REPLAY)
        assert live == in_pieces == replayed_hash(projection, project), name


def test_the_log_says_who_erased_what_and_why_and_which_exports_to_call_back(world: World) -> None:
    work_on(made := an_export(world, at=world.mona.get(world.path).ok()["position"]))
    digest = files.find(made, "result")
    erase(world, note="asked by letter")
    (listed,) = world.mona.get(f"{world.path}/erasures").ok()["results"]
    assert digest is not None
    assert [each["sha256"] for each in listed["exports"]] == [digest.sha256]
    assert (listed["basis"], listed["note"], listed["author"]) == (
        "subject_request",
        "asked by letter",
        world.mona.id,
    )
    assert files.find(made, "result") is None
    types = [event["type"] for event in world.events(world.mona)][-3:]
    assert types == ["erasure_ordered", "content_erased", "content_erased"]
    assert "erasure_ordered" not in [event["type"] for event in world.events(world.carol)]


def test_an_export_leaves_out_what_was_erased_and_counts_it_at_every_position(world: World) -> None:
    other = new_id()
    data = {"document": other, "title": "Another", "text": "It stays."}
    world.mona.do(world.project, {"type": "import_document", "data": data})
    then = world.mona.get(world.path).ok()["position"]
    erase(world)
    for at in (then, None):
        work_on(made := an_export(world, **({"at": at} if at else {})))
        with zipfile.ZipFile(BytesIO(result(made))) as archive:
            manifest = archive.read("manifest.json").decode()
            everything = b"".join(archive.read(name) for name in archive.namelist())
        assert '"code":"documents_erased"' in manifest
        assert b"It stays." in everything
        assert world.text[:30].encode() not in everything


def test_an_erased_document_takes_no_marks_but_a_further_text(world: World) -> None:
    erase(world)
    (outcome,) = world.alice.send(world.project, world.about("reopen_set", reason=""))
    (outcome,) = world.alice.send(world.project, world.annotation("Iran"))
    assert outcome["problem"]["type"] == "urn:palimpsest:text-erased"
    world.mona.do(world.project, world.about("add_text_version", text="Without names."))
    assert world.mona.get(world.document_path).ok()["text"] == "Without names."


def test_an_erasure_reaches_log_files_that_were_encrypted_before(world: World) -> None:
    project = UUID(world.project)
    export_log(project, BytesIO(), encrypted=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content_id, subject FROM es.content WHERE project = %s", [project])
        about = dict(cursor.fetchall())
    known = content_keys().known(project, list(about))
    assert len(known) == len(about) > 3
    assert None not in known.values()
    erase(world)
    known = content_keys().known(project, list(about))
    assert {content for content, key in known.items() if key is None} == {
        content for content, subject in about.items() if subject == UUID(world.document)
    }


def test_the_same_order_twice_erases_once(world: World) -> None:
    order = wish(world)
    first = world.mona.ask("POST", f"{world.path}/erasures", order).ok()
    assert world.mona.ask("POST", f"{world.path}/erasures", order).ok()["position"] <= first["position"]
    again = world.mona.ask("POST", f"{world.path}/erasures", {**order, "id": new_id()})
    assert (again.status, again.body["type"]) == (422, "urn:palimpsest:nothing-to-erase")


def test_a_guess_cannot_be_made_sure_of_by_the_hash_of_the_command(world: World) -> None:
    sql = """SELECT request FROM es.command c JOIN es.event e USING (project, command_id)
              WHERE e.project = %s AND e.type = 'text_added'"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [world.project])
        before = bytes(cursor.fetchone()[0])
        erase(world)
        cursor.execute(sql, [world.project])
        assert bytes(cursor.fetchone()[0]) != before


def test_a_person_is_forgotten_and_the_work_stays(world: World) -> None:
    shown = told(world, "account", world.alice.id)
    assert (shown["name"], shown["contents"], shown["record"]) == ("Alice", 1, True)
    erase(world, scope="account", subject=world.alice.id, record=True)
    account = Account.objects.get(id=world.alice.id)
    assert (account.name, account.email, account.is_active) == (
        "",
        "",
        False,
    )
    assert "alice" not in account.username
    document = world.mona.get(world.document_path).ok()
    assert document["text"] == world.text
    assert [len(each["annotations"]) for each in document["sets"]] == [2]
    assert SECRET.encode() not in stored(world)
    assert breaks(world) == []
    CALLERS.clear()
    assert world.alice.get(world.path).status == 401


def test_only_who_manages_all_of_a_persons_projects_erases_the_account(world: World) -> None:
    elsewhere = a_person("Max")
    project = new_id()
    elsewhere.do(
        project,
        {"type": "create_project", "data": {"name": "Elsewhere"}},
        {"type": "set_member", "data": {"member": world.alice.id, "role": "annotator"}},
    )
    assert told(world, "account", world.alice.id)["record"] is False
    refused = world.mona.ask(
        "POST", f"{world.path}/erasures", wish(world, "account", world.alice.id, record=True)
    )
    assert (refused.status, refused.body["type"]) == (422, "urn:palimpsest:others-decide")
    call_command(
        "erase", account=Account.objects.get(id=world.alice.id).username, basis="objection", yes=True
    )
    assert Account.objects.get(id=world.alice.id).name == ""
    assert SECRET.encode() not in stored(world)


def test_an_entity_loses_its_name_now_and_in_the_past(world: World) -> None:
    entity = new_id()
    data = {"entity": entity, "entity_type": "actor", "name": "Assad", "note": "a note"}
    world.mona.do(world.project, {"type": "add_entity", "data": data})
    then = world.mona.get(f"{world.path}/register").ok()["position"]
    world.mona.get(f"{world.path}/register?at={then}").ok()
    erase(world, scope="entity", subject=entity)
    for at in ("", f"?at={then}"):
        (found,) = world.mona.get(f"{world.path}/register{at}").ok()["entities"]
        assert (found["id"], found["name"], found["note"]) == (entity, "", "")


def test_nobody_below_a_manager_and_no_stranger_erases(world: World) -> None:
    for person, status in ((world.carol, 404), (world.alice, 404), (world.oscar, 404)):
        assert person.ask("POST", f"{world.path}/erasures", wish(world)).status == status
    unknown = {"scope": "document", "subject": new_id()}
    assert world.mona.ask("POST", f"{world.path}/erasures/preview", unknown).status == 404


def test_every_stream_that_can_hold_free_text_takes_note_of_an_erasure() -> None:
    for decider in DECIDERS:
        if decider.kind not in ("project", "label_schema"):
            decider.evolve(decider.initial, ContentErased(str(an_id("erasure")), ()))


def test_the_command_shows_what_would_go_first(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("erase", project=world.project, document=world.document)
    assert "2 marks lose their quote" in (said := capsys.readouterr().out)
    assert "Nothing was erased" in said
    assert world.mona.get(world.document_path).ok()["text"] == world.text
    call_command("erase", project=world.project, document=world.document, basis="licence_ended", yes=True)
    assert world.mona.get(world.document_path).ok()["text"] is None


def test_what_rehearsals_and_reports_tell_of_it_goes_too(world: World) -> None:
    texts = {"a": SECRET + " it was over.", "b": "Something else entirely."}
    data = jsonl(*(a_document(id_, text) for id_, text in texts.items()))
    tried = an_import(world, data, dry_run=True)
    assert [each["title"] for each in report(world, tried)["first"]] == ["Article a", "Article b"]
    report(world, an_import(world, data))
    REGISTRY.catch_up(UUID(world.project))
    told = world.mona.get(f"{world.path}/documents?q=Article%20a").ok()["results"]
    (document,) = (each["document"] for each in told if each["title"] == "Article a")
    erase(world, subject=document)
    found = seen(world, tried)
    assert found["report"] is not None
    assert [each["title"] for each in found["report"]["first"]] == ["Article b"]
    assert files.find(tried, "upload") is None
    refused = world.mona.ask("POST", f"{world.path}/imports?of={tried}", b"")
    assert (refused.status, refused.body["type"]) == (409, "urn:palimpsest:file-gone")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM annotator_job j WHERE j::text LIKE '%%Article a%%'")
        assert cursor.fetchone()[0] == 0
        cursor.execute(
            "SELECT count(*) FROM annotator_jobchunk WHERE position(%s::bytea IN data) > 0", [SECRET.encode()]
        )
        assert cursor.fetchone()[0] == 0
