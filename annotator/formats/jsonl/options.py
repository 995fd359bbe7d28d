"""What a person may say about a JSON Lines file."""

from typing import Annotated, Literal

from msgspec import Meta

from annotator.domain.offsets import Unit
from annotator.formats.options import Options


class JsonlReadOptions(Options, frozen=True, kw_only=True):
    author: Annotated[
        str, Meta(description="Whose set annotations become that name no author.", min_length=1)
    ] = "import"
    set_status: Annotated[
        Literal["finished", "open"], Meta(description="State of sets for which the file gives none.")
    ] = "finished"
    unit: Annotated[
        Unit | None, Meta(description="What offsets count where no quote tells; none: ask if it matters.")
    ] = None
    languages: Annotated[
        tuple[str, ...],
        Meta(description="Languages to tell apart in documents for which the file gives none."),
    ] = ()
    labels: Annotated[
        dict[str, str],
        Meta(
            description="Our label for each of the file's; an empty one leaves its annotations out, "
            "`*` stands for all others."
        ),
    ] = {}
    links: Annotated[dict[str, str], Meta(description="The same for types of links.")] = {}
    attributes: Annotated[dict[str, str], Meta(description="The same for attributes.")] = {}
    line_limit: Annotated[int, Meta(description="Bytes of the longest line.", ge=1_000)] = 1 << 25


class JsonlWriteOptions(Options, frozen=True, kw_only=True):
    """There is nothing to choose: everything is written."""
