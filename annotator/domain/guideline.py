"""The guideline of a project: a text in Markdown that says how to annotate, in numbered versions.

A version's text lies with the erasable contents; its number, its length and its SHA-256 are in the event, so that
whatever was marked or decided names the guideline it was made under by its place in the log.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, assert_never

from immutables import Map
from msgspec import Meta

from annotator.domain.erasure import ContentErased
from annotator.domain.ids import keyed_id
from annotator.domain.label_schema import LabelSchema, LabelUnknown
from annotator.domain.maps import EMPTY, without
from annotator.domain.project import Project, require_open
from annotator.domain.refusals import Refusal
from annotator.domain.values import Command, Key
from events.decider import Decider

KIND = "guideline"

Version = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Markdown = Annotated[str, Meta(min_length=1, max_length=200_000)]
SectionKey = Annotated[
    str, Meta(min_length=1, max_length=200, description="A section as `sections` names it")
]


class WriteGuideline(Command, frozen=True, kw_only=True):
    """Give the guideline a new version. ``based_on`` is the version that was on the screen, 0 for none."""

    text: Markdown
    based_on: Version
    note: Annotated[str, Meta(max_length=2000)] = ""


class LinkSection(Command, frozen=True, kw_only=True):
    """Say which section of the guideline speaks of a label; None leaves it to the headings."""

    label: Key
    section: SectionKey | None = None


GuidelineCommand = WriteGuideline | LinkSection


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidelineWritten:
    """This version of the guideline holds from here on. ``sha256`` of its UTF-8, ``length`` in code points."""

    ENTITY: ClassVar[str | None] = None
    PRIVATE: ClassVar[tuple[str, ...]] = ("text", "note")
    LAZY: ClassVar[bool] = True
    version: int
    sha256: str
    length: int
    text: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class SectionLinked:
    """The label's section is this; None leaves it to the headings."""

    ENTITY: ClassVar[str | None] = "id"
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    id: str
    label: str
    section: str | None


GuidelineEvent = GuidelineWritten | SectionLinked | ContentErased


@dataclass(frozen=True, slots=True)
class Guideline:
    """The version that holds, 0 before the first, and the sections that labels were linked to."""

    version: int = 0
    sha256: str = ""
    links: Map[str, str] = EMPTY


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules look at. ``sections``: keys of the sections of the version that holds."""

    project: Project
    schema: LabelSchema
    sections: frozenset[str] = frozenset()


class GuidelineChangedMeanwhile(Refusal):
    """Somebody else wrote a version meanwhile; look at what changed and put yours on top of it."""


class SectionUnknown(Refusal):
    """The guideline has no such section."""


def evolve(state: Guideline, event: GuidelineEvent) -> Guideline:
    """The guideline after one more event."""
    match event:
        case GuidelineWritten():
            return replace(state, version=event.version, sha256=event.sha256)
        case SectionLinked(_, label, section):
            links = without(state.links, label) if section is None else state.links.set(label, section)
            return replace(state, links=links)
        case ContentErased():
            return state  # what was erased is not folded
        case _:
            assert_never(event)


def decide(command: GuidelineCommand, state: Guideline, context: Context) -> Sequence[GuidelineEvent]:
    """The events that fulfil a command."""
    require_open(context.project)
    match command:
        case WriteGuideline():
            return _write(command, state)
        case LinkSection(label=label, section=section):
            if label not in context.schema.labels:
                raise LabelUnknown(label=label, known=sorted(context.schema.labels), pointer="/label")
            if section is not None and section not in context.sections:
                raise SectionUnknown(section=section, known=sorted(context.sections), pointer="/section")
            if state.links.get(label) == section:
                return []
            return [SectionLinked(keyed_id("guideline_section", label), label, section)]
        case _:
            assert_never(command)


def _write(command: WriteGuideline, state: Guideline) -> Sequence[GuidelineEvent]:
    sha256 = hashlib.sha256(command.text.encode()).hexdigest()
    if sha256 == state.sha256:
        return []
    if command.based_on != state.version:
        raise GuidelineChangedMeanwhile(version=state.version, pointer="/based_on")
    written = GuidelineWritten(
        version=state.version + 1,
        sha256=sha256,
        length=len(command.text),
        text=command.text,
        note=command.note,
    )
    return [written]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what follows it up to the next one; ``text`` begins with the heading's line.

    What stands before the first heading is a section of level 0 without a title.
    """

    key: str
    title: str
    level: int
    text: str


_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_FENCE = re.compile(r"^ {0,3}(```|~~~)")


def sections(text: str) -> list[Section]:
    """The sections of a text in order. Keys follow from the titles; of the same title the second is ``title-2``."""
    found: list[Section] = []
    lines: list[str] = []
    level, title, fence = 0, "", ""
    taken: set[str] = set()

    def end() -> None:
        body = "\n".join(lines).strip()
        if body:
            found.append(Section(_key(title, taken), title, level, body))
        lines.clear()

    for line in text.splitlines():
        mark = _FENCE.match(line)
        if mark:
            fence = "" if fence == mark[1] else fence or mark[1]
        heading = None if fence or mark else _HEADING.match(line)
        if heading:
            end()
            level, title = len(heading[1]), _plain(heading[2])
        lines.append(line)
    end()
    return found


def section_of(label: str, name: str, found: Sequence[Section], links: Mapping[str, str]) -> str | None:
    """The section that speaks of a label: the one it was linked to, else one that is headed by its name or key."""
    keys = {each.key for each in found}
    linked = links.get(label)
    if linked is not None and linked in keys:
        return linked
    return next((key for key in (_slug(name), _slug(label)) if key in keys), None)


def changed_sections(before: str, after: str) -> dict[str, str]:
    """What became of sections from one version to another, by key: ``added``, ``changed`` or ``removed``."""
    old = {each.key: each.text for each in sections(before)}
    new = {each.key: each.text for each in sections(after)}
    became = {key: "changed" if key in old else "added" for key, text in new.items() if old.get(key) != text}
    return {**became, **{key: "removed" for key in old if key not in new}}


def _key(title: str, taken: set[str]) -> str:
    slug = _slug(title) or "section"
    key, number = slug, 1
    while key in taken:
        number += 1
        key = f"{slug}-{number}"
    taken.add(key)
    return key


def _slug(title: str) -> str:
    folded = unicodedata.normalize("NFKC", title).casefold()
    return re.sub(r"[\W_]+", "-", folded).strip("-")[:190]


def _plain(title: str) -> str:
    """A heading's words without marks of emphasis and code."""
    return re.sub(r"[*`]+", "", title).strip()


DECIDER: Decider[Guideline] = Decider(KIND, Guideline(), evolve)
