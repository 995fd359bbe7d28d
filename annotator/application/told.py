"""Events and gold as they are told to an account: what it may see, without what it may not read."""

from collections.abc import Iterable, Iterator
from typing import TypeVar
from uuid import UUID

from annotator.application.access import Access, shown_data, visible
from annotator.application.anonymity import mask_for
from annotator.queries.events import EventView, event_view
from annotator.queries.gold import GoldLabelView, GoldLinkView, GoldView
from annotator.queries.streams import ref_of
from events.store import Recorded


def told(access: Access, recorded: Recorded) -> EventView:
    """A visible event in the shape that histories, lists, conflicts and feeds share."""
    view = event_view(recorded, ref_of(recorded.project, recorded.stream))
    view["data"] = shown_data(access, recorded, view["data"])
    return masked(access, view)


def masked(access: Access, view: EventView) -> EventView:
    """The event with pseudonyms for those whom the account may not know."""
    if not access.hides_authors:
        return view
    subject = view["stream"]["subject"]
    hidden: EventView = mask_for(access, UUID(subject) if subject else None).hide(view)
    return hidden


def told_all(access: Access, recorded: Iterable[Recorded]) -> Iterator[EventView]:
    """Those of the events that the account may see."""
    return (told(access, each) for each in recorded if visible(access, each))


def without_votes(gold: GoldView) -> GoldView:
    """Gold for those who may not know who marked what."""
    return {
        **gold,
        "labels": [_anonymous(label) for label in gold["labels"]],
        "links": [_anonymous(link) for link in gold["links"]],
    }


_G = TypeVar("_G", GoldLabelView, GoldLinkView)


def _anonymous(gold: _G) -> _G:
    hidden = gold.copy()
    hidden["provenance"] = {**gold["provenance"], "votes": [], "positions": []}
    return hidden
