"""A CAS: a text and feature structures about it, as far as a reader needs to know them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Value = Any  # text, number, flag, Reference, or a list of these


@dataclass(frozen=True, slots=True)
class Reference:
    """To the feature structure of this id."""

    id: str


@dataclass(slots=True)
class Structure:
    id: str
    type: str  # in full: webanno.custom.Span
    features: dict[str, Value]
    line: int
    sofa: str | None = None

    @property
    def name(self) -> str:
        """The type without its package."""
        return self.type.rpartition(".")[2]


@dataclass(slots=True)
class Cas:
    """``ranges`` tells what features hold, by type and name; empty where no type system came along."""

    structures: dict[str, Structure] = field(default_factory=dict)
    text: str | None = None
    sofa: str | None = None
    views: int = 0
    ranges: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    faults: list[tuple[str, str, int]] = field(default_factory=list)  # code, message, line

    def add(self, found: Structure) -> None:
        if found.id in self.structures:
            self.faults.append(("id_twice", f"The id {found.id} is given twice.", found.line))
        self.structures[found.id] = found

    def take_sofa(self, id_: str, text: str | None, name: str | None) -> None:
        """The first view that has a text is the document."""
        if text is None:
            return
        self.views += 1
        if self.text is None or (name == "_InitialView" and self.views > 1):
            self.text, self.sofa = text, id_
