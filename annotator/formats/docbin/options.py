"""What a person may say about a spaCy export."""

from typing import Annotated, Literal

from msgspec import Meta

from annotator.formats.options import Options
from annotator.formats.overlap import OverlapRule


class DocBinReadOptions(Options, frozen=True, kw_only=True):
    author: Annotated[
        str, Meta(description="Whose set annotations become that name no author.", min_length=1)
    ] = "import"
    size_limit: Annotated[int, Meta(description="Bytes of one file, unpacked.", ge=1)] = 1 << 30


class DocBinWriteOptions(Options, frozen=True, kw_only=True):
    entity_labels: Annotated[
        tuple[str, ...],
        Meta(description="Labels that go into doc.ents, most important first; none named: all of them."),
    ] = ()
    overlap: Annotated[
        OverlapRule, Meta(description="Which annotation is in doc.ents where two overlap.")
    ] = OverlapRule.OUTERMOST
    words: Annotated[
        Literal["spacy", "stored"],
        Meta(
            description="By spaCy's own tokenizers of this day, or as they were written down with each text: the same "
            "for ever."
        ),
    ] = "spacy"
    documents_per_file: Annotated[
        int, Meta(description="Documents of one .spacy file.", ge=1, le=100_000)
    ] = 1_000
    compress: Annotated[
        bool, Meta(description="Smaller files, whose bytes then depend on the zlib of this machine.")
    ] = False
