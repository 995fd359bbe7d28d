"""The live feed as the API describes it. It is answered outside Django, by `live.app`."""

from typing import Annotated

from msgspec import Meta

from annotator.api.operation import Operation, declared
from annotator.api.parameters import Parameters, Position, Uuid


class FeedParameters(Parameters, frozen=True):
    """From where, and of which document; the header `Last-Event-ID` counts more than `after`."""

    after: Annotated[
        Position | None, Meta(description="Begin after this position; without it, with what comes")
    ] = None
    document: Uuid | None = None
    quiet: Annotated[
        bool, Meta(description="Only who is here (`here`) and that a comment concerns the caller (`notice`)")
    ] = False


FOLLOW_EVENTS: Operation = declared(
    "follow_events",
    parameters=FeedParameters,
    media_type="text/event-stream",
    summary="Events as they happen: `hello` tells epoch and head, each `event` holds one, its id is the position; "
    "`here` and `notice` stand beside the log.",
)
