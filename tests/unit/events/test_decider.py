"""The fold of a stream, the names of streams, and who hears of their growth."""

from uuid import UUID, uuid5

import pytest

from events import notifier
from events.decider import Decider
from events.streams import StreamRef

PROJECT, SUBJECT, OWNER = UUID(int=1), UUID(int=2), UUID(int=3)


def test_a_fold_begins_anew_or_goes_on() -> None:
    total = Decider("sum", 0, lambda state, event: state + event)
    assert total.fold([]) == 0
    assert total.fold([1, 2]) == 3
    assert total.fold([4], total.fold([1, 2])) == 7


def test_a_streams_id_follows_from_its_name() -> None:
    ref = StreamRef(PROJECT, "book", SUBJECT, OWNER)
    assert (
        ref.id == uuid5(PROJECT, f"book/{SUBJECT}/{OWNER}") == StreamRef(PROJECT, "book", SUBJECT, OWNER).id
    )
    others = [
        StreamRef(PROJECT, "book", SUBJECT),
        StreamRef(PROJECT, "book", None, SUBJECT),
        StreamRef(OWNER, "book"),
    ]
    assert len({ref.id, *(other.id for other in others)}) == 4
    assert len({ref, *others, StreamRef(PROJECT, "book", SUBJECT, OWNER)}) == 4


def test_listeners_hear_once_until_they_are_taken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifier, "_listeners", [])
    heard: list[tuple[UUID, int]] = []

    def listen(project: UUID, position: int) -> None:
        heard.append((project, position))

    notifier.subscribe(listen)
    notifier.subscribe(listen)
    notifier.notify(PROJECT, 4)
    notifier.unsubscribe(listen)
    notifier.unsubscribe(listen)
    notifier.notify(PROJECT, 5)
    assert heard == [(PROJECT, 4)]
