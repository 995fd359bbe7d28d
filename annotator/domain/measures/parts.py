"""From the finished sets of one document to what it adds to each measure of agreement."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import msgspec
import numpy as np

from annotator.domain.aggregation.tokens import WORD
from annotator.domain.annotation_set import Annotation
from annotator.domain.label_schema import LabelSchema
from annotator.domain.measures.alignment import Units, units
from annotator.domain.measures.gamma import SAMPLES, Gamma, gamma
from annotator.domain.measures.nominal import MISSING, Floats, Ints, confusion, counts_of
from annotator.domain.measures.spans import Mark, matched
from annotator.domain.measures.sums import Disorder, Matched, Named, Pair, Part
from annotator.domain.measures.unitizing import disorders
from annotator.domain.register import Register, resolve
from annotator.domain.values import Spans
from annotator.domain.voting import Voter

Key = tuple[str, str]
"""The layer, and what is measured within it; an empty name is the whole layer."""

LABELS: Key = ("label", "")
LINKS: Key = ("link", "")


@dataclass(frozen=True, slots=True)
class Finished:
    """A document that two annotators or more have finished. ``text`` is None where it was erased."""

    document: str
    text: str | None
    voters: tuple[Voter, ...]


def parts_of(finished: Finished, schema: LabelSchema, register: Register | None = None) -> dict[Key, Part]:
    """What the document says, by what is measured. Labels that nobody uses in it are there, too.

    By ``register`` it is known which entities have been merged into others.
    """
    voters = sorted(finished.voters, key=lambda voter: voter.author)
    who = [voter.author for voter in voters]
    marks = [sorted({(mark.label, mark.spans) for mark in voter.annotations}) for voter in voters]
    labels = sorted({label for one in marks for label, _ in one} | set(schema.labels))
    words = None if finished.text is None else _words(finished.text)
    found: dict[Key, Part] = {}
    masks: dict[str, Ints] = {}
    units: dict[str, Disorder] = {}
    for label in labels:
        ours = [[mark for mark in one if mark[0] == label] for one in marks]
        if words is not None and finished.text:
            masks[label] = np.array([_covered(words, one) for one in ours])
            units[label] = _unitized(ours, len(finished.text))
        named = None if label not in masks else _named(who, masks[label], ("", label))
        found["label", label] = Part(_pairwise(who, ours, label), named, units.get(label))
    found[LABELS] = Part(
        _pairwise(who, marks, None),
        _together(who, masks) if masks else None,
        _sum(units.values()) if units else None,
    )
    found[LINKS] = Part(_linked(voters))
    found.update(_attributes(voters, schema))
    found.update(_entities(voters, register or Register()))
    found.update(_document_labels(voters))
    return found


def gamma_of(finished: Finished, *, seed: int, samples: int = SAMPLES) -> Disorder | None:
    """The disorder of the document's marks; None where nothing was marked."""
    types = sorted({mark.label for voter in finished.voters for mark in voter.annotations})
    place = {label: n for n, label in enumerate(types)}
    found = gamma([_units(voter, place) for voter in finished.voters], seed=seed, samples=samples)
    if not isinstance(found, Gamma):
        return None
    least = found.observed / (1.0 - found.low) if found.observed > 0.0 else found.expected
    return Disorder(found.observed, found.expected, (1.0 - found.high) * found.expected, least)


def _units(voter: Voter, place: Mapping[str, int]) -> Units:
    return units(
        sorted({(mark.spans[0][0], mark.spans[-1][1], place[mark.label]) for mark in voter.annotations})
    )


Said = tuple[str, Spans]


def _pairwise(who: Sequence[str], marks: Sequence[Sequence[Said]], label: str | None) -> dict[Pair, Matched]:
    """``label`` None: marks of one annotator and the other match only under one label all the same."""
    numbers = {name: n for n, name in enumerate(sorted({name for one in marks for name, _ in one}))}
    told: list[list[Mark]] = [[(numbers[name], spans) for name, spans in one] for one in marks]
    return {
        (who[a], who[b]): Matched(
            matched(told[a], told[b], "exact"), matched(told[a], told[b], "half"), len(told[a]) + len(told[b])
        )
        for a, b in combinations(range(len(who)), 2)
    }


Words = tuple[Ints, Ints]


def _words(text: str) -> Words:
    found = [match.span() for match in WORD.finditer(text)]
    table = np.array(found, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _covered(words: Words, marks: Sequence[Said]) -> Ints:
    """By word, 1 where a mark touches it."""
    starts, ends = words
    mask = np.zeros(len(starts), dtype=np.int64)
    for _, spans in marks:
        for start, end in spans:
            first, last = (
                np.searchsorted(ends, start, side="right"),
                np.searchsorted(starts, end, side="left"),
            )
            mask[first:last] = 1
    return mask


def _together(who: Sequence[str], masks: Mapping[str, Ints]) -> Named:
    """Words under all the labels at once: a value is the set of labels that a word carries."""
    labels = [label for label, mask in masks.items() if mask.any()]
    if not labels:
        return _named(who, np.zeros_like(next(iter(masks.values()))), ("",))
    # Sets of labels are told from each other one label after the other, so that there may be any number of them.
    sets: list[tuple[str, ...]] = [()]
    numbers = np.zeros_like(masks[labels[0]])
    for label in labels:
        found, numbers = np.unique(numbers * 2 + masks[label], return_inverse=True)
        numbers = numbers.reshape(masks[label].shape).astype(np.int64)
        sets = [(*sets[n // 2], label) if n % 2 else sets[n // 2] for n in found.tolist()]
    return _named(who, numbers, [" ".join(one) for one in sets])


def _named(who: Sequence[str], answers: Ints, names: Sequence[str]) -> Named:
    """``answers[annotator, item]`` are numbers of names, or ``MISSING``."""
    pairs = {}
    for a, b in combinations(range(len(who)), 2):
        cells = confusion(answers[a], answers[b], values=len(names))
        pairs[who[a], who[b]] = {
            (names[i], names[j]): int(cells[i, j]) for i, j in zip(*np.nonzero(cells), strict=True)
        }
    counts = counts_of(answers, values=len(names)).astype(np.float64)
    raters = counts.sum(axis=1)
    paired, answered = counts[raters >= 2], raters[raters >= 2]
    squares = (paired * paired).sum(axis=1)
    disagreed = float(((answered**2 - squares) / (answered - 1.0)).sum())
    even = {}
    for number in sorted({int(each) for each in answered.tolist()}):
        some = answered == number
        agreed = float(((squares[some] - number) / (number * (number - 1.0))).sum())
        even[number] = (agreed, int(some.sum()), _given(paired[some], names))
    return Named(pairs, _given(paired, names), disagreed, even)


def _given(counts: Floats, names: Sequence[str]) -> dict[str, float]:
    return {names[n]: float(total) for n, total in enumerate(counts.sum(axis=0)) if total}


def _unitized(marks: Sequence[Sequence[Said]], length: int) -> Disorder:
    observed, expected, _ = disorders(
        [[span for _, spans in one for span in spans] for one in marks], length=length
    )
    return Disorder(observed * length, expected * length, observed * length, expected * length)


def _sum(disorders: Iterable[Disorder]) -> Disorder:
    listed = list(disorders)
    observed, expected = sum(each.observed for each in listed), sum(each.expected for each in listed)
    return Disorder(observed, expected, observed, expected)


def _linked(voters: Sequence[Voter]) -> dict[Pair, Matched]:
    """Links match when their types and both ends do."""
    told = [_links(voter) for voter in voters]
    found = {}
    for a, b in combinations(range(len(voters)), 2):
        same = sum((told[a] & told[b]).values())
        made = told[a].total() + told[b].total()
        found[voters[a].author, voters[b].author] = Matched(same, same, made)
    return found


def _links(voter: Voter) -> Counter[tuple[str, Said, Said]]:
    ends = {mark.id: (mark.label, mark.spans) for mark in voter.annotations}
    return Counter(
        {
            (link.type, ends[link.from_annotation], ends[link.to_annotation])
            for link in voter.links
            if link.from_annotation in ends and link.to_annotation in ends
        }
    )


def _attributes(voters: Sequence[Voter], schema: LabelSchema) -> Iterator[tuple[Key, Part]]:
    """Values on what several marked alike; who left one out gave none. Free text is not compared."""
    marks = [{(mark.label, mark.spans): mark for mark in voter.annotations} for voter in voters]
    shared = [said for said, count in Counter(said for one in marks for said in one).items() if count > 1]
    who = [voter.author for voter in voters]
    for label in sorted({label for label, _ in shared} & set(schema.labels)):
        items = sorted(spans for other, spans in shared if other == label)
        for attribute in schema.labels[label].attributes:
            if attribute.kind == "text":
                continue
            given = [[_value(one.get((label, spans)), attribute.key) for spans in items] for one in marks]
            yield ("attribute", f"{label}.{attribute.key}"), Part(named=_told(who, given))


def _entities(voters: Sequence[Voter], register: Register) -> Iterator[tuple[Key, Part]]:
    """Entities on what several marked alike and somebody named one for; who named none says that there is none."""
    marks = [{(mark.label, mark.spans): mark for mark in voter.annotations} for voter in voters]
    shared = Counter(said for one in marks for said in one)
    named = {said for one in marks for said, mark in one.items() if mark.entity and shared[said] > 1}
    who = [voter.author for voter in voters]
    for label in sorted({label for label, _ in named}):
        items = sorted(said for said in named if said[0] == label)
        given = [[_entity(one.get(said), register) for said in items] for one in marks]
        yield ("entity", label), Part(named=_told(who, given))


def _entity(mark: Annotation | None, register: Register) -> str | None:
    if mark is None:
        return None
    return "" if mark.entity is None else resolve(register, mark.entity) or mark.entity


def _value(mark: Annotation | None, key: str) -> str | None:
    return None if mark is None else msgspec.json.encode(mark.attributes.get(key)).decode()


def _document_labels(voters: Sequence[Voter]) -> Iterator[tuple[Key, Part]]:
    who = [voter.author for voter in voters]
    for label in sorted({label for voter in voters for label in voter.document_labels}):
        given = [[voter.document_labels.get(label, "")] for voter in voters]
        yield ("document_label", label), Part(named=_told(who, given))


def _told(who: Sequence[str], given: Sequence[Sequence[str | None]]) -> Named:
    names = sorted({value for one in given for value in one if value is not None})
    place = {value: n for n, value in enumerate(names)}
    answers = [[MISSING if value is None else place[value] for value in one] for one in given]
    return _named(who, np.array(answers, dtype=np.int64).reshape(len(who), -1), names)
