"""What annotators answered, as arrays in one canonical order.

A unit is a stretch of a document that is answered as a whole: the document, or a part of it that annotators
finish on its own. An annotator who saw a unit and marked nothing there says "nothing here"; one who did not
see it says nothing. Offsets count code points of the unit's text, half-open.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from annotator.domain.aggregation.arrays import Ints, ints, ranks

Pieces = tuple[tuple[int, int], ...]
"""The stretches of a mark, in order of the text."""


class TypeUnknown(Exception):
    """A mark has a type that the project does not have."""


class UnitNotSeen(Exception):
    """An annotator marked something in a unit that they are not said to have seen."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one annotator finished in one unit; no marks say that there is nothing."""

    document: str
    annotator: str
    marks: tuple[tuple[str, Pieces], ...] = ()
    unit: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Sheets as columns. ``documents`` and ``annotators`` are sorted, ``types`` in the schema's order.

    Units are in order of document and of their number in it; ``seen_*`` has a row per sheet in order of
    (unit, annotator); ``mark_*`` a row per mark in order of (unit, annotator, start, end, type, shape), none
    twice. ``mark_shape`` is -1 for one stretch, else the index in ``shapes`` of the stretches between
    ``mark_start`` and ``mark_end``. ``texts`` by unit, where the text is known.
    """

    documents: tuple[str, ...]
    annotators: tuple[str, ...]
    types: tuple[str, ...]
    unit_document: Ints
    unit_number: Ints
    seen_unit: Ints
    seen_annotator: Ints
    mark_unit: Ints
    mark_annotator: Ints
    mark_type: Ints
    mark_start: Ints
    mark_end: Ints
    mark_shape: Ints
    shapes: tuple[Pieces, ...] = ()
    texts: tuple[str, ...] | None = None

    @property
    def units(self) -> int:
        """How many units there are."""
        return len(self.unit_document)

    def voters(self) -> Ints:
        """By unit, how many annotators saw it."""
        return np.bincount(self.seen_unit, minlength=self.units)

    def pieces(self, mark: int) -> Pieces:
        """The stretches of a mark."""
        shape = int(self.mark_shape[mark])
        return self.shapes[shape] if shape >= 0 else ((int(self.mark_start[mark]), int(self.mark_end[mark])),)


def answers(
    sheets: Iterable[Sheet],
    types: Sequence[str],
    *,
    texts: Mapping[tuple[str, int], str] | None = None,
) -> Answers:
    """The sheets as arrays, whatever their order. ``texts`` by (document, unit) must name every unit, if given.

    Two sheets of one annotator for one unit count as one with the marks of both.
    """
    listed = list(sheets)
    units = sorted({(sheet.document, sheet.unit) for sheet in listed})
    documents = tuple(sorted({sheet.document for sheet in listed}))
    annotators = tuple(sorted({sheet.annotator for sheet in listed}))
    place = {document: n for n, document in enumerate(documents)}
    unit_of = {unit: n for n, unit in enumerate(units)}
    who = {annotator: n for n, annotator in enumerate(annotators)}
    kinds = {key: n for n, key in enumerate(types)}
    marks = [
        (unit_of[sheet.document, sheet.unit], who[sheet.annotator], _kind(kinds, key), tuple(sorted(pieces)))
        for sheet in listed
        for key, pieces in sheet.marks
    ]
    shapes = tuple(sorted({pieces for *_, pieces in marks if len(pieces) > 1}))
    shape_of = {pieces: n for n, pieces in enumerate(shapes)}
    return columns(
        documents=documents,
        annotators=annotators,
        types=tuple(types),
        unit_document=ints([place[document] for document, _ in units]),
        unit_number=ints([number for _, number in units]),
        seen_unit=ints([unit_of[sheet.document, sheet.unit] for sheet in listed]),
        seen_annotator=ints([who[sheet.annotator] for sheet in listed]),
        mark_unit=ints([mark[0] for mark in marks]),
        mark_annotator=ints([mark[1] for mark in marks]),
        mark_type=ints([mark[2] for mark in marks]),
        mark_start=ints([mark[3][0][0] for mark in marks]),
        mark_end=ints([mark[3][-1][1] for mark in marks]),
        mark_shape=ints([shape_of.get(mark[3], -1) for mark in marks]),
        shapes=shapes,
        texts=None if texts is None else tuple(texts[unit] for unit in units),
    )


def columns(
    *,
    documents: tuple[str, ...],
    annotators: tuple[str, ...],
    types: tuple[str, ...],
    unit_document: Ints,
    unit_number: Ints,
    seen_unit: Ints,
    seen_annotator: Ints,
    mark_unit: Ints,
    mark_annotator: Ints,
    mark_type: Ints,
    mark_start: Ints,
    mark_end: Ints,
    mark_shape: Ints | None = None,
    shapes: tuple[Pieces, ...] = (),
    texts: tuple[str, ...] | None = None,
) -> Answers:
    """Columns brought into order, with what is there twice left out. ``unit_document`` must be in order.

    Raises:
        UnitNotSeen: a mark's annotator is not among those who saw its unit.
    """
    shape = np.full(len(mark_unit), -1, dtype=np.int64) if mark_shape is None else mark_shape
    seen = _distinct((seen_unit, seen_annotator))
    marks = _distinct((mark_unit, mark_annotator, mark_start, mark_end, mark_type, shape))
    unit, annotator, start, end, kind, form = marks
    if not np.isin(unit * len(annotators) + annotator, seen[0] * len(annotators) + seen[1]).all():
        raise UnitNotSeen
    return Answers(
        documents=documents,
        annotators=annotators,
        types=types,
        unit_document=unit_document,
        unit_number=unit_number,
        seen_unit=seen[0],
        seen_annotator=seen[1],
        mark_unit=unit,
        mark_annotator=annotator,
        mark_type=kind,
        mark_start=start,
        mark_end=end,
        mark_shape=form,
        shapes=shapes,
        texts=texts,
    )


def _kind(kinds: Mapping[str, int], key: str) -> int:
    if key not in kinds:
        raise TypeUnknown(key)
    return kinds[key]


def _distinct(keys: tuple[Ints, ...]) -> tuple[Ints, ...]:
    order, rank = ranks(keys)
    if not len(order):
        return keys
    ordered = rank[order]
    kept = order[np.concatenate(([True], ordered[1:] != ordered[:-1]))]
    return tuple(key[kept] for key in keys)
