"""What a person may say about a Parquet export."""

from typing import Annotated

from msgspec import Meta

from annotator.formats.given.options import GivenOptions
from annotator.formats.options import Options
from annotator.formats.overlap import OverlapRule

Share = Annotated[float, Meta(ge=0)]


class ParquetReadOptions(GivenOptions, frozen=True, kw_only=True):
    """Those of every annotated file."""


class ParquetWriteOptions(Options, frozen=True, kw_only=True):
    train: Annotated[Share, Meta(description="Share of the part train; shares are taken of their sum.")] = 0.8
    validation: Annotated[Share, Meta(description="Share of the part validation.")] = 0.1
    test: Annotated[Share, Meta(description="Share of the part test.")] = 0.1
    group: Annotated[
        str,
        Meta(description="Field of the metadata whose values keep documents together; none: their words."),
    ] = ""
    near_duplicates: Annotated[
        bool, Meta(description="Keep documents together that are nearly the same, not only equal ones.")
    ] = True
    seed: Annotated[str, Meta(description="Another one gives other parts.")] = ""
    labels: Annotated[
        tuple[str, ...],
        Meta(
            description="Labels of the configuration tokens, most important first; none named: all of them."
        ),
    ] = ()
    overlap: Annotated[
        OverlapRule, Meta(description="Which annotation gives a word its tag where two overlap.")
    ] = OverlapRule.OUTERMOST
