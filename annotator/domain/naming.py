"""Finding known names in a text: all at once, whatever their number, in several scripts and with common endings.

Names are looked for in the folded text (see `folding`). A match must begin and end where a word does, except in
scripts without spaces. What may stand between a name and the edge of its word is listed here: a plural or genitive,
a case ending in Cyrillic, the clitics before a word in Arabic.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ahocorasick_rs import AhoCorasick, MatchKind

from annotator.domain.folding import Folded, folded, folded_text

SHORTEST = 2
"""Folded characters that a name must have; one that is written without spaces, as in Chinese, as well."""
ENDED = 4
"""A word with an ending that is looked past has more letters than this."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name, and what it is a name of. ``label`` is what its matches are marked with."""

    name: str
    label: str
    entity: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of a text that names something; ``entity`` is None when it may be one of several."""

    start: int
    end: int
    label: str
    entity: str | None


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a needle stands for. ``cased``: somewhere in the match there must be a capital letter.

    ``exact`` is the name when it is short and in capitals: "US" is not "us", nor "Us".
    """

    label: str
    entity: str | None
    cased: bool
    exact: str | None


@dataclass(slots=True)
class Names:
    """Names ready to be found. Building takes about a second for 200,000 names."""

    _needles: list[str] = field(default_factory=list)
    _entries: list[list[_Entry]] = field(default_factory=list)
    _automaton: AhoCorasick | None = None

    @classmethod
    def of(cls, named: Iterable[Named]) -> "Names":
        """The names, once each; those that are too short are left out."""
        by_needle: dict[str, list[_Entry]] = {}
        for each in named:
            whole = folded_text(each.name)
            if len(whole) < SHORTEST and not _spaceless(whole):
                continue
            entry = _Entry(each.label, each.entity, _is_cased(each.name), _exact(each.name))
            for needle in {whole, _stem(whole)}:
                entries = by_needle.setdefault(needle, [])
                if entry not in entries:
                    entries.append(entry)
        needles = sorted(by_needle)
        automaton = (
            AhoCorasick(needles, matchkind=MatchKind.Standard, store_patterns=False) if needles else None
        )
        return cls(needles, [by_needle[needle] for needle in needles], automaton)

    def find(self, text: str) -> list[Found]:
        """The longest names, in order; names of different labels may overlap, those of one label may not."""
        if self._automaton is None:
            return []
        at = folded(text)
        by_label: dict[str, dict[tuple[int, int], set[str | None]]] = {}
        for number, start, end in self._automaton.find_matches_as_indexes(at.text, overlapping=True):
            edges = _word(at, start, end)
            if edges is None:
                continue
            span = _trimmed(text, *at.span(*edges))
            said = text[span[0] : span[1]]
            if not said:
                continue  # a name of nothing but signs
            for entry in self._entries[number]:
                if entry.exact is not None and not _begins_with(said, entry.exact):
                    continue
                if entry.cased and said == said.lower() and _has_case(said):
                    continue
                by_label.setdefault(entry.label, {}).setdefault(span, set()).add(entry.entity)
        return sorted(
            (
                Found(start, end, label, next(iter(entities)) if len(entities) == 1 else None)
                for label, spans in by_label.items()
                for (start, end), entities in _longest(spans)
            ),
            key=lambda found: (found.start, -found.end, found.label),
        )


def _longest(
    spans: Mapping[tuple[int, int], set[str | None]],
) -> Iterator[tuple[tuple[int, int], set[str | None]]]:
    edge = 0
    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        if span[0] >= edge:
            edge = span[1]
            yield span, spans[span]


# --- words -----------------------------------------------------------------------------------------------------

_LATIN = ("", "s", "es", "'s", "s'")
_CYRILLIC = frozenset(
    folded_text(ending)
    for ending in (
        *(
            "",
            "а",
            "я",
            "у",
            "ю",
            "ы",
            "и",
            "е",
            "о",
            "ь",
            "ом",
            "ем",
            "ой",
            "ей",
            "ою",
            "ею",
            "ам",
            "ям",
            "ах",
            "ях",
        ),
        *(
            "ами",
            "ями",
            "ов",
            "ев",
            "ия",
            "ию",
            "ии",
            "ией",
            "ье",
            "ых",
            "их",
            "ым",
            "им",
            "ого",
            "его",
            "ому",
            "ему",
        ),
        *("ая", "ую", "ые", "ый", "ий", "й", "иях", "иям", "иями", "ії", "ію", "ією", "і", "ів"),
    )
)
_CLITICS = (
    "و",
    "ف",
    "ب",
    "ل",
    "ك",
    "س",
    "ال",
    "وال",
    "بال",
    "فال",
    "كال",
    "لل",
    "ولل",
    "وب",
    "ول",
    "وك",
    "فب",
    "فل",
)
_PART = re.compile(r"[а-яёіїєґ]{5,}$")
_CYRILLIC_END = re.compile(r"(ия|ий|ья|[аяыиеуюоьй])$")


def _stem(name: str) -> str:
    """The name without the ending of its last word, where cases change it."""
    last = _PART.search(name)
    if last is None:
        return name
    return name[: last.start()] + _CYRILLIC_END.sub("", last.group())


def _word(at: Folded, start: int, end: int) -> tuple[int, int] | None:
    """The match with its ending, if it is a whole word so; clitics before it are no part of it."""
    text = at.text
    if text[start] == " " or text[end - 1] == " ":
        return None
    if not _spaceless(text[start]) and not _begins(text, start):
        return None
    if _spaceless(text[end - 1]):
        return start, end
    stop = end
    while stop < len(text) and stop - end <= 4 and _is_inside(text[stop]):
        stop += 1
    if stop < len(text) and _is_inside(text[stop]):
        return None
    rest = text[end:stop]
    if rest == "":
        return start, end
    word = text[text.rfind(" ", 0, end) + 1 : end]
    endings = _endings(text[end - 1])
    if len(word) + len(rest) > ENDED and rest in endings:
        # The genitive's s is none of the name: "Assad's" names Assad.
        return start, end if rest == "'s" else stop
    return (start, end) if rest.startswith("'") else None


def _begins(text: str, start: int) -> bool:
    before = start
    while before > 0 and _is_inside(text[before - 1]) and text[before - 1] != "'":
        before -= 1
    prefix = text[before:start]
    return prefix == "" or (prefix in _CLITICS and start - before <= 3)


def _endings(letter: str) -> Collection[str]:
    name = unicodedata.name(letter, "")
    if name.startswith("CYRILLIC"):
        return _CYRILLIC
    return _LATIN if name.startswith("LATIN") else ()


def _is_inside(character: str) -> bool:
    """Whether a character goes on with a word."""
    return character.isalnum() or character == "'"


def _spaceless(text: str) -> bool:
    """Whether the script does without spaces between words."""
    return any(unicodedata.name(each, "").startswith(_WITHOUT_SPACES) for each in text)


_WITHOUT_SPACES = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while end > start and not (
        text[end - 1].isalnum() or unicodedata.combining(text[end - 1]) or text[end - 1] in ".)"
    ):
        end -= 1
    return start, end


# --- case ------------------------------------------------------------------------------------------------------


def _is_cased(name: str) -> bool:
    return any(each.isupper() for each in name)


def _has_case(text: str) -> bool:
    return text != text.upper() or text != text.lower()


def _exact(name: str) -> str | None:
    """The name when its capitals tell it from an everyday word."""
    short = name.strip()
    return short if len(short) <= 4 and short.isupper() else None


def _begins_with(said: str, exact: str) -> bool:
    return said.startswith(exact)
