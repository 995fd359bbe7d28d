"""The worked example goes through every rule: document, register, marks, links, votes."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.annotation_set import AddAnnotation, AddLink, FinishSet
from annotator.domain.consensus import consensus
from annotator.domain.document import ImportDocument
from annotator.domain.register import AddEntity, Register
from annotator.domain.values import LanguageRange
from annotator.domain.voting import Voter, voters
from tests.support.builders import ALICE, BOB, a_set_context, a_setting, an_id
from tests.support.scenario import ANNOTATION_SET, DOCUMENT, REGISTER, Scenario, given

PLACES = (
    Path(__file__).parents[3] / "annotator/sample/data/annotations.jsonl",
    Path(__file__).parents[4] / "shared/seed/annotations.jsonl",
)
EXAMPLE = next((path for path in PLACES if path.exists()), None)
pytestmark = pytest.mark.skipif(EXAMPLE is None, reason="the worked example is not here")

OWN_FIELDS = ("kind", "id", "entity_type", "name", "aliases", "note", "members")


@cache
def records(kind: str) -> list[dict[str, Any]]:
    assert EXAMPLE is not None
    with EXAMPLE.open(encoding="utf-8") as lines:
        return [record for record in map(json.loads, lines) if record["kind"] == kind]


def entity(record: dict[str, Any]) -> AddEntity:
    given_ = {key: value for key, value in record.items() if key not in OWN_FIELDS and value is not None}
    if "members" in record:
        given_["members"] = [an_id(member) for member in record["members"]]
    return AddEntity(
        entity=an_id(record["id"]),
        entity_type=record["entity_type"],
        name=record["name"],
        aliases=tuple(record.get("aliases", ())),
        attributes=given_,
        note=record.get("note", ""),
    )


@cache
def register() -> Register:
    members_first = sorted(records("entity"), key=lambda record: "members" in record)
    state: Register = given(REGISTER, *map(entity, members_first)).state
    return state


def annotation(record: dict[str, Any]) -> AddAnnotation:
    return AddAnnotation(
        annotation=an_id(record["id"]),
        label=record["label"],
        spans=tuple((start, end) for start, end in record["spans"]),
        quote=record["quote"],
        text_version=1,
        attributes=record["attrs"],
        entity=an_id(record["entity"]) if "entity" in record else None,
        origin="import",
    )


def link(record: dict[str, Any]) -> AddLink:
    ends = {"from_": an_id(record["from"]), "to": an_id(record["to"])}
    return AddLink(link=an_id(record["id"]), type=record["type"], attributes=record["attrs"], **ends)


@cache
def marked() -> Scenario:
    (document,) = records("document")
    text = document["text"]
    imported = ImportDocument(
        document=an_id("document"),
        title=document["title"],
        text=text,
        languages=tuple(LanguageRange(r["start"], r["end"], r["lang"]) for r in document["languages"]),
        source_url=document["source_url"],
        published=document["published"],
    )
    state = given(DOCUMENT, imported).state
    context = a_set_context(text, document=state, register=register())
    commands = [*map(annotation, records("annotation")), *map(link, records("link")), FinishSet()]
    return given(ANNOTATION_SET, *commands, context=context)


def a_vote(author: str) -> Voter:
    (voter,) = voters({author: marked().state}, authors={}, text_version=1)
    return voter


def test_every_record_is_accepted_as_it_stands() -> None:
    state = marked().state
    assert len(register().entities) == 67
    assert (len(state.annotations), len(state.links), state.finished) == (144, 92, True)


def test_two_who_mark_it_alike_give_it_back_whole() -> None:
    setting = replace(a_setting(), register=register())
    found = consensus([a_vote(ALICE), a_vote(BOB)], [], setting)
    assert (len(found.labels), len(found.links)) == (144, 92)
    assert {item.status for item in found.items} | {item.status for item in found.link_items} == {"agreed"}
    for label in found.labels:
        (mark,) = [m for m in a_vote(ALICE).annotations if (m.label, m.spans) == (label.label, label.spans)]
        assert (label.attributes, label.entity) == (mark.attributes, mark.entity)
