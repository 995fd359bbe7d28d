"""A suggestion is no vote: whatever machines suggest and people say to it, gold, consensus and agreement stay."""

from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.application.envelope import received
from annotator.application.handle import handle
from annotator.jobs.suggesting.asking import ask
from annotator.jobs.work import work_on
from annotator.log import STORE
from annotator.projections.registry import REGISTRY
from annotator.queries.agreement import Asked, read_report
from annotator.queries.document import read_document
from tests.integration.projections.histories import DOCUMENTS, NAMES, Step, Town, steps
from tests.support.people import new_id

pytestmark = pytest.mark.django_db(transaction=True)

VOTES = ("gold", "board")
PATTERNS = [
    {"label": label, "expression": word} for label in ("actor", "claim") for word in ("Assad", "took [A-Z].")
]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=steps(), answered=st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 20)), max_size=8))
def test_no_vote_changes(history: list[Step], answered: list[tuple[str, int]]) -> None:
    town = Town()
    project = town.live_through(history)
    before = votes(project)
    manager = UUID(town.people["mona"].id)
    sources = [suggest(project, manager, {"kind": "dictionary"})]
    sources.append(suggest(project, manager, {"kind": "patterns", "patterns": PATTERNS}))
    for name, number in answered:
        reject(project, UUID(town.people[name].id), number)
    assert votes(project) == before
    assert all(stands(project, source) for source in sources)


def suggest(project: UUID, manager: UUID, kind: dict[str, Any]) -> UUID:
    """A source that was asked about everything."""
    source = new_id()
    data = {"source": source, "name": kind["kind"], "settings": kind}
    handle(manager, project, [received("define_source", data, id=UUID(new_id()))])
    assert work_on(ask(project, manager, UUID(source))) == "done"
    return UUID(source)


def reject(project: UUID, account: UUID, number: int) -> None:
    """Somebody rejects one of the suggestions; a finished set and a document that was put away refuse it."""
    document = uuid5(project, f"document {DOCUMENTS[number % 2]}")
    at = STORE.head(project)
    view = read_document(project, document, at=at, account=account, sees_set=lambda _: True)
    assert view is not None
    offered = [(each, one) for each in view.suggestions for one in each.suggestions]
    if not offered:
        return
    source, one = offered[number % len(offered)]
    data = {
        "suggestion": one.id,
        "source": str(source.source),
        "source_version": source.version,
        "label": one.label,
    }
    handle(account, project, [received("reject_suggestion", data, id=UUID(new_id()), document=document)])


def stands(project: UUID, source: UUID) -> bool:
    """Whether the source was followed at all, so that the law is not about nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM annotator_suggested WHERE project = %s AND source = %s", [project, source]
        )
        return bool(cursor.fetchone()[0])


def votes(project: UUID) -> Any:
    """All rows of gold, consensus and the board, and the report of agreement, but for places in the log."""
    REGISTRY.catch_up(project)
    rows: list[Any] = []
    with connection.cursor() as cursor:
        for name in VOTES:
            projection = REGISTRY.projections[name]
            for base in projection.tables:
                table = projection.table(base, REGISTRY.live(name))
                cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t WHERE project = %s", [project])
                rows += sorted(
                    f"{base} {msgspec.json.encode(placeless(msgspec.json.decode(row)), order='sorted').decode()}"
                    for (row,) in cursor.fetchall()
                )
    report = msgspec.to_builtins(read_report(project, STORE.head(project), Asked()))
    return rows, placeless(report)


def placeless(value: Any) -> Any:
    """The value without positions and what is counted from them."""
    if isinstance(value, dict):
        return {key: placeless(each) for key, each in value.items() if "position" not in key and key != "at"}
    return [placeless(each) for each in value] if isinstance(value, list) else value
