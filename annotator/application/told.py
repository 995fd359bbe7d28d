"""Events as they are told to an account: only those it may see, without what it may not read."""

from collections.abc import Iterable, Iterator

from annotator.application.access import Access, shown_data, visible
from annotator.queries.events import EventView, event_view
from annotator.queries.streams import ref_of
from events.store import Recorded


def told(access: Access, recorded: Recorded) -> EventView:
    """A visible event in the shape that histories, lists, conflicts and feeds share."""
    view = event_view(recorded, ref_of(recorded.project, recorded.stream))
    view["data"] = shown_data(access, recorded, view["data"])
    return view


def told_all(access: Access, recorded: Iterable[Recorded]) -> Iterator[EventView]:
    """Those of the events that the account may see."""
    return (told(access, each) for each in recorded if visible(access, each))
