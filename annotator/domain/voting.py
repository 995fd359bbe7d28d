"""Votes on a text: who voted, and what the candidates are.

A voter is the author of a finished set; a set that is finished and empty votes for "nothing here", an open
one is no vote. Machines never vote. Nothing here depends on the order in which authors or events came.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from msgspec import Struct

from annotator.domain.annotation_set import Annotation, AnnotationSet, Link
from annotator.domain.stretches import Place, alike, candidate_key, place
from annotator.domain.values import AuthorClass, Spans


@dataclass(frozen=True, slots=True)
class Voter:
    """An author's finished set. ``versions``: which version of the stream changed a mark or link last."""

    author: str
    annotations: tuple[Annotation, ...] = ()
    links: tuple[Link, ...] = ()
    document_labels: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)


class Vote(Struct, frozen=True, order=True, gc=False):
    """One author's vote: the annotation or link that gives it, empty where the author marked nothing."""

    author: str
    annotation: str | None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A label on stretches of the text, with the annotations that vote for it by author."""

    key: str
    label: str
    spans: Spans
    order: int
    marks: Mapping[str, Annotation]
    place: Place = field(init=False, repr=False, compare=False)
    """Its place in the text: see ``place``."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", place(self.label, self.spans, self.order))


def voters(
    sets: Mapping[str, AnnotationSet],
    *,
    authors: Mapping[str, AuthorClass],
    text_version: int,
    versions: Mapping[str, Mapping[str, int]] | None = None,
) -> list[Voter]:
    """Those of the sets, by author, that vote, in order of author.

    Left out are open sets, machines, and sets with a mark on another version of the text: their authors
    have not seen this one.
    """
    voting = []
    for author, state in sorted(sets.items()):
        if not state.finished or authors.get(author) == "machine":
            continue
        marks = tuple(state.annotations.values())
        if {mark.text_version for mark in marks} <= {text_version}:
            voting.append(
                Voter(
                    author=author,
                    annotations=marks,
                    links=tuple(state.links.values()),
                    document_labels=dict(state.document_labels.items()),
                    versions=(versions or {}).get(author, {}),
                )
            )
    return voting


def candidates(voters: Iterable[Voter], label_order: Mapping[str, int]) -> list[Candidate]:
    """Every label on every stretch that a voter marked, in order of the text.

    Somebody who marked the same thing twice votes once, by the annotation with the smallest id.
    """
    found: dict[tuple[str, Spans], dict[str, Annotation]] = {}
    for voter in sorted(voters, key=lambda voter: voter.author):
        for annotation in sorted(voter.annotations, key=attrgetter("id")):
            marks = found.setdefault((annotation.label, annotation.spans), {})
            marks.setdefault(voter.author, annotation)
    listed = [
        Candidate(candidate_key(label, spans), label, spans, label_order.get(label, 0), marks)
        for (label, spans), marks in found.items()
    ]
    return sorted(listed, key=attrgetter("place"))


def compete(one: Candidate, other: Candidate) -> bool:
    """Whether the two answer the same question, so that at most one of them can stand.

    Boundary variants of one label compete, and different labels on much the same stretch. Whoever marked both
    says that they do not: so nested annotations of one label stand side by side.
    """
    if not one.marks.keys().isdisjoint(other.marks.keys()):
        return False
    return alike(one.label, one.spans, other.label, other.spans)


def groups(found: Sequence[Candidate], apart: Sequence[frozenset[str]] = ()) -> list[list[Candidate]]:
    """Candidates that compete, directly or by way of others, together; ``found`` is in order of the text.

    ``apart``: sets of annotations whose candidates a curator has told apart; no two of a set compete.
    """
    told_apart = [
        {candidate.key for candidate in found if any(mark.id in ids for mark in candidate.marks.values())}
        for ids in apart
    ]
    leader = list(range(len(found)))

    def lead(n: int) -> int:
        while leader[n] != n:
            leader[n] = leader[leader[n]]
            n = leader[n]
        return n

    reaching: list[int] = []
    for n, candidate in enumerate(found):
        start = candidate.spans[0][0]
        reaching = [m for m in reaching if found[m].spans[-1][1] > start]
        for m in reaching:
            if not compete(found[m], candidate):
                continue
            pair = {found[m].key, candidate.key}
            if not any(pair <= keys for keys in told_apart):
                first, second = sorted((lead(m), lead(n)))
                leader[second] = first
        reaching.append(n)
    grouped: dict[int, list[Candidate]] = {}
    for n, candidate in enumerate(found):
        grouped.setdefault(lead(n), []).append(candidate)
    return list(grouped.values())
