"""What a person may say about Label Studio's tasks."""

from typing import Annotated

from msgspec import Meta

from annotator.domain.offsets import Unit
from annotator.formats.given.options import GivenOptions
from annotator.formats.options import Options


class LabelStudioReadOptions(GivenOptions, frozen=True, kw_only=True):
    field: Annotated[str, Meta(description="Where in a task's data the text is; none: it is looked for.")] = (
        ""
    )
    unit: Annotated[
        Unit | None,
        Meta(description="What offsets count where no quote tells; none: code points, as since 2022."),
    ] = None


class LabelStudioWriteOptions(Options, frozen=True, kw_only=True):
    unit: Annotated[
        Unit, Meta(description="What offsets count: code points, or utf16 for versions before 2022.")
    ] = Unit.CODE_POINT
