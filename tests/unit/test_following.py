"""A worker does not fold a project again because a message came twice."""

from contextlib import nullcontext
from uuid import UUID, uuid4

import pytest

from annotator import hints
from annotator.tasks import projections


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Projects that were folded, in order; each is done at once."""
    taken: list[UUID] = []

    def catch_up(project: UUID, *, seconds: float) -> bool:
        taken.append(project)
        return True

    monkeypatch.setattr(projections, "catch_up", catch_up)
    monkeypatch.setattr(projections, "beating", nullcontext)
    for name in ("hint_webhooks", "hint_if_due", "ask_if_due"):
        monkeypatch.setattr(projections, name, lambda _: None)
    return taken


def test_a_message_that_nobody_sent_anew_folds_nothing(
    turns: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, another = uuid4(), uuid4()
    told = iter([True, False, False, True])
    monkeypatch.setattr(hints, "forget_told", lambda _: next(told))
    for each in (project, project, another, project):
        projections.project_events(str(each))
    assert turns == [project, another, project]


def test_after_a_moment_a_message_is_believed_again(
    turns: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = uuid4()
    monkeypatch.setattr(hints, "forget_told", lambda _: False)
    projections.project_events(str(project))
    projections._done_at[project] -= projections.JUST_NOW
    projections.project_events(str(project))
    assert turns == [project, project]
