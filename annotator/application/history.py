"""Pages of the events that an account may see."""

from dataclasses import dataclass
from uuid import UUID

from annotator.application.access import Access, visible
from annotator.queries.log import events_after, events_of, streams_about
from annotator.queries.streams import ref_of
from events.store import Recorded
from events.streams import StreamRef

# Of a log that is mostly hidden from the caller, this many pages are looked through before answering.
_LOOKS = 5

Found = tuple[list[Recorded], int | None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events: of these kinds of streams, of these types; None is all."""

    kinds: frozenset[str] | None = None
    types: frozenset[str] | None = None

    def holds(self, recorded: Recorded) -> bool:
        """Whether the event is one of them."""
        if self.types is not None and recorded.type not in self.types:
            return False
        return self.kinds is None or ref_of(recorded.project, recorded.stream).kind in self.kinds


EVERYTHING = Wanted()


def next_events(access: Access, after: int, *, limit: int, wanted: Wanted = EVERYTHING) -> Found:
    """The next visible events of the project, and the position to go on from, None at the log's end.

    A page may be short, even empty, and still have a next one.
    """
    found: list[Recorded] = []
    for _ in range(_LOOKS):
        page = events_after(access.project_id, after, limit=limit)
        for recorded in page:
            after = recorded.position
            if wanted.holds(recorded) and visible(access, recorded):
                found.append(recorded)
            if len(found) == limit:
                return found, after
        if len(page) < limit:
            return found, None
    return found, after


def next_events_of(access: Access, document: UUID, after: int, *, limit: int) -> Found | None:
    """The next visible events about a document; None when there is no such document."""
    about = streams_about(access.project_id, document)
    if not any(ref.kind == "document" for ref in about):
        return None
    streams = [ref.id for ref in about if _may_hold(access, ref)]
    page = events_of(access.project_id, streams, after, limit=limit + 1)
    found = [recorded for recorded in page[:limit] if visible(access, recorded)]
    return found, page[limit - 1].position if len(page) > limit else None


def _may_hold(access: Access, ref: StreamRef) -> bool:
    """Whether a stream about a document has anything for the account."""
    match ref.kind:
        case "annotation_set":
            return access.sees_set(ref.owner)
        case "curation":
            return access.sees_all_sets
        case "segmentation":
            return access.is_at_least("manager")
        case "suggestions":
            return access.is_at_least("annotator")
        case "assignment":
            return access.is_at_least("annotator")
        case "thread" | "curation_thread":
            return access.sees_room(ref)
        case _:
            return True
