"""The header of a WebAnno TSV 3 file: which layer's feature stands in which column."""

from dataclasses import dataclass, field

SPAN, RELATION, CHAIN = "#T_SP=", "#T_RL=", "#T_CH="


@dataclass(slots=True)
class Slot:
    """Two columns after one another: roles, and what they lead to."""

    name: str
    column: int
    target: str  # a layer, or uima.tcas.Annotation for any


@dataclass(slots=True)
class Layer:
    name: str
    kind: str
    features: dict[str, int] = field(default_factory=dict)  # by name, the column after the word, from 0
    slots: list[Slot] = field(default_factory=list)
    first: int = 0  # column
    base: int = -1  # column of the other end of a relation
    target: str = ""

    @property
    def short(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def columns(self) -> list[int]:
        return [*self.features.values()] or [self.first]


def layer_of(line: str, column: int) -> tuple[Layer, int]:
    """The layer that a line of the header tells, and the first column after it."""
    kind = line[: len(SPAN)]
    name, *given = line[len(SPAN) :].split("|")
    layer = Layer(name, kind, first=column)
    names = [part for part in given if part]
    while names:
        said = names.pop(0)
        if said.startswith("ROLE_") and names:
            layer.slots.append(Slot(said.rpartition(":")[2].partition("_")[0], column, names.pop(0)))
            column += 2
        elif said.startswith("BT_"):
            layer.base, layer.target = column, said.removeprefix("BT_")
            column += 1
        else:
            layer.features[said] = column
            column += 1
    if kind == SPAN and not layer.features and not layer.slots:
        column += 1
    return layer, column
