"""The board that SQL folds is the one that the rules fold: every column, for histories that have everything in them."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings

from annotator.domain import annotation_set, document, project
from annotator.log import STORE
from annotator.projections.board import NOBODY
from annotator.projections.registry import REGISTRY
from annotator.projections.words import words_of
from events.projection import REPLAY
from events.store import streams_of
from events.values import Recorded
from tests.integration.projections.histories import DOCUMENTS, TEXT, Step, Town, steps
from tests.support.people import a_world, new_id

pytestmark = pytest.mark.django_db(transaction=True)

DESCRIBES = ("document_imported", "document_changed", "text_added", "languages_set")
KEEPS = ("document_archived", "document_restored", "content_erased")
LANGUAGES = [{"start": 0, "end": 20, "lang": "it"}, {"start": 20, "end": len(TEXT), "lang": "en"}]
LONGER = f"{TEXT} So it was."


def board(project_id: UUID, *, singly: bool) -> dict[str, list[Any]]:
    """The rows that SQL folds, at once or event by event."""
    head = STORE.head(project_id)
    cuts = range(1, head + 1) if singly else [head]
    projections = [REGISTRY.projections[name] for name in ("board", "membership")]
    with transaction.atomic(), connection.cursor() as cursor:
        for each in projections:
            each.create(cursor, REPLAY)
            after = 0
            for upto in cuts:
                each.apply(cursor, REPLAY, project_id, after, upto)
                after = upto
        rows = {table: _rows(cursor, sql, project_id) for table, sql in READ.items()}
        for each in projections:
            each.drop(cursor, REPLAY)
    return rows


READ = {
    "board": """SELECT document, imported, title, tsvector_to_array(words), published, language, langs,
                       languages::text, length, text_version, archived, sets, finished, annotations, position
                  FROM pg_temp.board_g0 WHERE project = %s ORDER BY document""",
    "board_set": """SELECT document, author, imported, finished, annotations, position
                      FROM pg_temp.board_set_g0 WHERE project = %s ORDER BY document, author""",
    "project": """SELECT name, languages::text, blind, shared, archived, documents, position
                    FROM pg_temp.project_g0 WHERE project = %s""",
    "membership": "SELECT account, role, position FROM pg_temp.membership_g0 WHERE project = %s ORDER BY account",
}


def _rows(cursor: Any, sql: str, project_id: UUID) -> list[Any]:
    cursor.execute(sql, [project_id])
    return [list(row) for row in cursor.fetchall()]


def model(project_id: UUID) -> dict[str, list[Any]]:
    """The same from the states that the rules fold."""
    events = STORE.after(project_id, 0, limit=100_000)
    documents = {ref.subject: ref.id for ref in streams_of(project_id, kind="document") if ref.subject}
    sets = streams_of(project_id, kind="annotation_set")
    rows: dict[str, list[Any]] = {"board": [], "board_set": []}
    for subject, stream in sorted(documents.items()):
        own = [each for each in events if each.stream == stream]
        state = document.DECIDER.fold(each.event for each in own)
        of_it = [ref for ref in sets if ref.subject == subject]
        set_rows = sorted(_set_row(ref.owner, own[0].position, _of(events, ref.id), subject) for ref in of_it)
        rows["board_set"] += set_rows
        last = [each.position for each in own if each.type in (*DESCRIBES, *KEEPS)]
        langs = _languages(state)
        rows["board"].append(
            [
                *(subject, own[0].position, state.title, sorted(set(words_of(state.title)))),
                *(state.published, langs[0] if langs else "und", langs, _json(state.languages), state.length),
                *(state.text_version, state.archived, len(set_rows), sum(row[3] for row in set_rows)),
                *(sum(row[4] for row in set_rows), max([*last, *(row[5] for row in set_rows)])),
            ]
        )
    return {**rows, **_project(project_id, events)}


def _of(events: list[Recorded], stream: UUID) -> list[Recorded]:
    return [each for each in events if each.stream == stream and each.type != "content_erased"]


def _set_row(owner: UUID | None, imported: int, own: list[Recorded], subject: UUID) -> list[Any]:
    state = annotation_set.DECIDER.fold(each.event for each in own)
    return [subject, owner or NOBODY, imported, state.finished, len(state.annotations), own[-1].position]


def _project(project_id: UUID, events: list[Recorded]) -> dict[str, list[Any]]:
    (ref,) = streams_of(project_id, kind="project")
    state = project.DECIDER.fold(each.event for each in events if each.stream == ref.id)
    counted = {"document_imported": 1, "document_restored": 1, "document_archived": -1}
    told = (*counted, "project_created", "project_changed", "project_archived")
    members: dict[UUID, list[Any]] = {}
    for each in events:
        if each.type in ("member_set", "member_removed") and each.entity_id:
            members[each.entity_id] = [
                each.entity_id,
                state.members.get(str(each.entity_id)),
                each.position,
            ]
    row = [state.name, _json(state.languages), state.blind, state.shared, state.archived]
    documents = sum(counted.get(each.type, 0) for each in events)
    return {
        "project": [[*row, documents, max(each.position for each in events if each.type in told)]],
        "membership": sorted(members.values()),
    }


def _languages(state: document.Document) -> list[str]:
    sizes: dict[str, int] = {}
    for each in state.languages:
        sizes[each.lang] = sizes.get(each.lang, 0) + each.end - each.start
    return sorted(sizes, key=lambda lang: (-sizes[lang], lang))


def _json(value: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb::text", [msgspec.json.encode(value).decode()])
        return str(cursor.fetchone()[0])


def _by_mona(*commands: tuple[str, int | None, dict[str, Any]]) -> Iterator[Step]:
    yield from (("mona", *command) for command in commands)


EVERYTHING: list[Step] = [
    ("bob", "finish_set", 1, {}),
    *_by_mona(
        ("change_document", 0, {"title": "Żółć, again", "published": "2017-11-09"}),
        ("set_languages", 0, {"languages": LANGUAGES}),
        ("archive_document", 1, {}),
        ("set_training", 0, {"training": True}),
    ),
    ("alice", "reopen_set", 0, {}),
    ("alice", "remove_annotation", 0, {"annotation": 2}),
    *_by_mona(
        ("restore_document", 1, {}),
        ("change_document", 1, {"title": "", "published": None}),
        ("set_languages", 1, {"languages": [{"start": 0, "end": len(TEXT), "lang": "ru"}]}),
        ("add_text_version", 1, {"text": LONGER}),
        ("change_project", None, {"name": "Q", "languages": ["en", "ru"]}),
        ("set_member", None, {"member": "bob", "role": "curator"}),
    ),
    ("alice", "finish_set", 0, {}),
    *_by_mona(("archive_document", 0, {}), ("archive_project", None, {})),
]


@pytest.mark.parametrize("upto", [4, 8, 11, len(EVERYTHING)])
def test_the_rows_are_those_that_the_rules_fold(upto: int) -> None:
    town = Town()
    begun, project_id = town.live_through([]), town.live_through(EVERYTHING[:upto])
    assert STORE.head(project_id) >= STORE.head(begun) + upto, "some command was refused"
    expected = model(project_id)
    assert len(expected["board"]) == len(DOCUMENTS)
    assert board(project_id, singly=False) == expected
    assert board(project_id, singly=True) == expected


def test_a_shared_set_is_nobodys() -> None:
    world = a_world(shared=True)
    world.alice.do(world.project, world.annotation("Al-Bukamal"), world.finish())
    expected = model(UUID(world.project))
    assert [row[1] for row in expected["board_set"]] == [NOBODY]
    assert board(UUID(world.project), singly=False) == board(UUID(world.project), singly=True) == expected


def test_a_member_who_left_has_no_role() -> None:
    world = a_world()
    left = {"type": "remove_member", "data": {"member": world.victor.id}}
    world.mona.do(world.project, left)
    expected = model(UUID(world.project))
    assert [row[1] for row in expected["membership"] if row[0] == UUID(world.victor.id)] == [None]
    assert board(UUID(world.project), singly=False) == board(UUID(world.project), singly=True) == expected


def test_an_erased_title_is_gone() -> None:
    world = a_world()
    order = {"id": new_id(), "scope": "document", "subject": world.document, "basis": "other"}
    world.mona.ask("POST", f"{world.path}/erasures", order).ok()
    expected = model(UUID(world.project))
    assert [row[2] for row in expected["board"]] == [""]
    assert board(UUID(world.project), singly=False) == board(UUID(world.project), singly=True) == expected


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=steps())
def test_they_are_for_any_history(history: list[Step]) -> None:
    project_id = Town().live_through(history)
    assert board(project_id, singly=False) == model(project_id)
