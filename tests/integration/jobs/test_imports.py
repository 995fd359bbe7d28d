from uuid import UUID

import pytest

from annotator.accounts.models import Account, AuthorClass
from annotator.log import STORE
from tests.integration.jobs.corpus import a_document, a_mark, jsonl, many
from tests.integration.jobs.helpers import an_import, counts, done, report
from tests.support.people import World

pytestmark = pytest.mark.django_db(transaction=True)

ENTITY = {"kind": "entity", "id": "bk", "entity_type": "location", "name": "Al-Bukamal"}


def test_documents_arrive_with_the_sets_of_named_authors(world: World) -> None:
    data = jsonl(ENTITY, a_document("a"), a_mark("a", "Al-Bukamal", entity="bk"), a_document("b"))
    found = report(world, an_import(world, data))
    assert (found["rows"], found["accepted"], found["rejected"]) == (2, 2, 0)
    assert (found["annotations"], found["entities"]) == (1, 1)
    (author,) = found["authors"]
    account = Account.objects.get(id=author["id"])
    assert (account.name, account.author_class, account.is_active) == ("ann", AuthorClass.IMPORTED, False)
    assert counts(world)["set_finished"] == 1


def test_importing_again_changes_nothing(world: World) -> None:
    data = jsonl(ENTITY, a_document("a"), a_mark("a", "Al-Bukamal", entity="bk"), a_document("b"))
    report(world, an_import(world, data))
    head = STORE.head(UUID(world.project))
    again = report(world, an_import(world, data))
    assert (again["accepted"], again["new"], again["unchanged"]) == (2, 0, 2)
    assert STORE.head(UUID(world.project)) == head


def test_a_broken_line_is_told_with_its_number_and_stops_nothing(world: World) -> None:
    data = jsonl(a_document("a")) + b'{"kind": "document", "id": "b", "text"\n' + jsonl(a_document("c"))
    found = report(world, an_import(world, data))
    assert (found["rows"], found["accepted"], found["rejected"]) == (3, 2, 1)
    (told,) = [each for each in found["diagnostics"] if each["severity"] == "error"]
    assert told["line"] == 2


def test_a_document_comes_whole_or_not_at_all(world: World) -> None:
    data = jsonl(a_document("a"), a_mark("a", "Al-Bukamal", label="planet"), a_document("b"))
    found = report(world, an_import(world, data))
    assert (found["rows"], found["accepted"], found["rejected"]) == (2, 1, 1)
    assert counts(world)["document_imported"] == 2  # b, and the world's own
    (told,) = found["diagnostics"]
    assert (told["document"], told["record"], told["code"]) == ("a", "annotation Al-Bukamal", "LabelUnknown")


def test_gold_in_a_file_becomes_a_set_that_does_not_vote(world: World) -> None:
    gold = {**a_mark("a", "Al-Bukamal"), "gold": True}
    del gold["author"]
    found = report(world, an_import(world, jsonl(a_document("a"), gold)))
    (author,) = found["authors"]
    assert Account.objects.get(id=author["id"]).author_class == AuthorClass.MACHINE


def test_labels_that_the_file_defines_and_the_project_lacks_are_defined(world: World) -> None:
    schema = {"kind": "schema", "name": "s", "version": "1", "labels": {"weapon": {}, "location": {}}}
    mark = a_mark("a", "Al-Bukamal", label="weapon")
    found = report(world, an_import(world, jsonl(schema, a_document("a"), mark)))
    assert (found["schema"], found["annotations"]) == (1, 1)


def test_members_of_a_coalition_may_be_described_in_any_order(world: World) -> None:
    coalition = {"kind": "entity", "id": "c", "entity_type": "actor", "name": "Coalition", "members": ["m"]}
    member = {"kind": "entity", "id": "m", "entity_type": "actor", "name": "Member"}
    assert report(world, an_import(world, jsonl(coalition, member)))["entities"] == 2


def test_whoever_is_no_manager_any_more_imports_nothing(world: World) -> None:
    made = an_import(world, jsonl(a_document("a")))
    world.mona.do(
        world.project, {"type": "set_member", "data": {"member": world.carol.id, "role": "manager"}}
    )
    world.carol.do(world.project, {"type": "remove_member", "data": {"member": world.mona.id}})
    found = report(world, made)
    assert (found["accepted"], found["rejected"]) == (0, 1)


def test_a_file_of_no_known_format_is_refused_in_words(world: World) -> None:
    found = done(world, an_import(world, b"\x00\x01\x02", name="x.bin", format=None))
    assert found["state"] == "failed"
    assert "format" in (found["error"] or "")


def test_many_documents_take_few_appends(world: World) -> None:
    found = report(world, an_import(world, many(600)))
    assert (found["accepted"], found["annotations"]) == (600, 600)
    assert counts(world)["annotation_added"] == 600
