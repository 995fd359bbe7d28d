"""An import that is only tried says what would happen, and writes nothing."""

import json
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest

from annotator.accounts.models import Account
from annotator.formats.records import DocumentRecord
from annotator.jobs import files
from annotator.jobs.files import drop_old_results
from annotator.jobs.work import work_on
from annotator.log import STORE
from annotator.projections.registry import REGISTRY
from annotator.sample.source import FILE
from events.database import prepared
from tests.integration.jobs.corpus import a_document, a_mark, jsonl
from tests.integration.jobs.helpers import an_import, report
from tests.integration.jobs.test_api import job, upload
from tests.support.people import World
from tests.unit.formats.samples import sample_records

pytestmark = pytest.mark.django_db(transaction=True)

ENTITY = {"kind": "entity", "id": "bk", "entity_type": "location", "name": "Al-Bukamal"}
TOLD = (
    "rows",
    "accepted",
    "rejected",
    "new",
    "unchanged",
    "annotations",
    "entities",
    "languages",
    "problems",
)
DATA = jsonl(
    ENTITY,
    a_document("a"),
    a_mark("a", "Al-Bukamal", entity="bk"),
    a_document("b"),
    a_mark("b", "Al-Bukamal", label="planet"),
)


def _told(found: dict[str, Any]) -> dict[str, Any]:
    return {key: found[key] for key in TOLD}


def test_a_rehearsal_tells_what_the_import_then_does(world: World) -> None:
    head, accounts = STORE.head(UUID(world.project)), Account.objects.count()
    tried = report(world, an_import(world, DATA, dry_run=True))
    assert STORE.head(UUID(world.project)) == head
    assert Account.objects.count() == accounts
    assert tried["dry_run"]
    assert [(each["id"], each["annotations"], each["new"]) for each in tried["first"]] == [("a", 1, True)]
    done = report(world, an_import(world, DATA))
    assert _told(tried) == _told(done)
    assert not done["dry_run"]
    assert "first" not in done


def test_what_is_there_already_would_not_change(world: World) -> None:
    report(world, an_import(world, jsonl(a_document("a"))))
    tried = report(world, an_import(world, jsonl(a_document("a"), a_document("c")), dry_run=True))
    assert (tried["new"], tried["unchanged"]) == (1, 1)
    assert {each["id"]: each["new"] for each in tried["first"]} == {"a": False, "c": True}


def test_labels_that_a_file_defines_hold_for_what_follows_in_it(world: World) -> None:
    schema = {"kind": "schema", "name": "s", "version": "1", "labels": {"planet": {}}}
    data = jsonl(schema, a_document("b"), a_mark("b", "Al-Bukamal", label="planet"))
    tried = report(world, an_import(world, data, dry_run=True))
    assert (tried["rejected"], tried["schema"]) == (0, 1), tried["diagnostics"]


def test_a_rehearsal_is_carried_out_with_its_file(world: World) -> None:
    tried = upload(world, DATA, "format=jsonl&name=a.jsonl&dry_run=true").ok()
    work_on(UUID(tried["id"]))
    assert job(world, world.mona, tried["id"])["report"]["new"] == 1
    taken = upload(world, b"", f"of={tried['id']}")
    assert (taken.status, taken.body["name"]) == (202, "a.jsonl")
    work_on(UUID(taken.body["id"]))
    found = job(world, world.mona, taken.body["id"])["report"]
    assert (found["new"], found["rejected"], found["dry_run"]) == (1, 1, False)
    again = upload(world, b"", f"of={tried['id']}")
    assert (again.status, again.body["type"]) == (409, "urn:palimpsest:file-gone")


def test_only_a_rehearsal_that_has_ended_is_carried_out(world: World) -> None:
    waits = upload(world, DATA, "format=jsonl&dry_run=true").ok()
    real = upload(world, DATA, "format=jsonl").ok()
    for each in (waits, real):
        assert upload(world, b"", f"of={each['id']}").body["type"] == "urn:palimpsest:no-rehearsal"
    assert upload(world, b"", "of=018f0000-0000-7000-8000-000000000000").status == 404


def test_an_old_rehearsal_keeps_neither_file_nor_titles(world: World) -> None:
    made = an_import(world, DATA, dry_run=True)
    report(world, made)
    drop_old_results()
    assert files.find(made, "upload") is not None
    with prepared() as cursor:
        cursor.execute(
            "UPDATE annotator_job SET finished_at = now() - interval '9 days' WHERE id = %s", [made]
        )
    drop_old_results()
    assert files.find(made, "upload") is None
    found = job(world, world.mona, str(made))["report"]
    assert found["new"] == 1
    assert "first" not in found


def test_a_rehearsal_tells_copies_in_the_file_and_in_the_project(world: World) -> None:
    words = " ".join(f"word{number}" for number in range(60))
    report(world, an_import(world, jsonl(a_document("old", text=words))))
    REGISTRY.catch_up(UUID(world.project))
    news = " ".join(f"news{number}" for number in range(60))
    coming = [("x", f"{words} end."), ("y", news), ("z", f"Reuters: {news}"), ("old", words)]
    data = jsonl(*(a_document(key, text=text) for key, text in coming))
    copies = report(world, an_import(world, data, dry_run=True))["copies"]
    assert copies["documents"] == len(copies["first"]) == 3
    found = {each["id"]: (each["of"], each["here"], each["alike"] > 0.8) for each in copies["first"]}
    assert found["z"] == ("y", False, True)
    assert found["old"] == ("x", False, True)
    assert found["x"][1:] == (True, True)


def test_a_rehearsal_tells_the_sentences_that_the_sample_says_twice(world: World) -> None:
    tried = report(world, an_import(world, FILE.read_bytes(), dry_run=True))
    assert tried["repeats"]["documents"] == 1
    (told,) = tried["repeats"]["first"]
    assert told["sentences"] >= 1
    text = next(it.text for it in sample_records() if isinstance(it, DocumentRecord))
    assert all(text[start:end] == told["quote"] for start, end in told["spans"])
    assert len(told["spans"]) == 2


def test_a_rehearsal_names_what_is_foreign_and_the_mapping_is_carried_out(world: World) -> None:
    data = b"EU B-ORG\nrejects O\nGerman B-MISC\n\nPeter B-PER\nBlackburn I-PER\n"
    tried = upload(world, data, "format=conll2003&name=a.conll&dry_run=true").ok()
    work_on(UUID(tried["id"]))
    foreign = job(world, world.mona, tried["id"])["report"]["foreign"]
    assert [(each["kind"], each["name"], each["count"]) for each in foreign] == [
        ("label", name, 1) for name in ("MISC", "ORG", "PER")
    ]
    options = json.dumps({"labels": {"PER": "actor", "ORG": "actor", "MISC": ""}})
    taken = upload(world, b"", f"of={tried['id']}&format=conll2003&options={quote(options)}").ok()
    assert taken["options"]["options"]["labels"]["MISC"] == ""
    work_on(UUID(taken["id"]))
    assert job(world, world.mona, taken["id"])["report"]["annotations"] == 2
