"""Where sentences and words of a text begin, written down once: exports in words say the same for ever.

Rules that find them change with every release of ours and of Unicode's. So what they found for a version of a text in
its languages is an event, in a stream of its own beside the document's; the first answer stands. It follows from the
text alone, so exports of earlier positions go by it, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, assert_never
from uuid import UUID, uuid5

from immutables import Map

from annotator.domain.document import Document
from annotator.domain.erasure import ContentErased
from annotator.domain.maps import EMPTY
from annotator.domain.values import LanguageRange
from events.decider import Decider

KIND = "segmentation"


@dataclass(frozen=True, slots=True)
class TextSegmented:
    """Where sentences and words of a version of the text begin, by the rules that ``tool`` names with their versions.

    ``boundaries``: two lines of numbers in base 36, each counted from the one before: where sentences begin, and where
    words begin that follow no white space. Every other word begins after white space; none holds any.
    """

    ENTITY: ClassVar[str | None] = "segmentation"
    PRIVATE: ClassVar[tuple[str, ...]] = ("boundaries",)
    LAZY: ClassVar[bool] = True
    segmentation: str  # follows from document, version and languages
    text_version: int
    languages: tuple[LanguageRange, ...]
    tool: str
    boundaries: str = ""


SegmentationEvent = TextSegmented | ContentErased


@dataclass(frozen=True, slots=True)
class Segmentation:
    """By which tool each version of the text was segmented, in which languages: by the ids of segmentations."""

    tools: Map[str, str] = EMPTY


def segmentation_id(document: UUID, text_version: int, languages: Sequence[LanguageRange]) -> str:
    """The name of what is found in a version of a text in its languages, on every server the same."""
    told = ",".join([f"{it.start}-{it.end}:{it.lang}" for it in languages])
    return str(uuid5(document, f"segmentation/{text_version}/{told}"))


def evolve(state: Segmentation, event: SegmentationEvent) -> Segmentation:
    """The segmentations after one more event."""
    match event:
        case TextSegmented():
            return replace(state, tools=state.tools.set(event.segmentation, event.tool))
        case ContentErased():
            return state  # the events that brought them do not have them any more
        case _:
            assert_never(event)


def segment(state: Segmentation, found: TextSegmented, document: Document) -> Sequence[TextSegmented]:
    """What was found, unless it is known, or the text is another or gone meanwhile."""
    current = (document.text_version, document.languages)
    overtaken = document.text_erased or (found.text_version, found.languages) != current
    return [] if overtaken or found.segmentation in state.tools else [found]


DECIDER: Decider[Segmentation] = Decider(KIND, Segmentation(), evolve)
