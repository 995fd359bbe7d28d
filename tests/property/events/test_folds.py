"""Folding the latest events is folding all of them, at every position of every history."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.events.notebook import (
    BOOK,
    STORE,
    BookClosed,
    CoverScanned,
    NotePut,
    NoteRemoved,
    a_book,
    a_command,
    an_id,
)

pytestmark = pytest.mark.django_db(transaction=True)

IDS = st.sampled_from([str(an_id()) for _ in range(4)])
EVENTS = st.one_of(
    st.builds(
        NotePut,
        note=IDS,
        label=st.sampled_from(["a", "b"]),
        text=st.text(max_size=3).filter(lambda t: "\0" not in t),
    ),
    st.builds(NoteRemoved, note=IDS),
    st.builds(BookClosed, reason=st.sampled_from(["", "full"])),
    st.builds(CoverScanned, size=st.integers()),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(EVENTS, max_size=25))
def test_the_latest_events_fold_to_the_state_at_every_position(events: list[object]) -> None:
    book, other = a_book(an_id()), a_book(an_id())
    if events:
        STORE.append(book.project, an_id(), [a_command(book, *events)], seen={book: 0})
    STORE.append(other.project, an_id(), [a_command(other, BookClosed())], seen={other: 0})
    for at in range(len(events) + 1):
        state = BOOK.fold(_as_read(events[:at]))
        assert BOOK.fold(each.event for each in STORE.read([book], at=at)) == state
        assert BOOK.fold(each.event for each in STORE.latest(book.project, [book.id], at=at)) == state
    assert BOOK.fold(each.event for each in STORE.latest(book.project, [book.id])) == BOOK.fold(
        _as_read(events)
    )


def _as_read(events: list[object]) -> list[object]:
    return [CoverScanned(each.size) if isinstance(each, CoverScanned) else each for each in events]
