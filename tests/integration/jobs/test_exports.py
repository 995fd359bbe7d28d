import io
import json
import zipfile
from typing import Any
from uuid import UUID

import pytest

from annotator.log import STORE
from tests.integration.jobs.helpers import an_export, done, report, result
from tests.support.people import World, new_id

pytestmark = pytest.mark.django_db(transaction=True)


def lines(data: bytes, name: str = "data.jsonl") -> list[dict[str, object]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [json.loads(line) for line in archive.read(name).splitlines()]


@pytest.fixture
def marked(world: World) -> World:
    """Alice and Bob have finished; they differ in one place."""
    for person, quotes in ((world.alice, ["Al-Bukamal", "Iran"]), (world.bob, ["Al-Bukamal"])):
        world_marks = [world.annotation(quote) for quote in quotes]
        person.do(world.project, *world_marks, world.finish())
    return world


@pytest.mark.parametrize("source", ["gold", "sets"])
@pytest.mark.parametrize("form", ["jsonl", "conll2003", "docbin"])
def test_the_same_wish_gives_the_same_bytes(marked: World, form: str, source: str) -> None:
    first, second = (an_export(marked, format=form, source=source) for _ in range(2))
    told = [report(marked, made) for made in (first, second)]
    assert result(first) == result(second)
    assert told[0] == told[1]


def test_an_export_of_a_past_position_does_not_know_what_came_later(marked: World) -> None:
    at = STORE.head(UUID(marked.project))
    before = an_export(marked, at=at)
    report(marked, before)
    marked.alice.do(marked.project, marked.about("reopen_set"), marked.annotation("Putin"), marked.finish())
    after = an_export(marked, at=at)
    report(marked, after)
    assert result(before) == result(after)


def test_sets_say_whose_they_are_and_gold_where_it_comes_from(marked: World) -> None:
    sets, gold = an_export(marked, source="sets"), an_export(marked, source="gold")
    assert report(marked, sets)["counts"]["sets"] == 2
    assert report(marked, gold)["counts"]["annotations"] == 1
    authors = {line.get("author") for line in lines(result(sets)) if line["kind"] == "annotation"}
    assert authors == {marked.alice.id, marked.bob.id}
    (label,) = [line for line in lines(result(gold)) if line["kind"] == "annotation"]
    assert label["quote"] == "Al-Bukamal"
    assert label["provenance"]["votes"]  # type: ignore[index]


def test_a_gold_label_in_a_file_says_who_decided_it_and_why(marked: World) -> None:
    start = marked.text.index("Iran")
    marked.carol.do(
        marked.project,
        marked.about(
            "decide_item",
            decision=(decision := new_id()),
            item=f"location:{start}-{start + 4}",
            verdict="accept",
            annotation={"label": "location", "spans": [[start, start + 4]]},
            quote="Iran",
            reason="slip",
            note="Bob has overlooked it.",
        ),
    )
    gold = an_export(marked, source="gold")
    assert report(marked, gold)["counts"]["annotations"] == 2
    (label,) = [line for line in lines(result(gold)) if line.get("quote") == "Iran"]
    told: dict[str, Any] = label["provenance"]  # type: ignore[assignment]
    assert told["decision"] == decision
    assert told["decided"] == {
        "author": marked.carol.id,
        "verdict": "accept",
        "reason": "slip",
        "note": "Bob has overlooked it.",
        "saw": 0,
        "guideline_version": None,
    }
    assert [(vote["author"], vote["origin"]) for vote in told["votes"]] == [(marked.alice.id, "hand")]
    assert (told["policy_version"], told["reliability"], told["text_version"]) == (0, None, 1)


def test_the_report_says_what_the_format_cannot_hold(marked: World) -> None:
    told = report(marked, an_export(marked, format="conll2003", source="sets"))
    assert told["losses"]
    assert told["chain"]


def test_archived_documents_stay_behind(marked: World) -> None:
    marked.mona.do(marked.project, marked.about("archive_document"))
    assert "documents" not in report(marked, an_export(marked))["counts"]


def test_an_export_can_be_imported_elsewhere_and_comes_out_again(marked: World) -> None:
    from tests.integration.jobs.helpers import an_import
    from tests.support.people import a_world

    made = an_export(marked, source="sets")
    report(marked, made)
    with zipfile.ZipFile(io.BytesIO(result(made))) as archive:
        data = archive.read("data.jsonl")
    other = a_world()
    told = report(other, an_import(other, data))
    assert (told["accepted"], told["annotations"]) == (1, 3)


def test_what_cannot_be_exported_is_refused_in_words(marked: World) -> None:
    assert done(marked, an_export(marked, format="text"))["error"]
    assert done(marked, an_export(marked, at=10_000))["error"]
