"""What a person may say about CoNLL-U files."""

from typing import Annotated

from msgspec import Meta

from annotator.formats.given.options import GivenOptions
from annotator.formats.options import Options
from annotator.formats.overlap import OverlapRule
from annotator.formats.tags import Scheme


class ConlluReadOptions(GivenOptions, frozen=True, kw_only=True):
    field: Annotated[str, Meta(description="The name in MISC whose value is a word's tag.")] = "NER"


class ConlluWriteOptions(Options, frozen=True, kw_only=True):
    labels: Annotated[
        tuple[str, ...], Meta(description="Labels to write, most important first; none named: all of them.")
    ] = ()
    overlap: Annotated[
        OverlapRule,
        Meta(description="Which annotation stays where two overlap: the longer, the shorter, or by label."),
    ] = OverlapRule.OUTERMOST
    scheme: Annotated[Scheme, Meta(description="How tags mark where mentions begin and end.")] = Scheme.BIO
