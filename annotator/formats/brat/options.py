"""What a person may say about brat files."""

from typing import Annotated

from msgspec import Meta

from annotator.domain.offsets import Unit
from annotator.formats.given.options import GivenOptions
from annotator.formats.options import Options


class BratReadOptions(GivenOptions, frozen=True, kw_only=True):
    unit: Annotated[
        Unit | None,
        Meta(description="What offsets count where no quote tells; none: code points, as brat's server."),
    ] = None


class BratWriteOptions(Options, frozen=True, kw_only=True):
    """There is nothing to choose."""
