"""What a person may say about any annotated file of another tool."""

from typing import Annotated, Literal

from msgspec import Meta

from annotator.formats.options import Options

SIZE_LIMIT = 64 << 20

Mapping = dict[str, str]


class GivenOptions(Options, frozen=True, kw_only=True):
    author: Annotated[
        str, Meta(description="Whose set annotations become that name no author.", min_length=1)
    ] = "import"
    authors: Annotated[
        Literal["option", "folder", "file"],
        Meta(
            description="Who annotated a file of a zip: the author above, or who its folder or its name says."
        ),
    ] = "option"
    set_status: Annotated[
        Literal["finished", "open"], Meta(description="State of sets for which the file gives none.")
    ] = "finished"
    labels: Annotated[
        Mapping,
        Meta(
            description="Our label for each of the file's; an empty one leaves its annotations out, "
            "`*` stands for all others."
        ),
    ] = {}
    links: Annotated[Mapping, Meta(description="The same for types of links.")] = {}
    attributes: Annotated[Mapping, Meta(description="The same for attributes.")] = {}
    languages: Annotated[
        tuple[str, ...],
        Meta(description="Languages to tell apart in documents for which the file gives none."),
    ] = ()
    name: Annotated[str, Meta(description="The file's name.")] = ""
    size_limit: Annotated[
        int, Meta(description="Bytes of the largest file, unpacked; of the largest document of a long file.")
    ] = SIZE_LIMIT
