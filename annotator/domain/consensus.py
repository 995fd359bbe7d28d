"""Consensus: from the finished sets of a document and its curators' decisions to gold labels.

Candidates that compete for one question form an item. Votes propose, decisions override; a decision whose
votes have changed since is flagged stale and holds all the same. The result depends on nothing but the
arguments: not on the order of authors, of events or of decisions.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from annotator.domain.annotation_set import Annotation
from annotator.domain.choosing import Chosen, choose
from annotator.domain.curation import LINK_ITEM, Decision
from annotator.domain.gold import (
    Conflict,
    Consensus,
    GoldLabel,
    Item,
    ItemCandidate,
    LinkItem,
    Provenance,
    Score,
    Setting,
    Status,
    is_stale,
    rounded,
)
from annotator.domain.linking import Marked, document_labels, links
from annotator.domain.policy import ModelPolicy
from annotator.domain.register import resolve
from annotator.domain.stretches import Place, alike, candidate_key, overlap, place, shared
from annotator.domain.values import Spans
from annotator.domain.voting import Candidate, Vote, Voter, candidates, compete, groups


def consensus(voters: Sequence[Voter], decisions: Iterable[Decision], setting: Setting) -> Consensus:
    """What the votes and decisions on a document come to."""
    voters = sorted(voters, key=lambda voter: voter.author)
    orders = {key: label.order for key, label in setting.schema.labels.items()}
    made = sorted(decisions, key=lambda decision: decision.id)
    current = [decision for decision in made if decision.text_version == setting.text_version]
    about_links = [decision for decision in current if decision.item.startswith(LINK_ITEM)]
    splits = [decision for decision in current if decision.verdict == "split"]
    others = {decision.id for decision in (*about_links, *splits)}
    about_labels = [decision for decision in current if decision.id not in others]
    grouped = groups(candidates(voters, orders), [_seen(split) for split in splits])
    questions, loose = _questions(grouped, about_labels)
    cast = _Cast([voter.author for voter in voters], {voter.author: voter.versions for voter in voters})
    loose += _with_splits(questions, splits)
    answers = sorted(
        (_answer(question, cast, setting) for question in questions), key=lambda answer: answer.place
    )
    labels = sorted([label for answer in answers for label in answer.labels], key=_place_of(orders))
    standing = {mark: label for answer in answers for mark, label in answer.standing.items()}
    link_items, gold_links, loose_links = links(voters, standing, about_links, setting)
    placed = {decision.id for decision in current} - set(loose) - set(loose_links)
    return Consensus(
        voters=tuple(voter.author for voter in voters),
        items=_with_link_conflicts([answer.item for answer in answers], labels, link_items),
        labels=tuple(labels),
        link_items=link_items,
        links=gold_links,
        document_labels=document_labels(voters, setting),
        unmatched=tuple(decision.id for decision in made if decision.id not in placed),
    )


def _place_of(orders: Mapping[str, int]) -> Callable[[GoldLabel], Place]:
    return lambda label: place(label.label, label.spans, orders.get(label.label, 0))


def _with_link_conflicts(
    items: Sequence[Item], labels: Sequence[GoldLabel], link_items: Sequence[LinkItem]
) -> tuple[Item, ...]:
    ends = {end for link in link_items if link.status == "disputed" for end in (link.from_key, link.to_key)}
    linked = {label.provenance.item for label in labels if label.key in ends}
    return tuple(
        msgspec.structs.replace(item, conflict="link")
        if item.conflict is None and item.key in linked
        else item
        for item in items
    )


# Which decision is about which candidates


@dataclass(slots=True)
class _Question:
    """Candidates that compete, and the decisions about them in order of their ids."""

    key: str
    candidates: list[Candidate]
    decisions: list[Decision] = field(default_factory=list)
    splits: list[Decision] = field(default_factory=list)


def _seen(split: Decision) -> frozenset[str]:
    return frozenset(vote.annotation for vote in split.votes if vote.annotation is not None)


def _with_splits(questions: Sequence[_Question], splits: Sequence[Decision]) -> list[str]:
    """Tell each question which decisions made it one of its own; those whose marks are gone are about nothing."""
    loose = []
    for split in splits:
        seen = _seen(split)
        parts = [question for question in questions if _marked(question) & seen]
        for question in parts:
            question.splits.append(split)
        if not parts:
            loose.append(split.id)
    return loose


def _marked(question: _Question) -> set[str]:
    return {mark.id for found in question.candidates for mark in found.marks.values()}


def _questions(
    grouped: Sequence[list[Candidate]], decisions: Sequence[Decision]
) -> tuple[list[_Question], list[str]]:
    """The questions with their decisions, and the decisions that are about nothing any more.

    Items change as votes come in, so a decision is found again by its candidate, by its item's key, by the
    annotations that it saw, or by its place. What a curator put into the text stands even when nobody marks
    it.
    """
    questions = [_Question(group[0].key, group) for group in grouped]
    if not decisions:
        return questions, []
    finder = _Finder(questions)
    loose: list[str] = []
    for decision in decisions:
        question = finder.find(decision)
        if question is None and decision.verdict in ("accept", "edit"):
            question = finder.add(decision)
        if question is None:
            loose.append(decision.id)
        else:
            question.decisions.append(decision)
    return finder.questions, loose


class _Finder:
    def __init__(self, questions: list[_Question]) -> None:
        self.questions = questions
        self._by_key = {question.key: question for question in questions}
        self._by_candidate = {found.key: question for question in questions for found in question.candidates}
        self._by_annotation = {
            annotation.id: question
            for question in questions
            for found in question.candidates
            for annotation in found.marks.values()
        }

    def find(self, decision: Decision) -> _Question | None:
        key = _key(decision)
        found = self._by_candidate.get(key) or self._by_key.get(decision.item)
        return found or self._by_votes(decision) or self._by_place(decision)

    def add(self, decision: Decision) -> _Question:
        question = _Question(_key(decision), [])
        self.questions.append(question)
        self._by_candidate[question.key] = self._by_key[decision.item] = question
        return question

    def _by_votes(self, decision: Decision) -> _Question | None:
        seen = (self._by_annotation.get(vote.annotation or "") for vote in decision.votes)
        counts = Counter(question.key for question in seen if question is not None)
        if not counts:
            return None
        return self._by_key[min(counts, key=lambda key: (-counts[key], key))]

    def _by_place(self, decision: Decision) -> _Question | None:
        if decision.verdict not in ("accept", "edit") or decision.label is None or decision.spans is None:
            return None
        label, spans = decision.label, decision.spans
        return next((question for question in self.questions if _near(question, label, spans)), None)


def _near(question: _Question, label: str, spans: Spans) -> bool:
    return any(alike(label, spans, found.label, found.spans) for found in question.candidates)


def _key(decision: Decision) -> str:
    return candidate_key(decision.label or "", decision.spans or ())


# What stands


@dataclass(frozen=True, slots=True)
class _Cast:
    """Who votes, in order; with the versions of their marks."""

    authors: Sequence[str]
    versions: Mapping[str, Mapping[str, int]]

    def __len__(self) -> int:
        return len(self.authors)

    def votes(self, found: Candidate) -> tuple[Vote, ...]:
        """The votes for a candidate."""
        return tuple(
            [
                Vote(author, mark.id, self.versions[author].get(mark.id, 0))
                for author, mark in found.marks.items()
            ]
        )


@dataclass(frozen=True, slots=True)
class _Answer:
    """An item settled as far as it goes. ``standing`` says which gold label each candidate has come to."""

    item: Item
    labels: tuple[GoldLabel, ...]
    standing: Mapping[Marked, GoldLabel]
    place: tuple[int, str]


@dataclass(slots=True)
class _Ruling:
    """What the decisions on an item say together, the last one first to be heard."""

    taken: dict[str, Decision] = field(default_factory=dict)
    rejected: set[str] = field(default_factory=set)
    emptied: bool = False

    def hear(self, decision: Decision) -> None:
        key = _key(decision)
        match decision.verdict:
            case "none_of_these":
                self.taken.clear()
                self.emptied = True
            case "reject":
                self.taken.pop(key, None)
                self.rejected.add(key)
            case "accept" | "edit":
                self.taken = {
                    other: kept for other, kept in self.taken.items() if not _rivals(kept, decision)
                }
                self.taken[key] = decision
                self.rejected.discard(key)

    def leaves_open(self, found: Candidate, question: _Question) -> bool:
        """Whether votes still count for a candidate."""
        if self.emptied or found.key in self.rejected or found.key in self.taken:
            return False
        return not any(_excludes(decision, found, question) for decision in self.taken.values())


def _rivals(one: Decision, other: Decision) -> bool:
    return alike(one.label or "", one.spans or (), other.label or "", other.spans or ())


def _excludes(decision: Decision, found: Candidate, question: _Question) -> bool:
    taken = next((candidate for candidate in question.candidates if candidate.key == _key(decision)), None)
    if taken is not None:
        return compete(taken, found)
    return alike(decision.label or "", decision.spans or (), found.label, found.spans)


def _answer(question: _Question, cast: _Cast, setting: Setting) -> _Answer:
    ruling = _Ruling()
    for decision in question.decisions:
        ruling.hear(decision)
    opinions = {found.key: _opinion(found, question, setting) for found in question.candidates}
    rest = [found for found in question.candidates if ruling.leaves_open(found, question)]
    support = _supports(question, rest, cast, setting)
    standing = _standing(rest, support, setting)
    disputed = _disputed(rest, standing, support, opinions, cast, setting)
    votes = {found.key: cast.votes(found) for found in question.candidates}
    labels = [
        *(_decided(decision, question, votes, setting) for decision in ruling.taken.values()),
        *(_voted(found, support, opinions, votes[found.key], question, cast, setting) for found in standing),
    ]
    item = _item(question, support, opinions, votes, cast, setting, disputed=disputed)
    first = (
        question.candidates[0].spans[0][0] if question.candidates else labels[0].spans[0][0] if labels else 0
    )
    return _Answer(item, tuple(labels), _come_to(question, labels), (first, question.key))


def _opinion(found: Candidate, question: _Question, setting: Setting) -> Chosen:
    label = setting.schema.labels.get(found.label)
    marks = {**(_nearest(found, question) if setting.near else {}), **found.marks}
    authors = sorted(marks)
    return choose(
        [(marks[author].attributes, marks[author].entity) for author in authors],
        label.attributes if label else (),
        lambda entity: resolve(setting.register, entity),
        weights=[setting.weight(author) for author in authors] if setting.weights else None,
    )


CLOSE = 0.5
"""Who marked so much of a label speaks of its attributes, where near marks count."""


def _nearest(found: Candidate, question: _Question) -> dict[str, Annotation]:
    """By author the mark of the same label that covers most of the same, of those who did not mark it itself."""
    near: dict[str, tuple[float, str, Annotation]] = {}
    for other in question.candidates:
        if other.label != found.label or not compete(found, other):
            continue
        close = shared(found.spans, other.spans)
        for author, mark in other.marks.items() if close >= CLOSE else ():
            near[author] = min(
                near.get(author, (0.0, "", mark)), (-close, other.key, mark), key=lambda n: n[:2]
            )
    return {author: mark for author, (_, _, mark) in near.items()}


def _supports(
    question: _Question, rest: Sequence[Candidate], cast: _Cast, setting: Setting
) -> dict[str, float]:
    """By candidate how much speaks for it: a model's word, or the share of the votes."""
    among = cast.authors
    if setting.scores is not None:
        unknown = Score(0.0, False)
        return {found.key: setting.scores.get(found.key, unknown).confidence for found in question.candidates}
    supports = {found.key: setting.share(found.marks, among) for found in question.candidates}
    if getattr(setting.policy, "boundary", "exact") == "overlap":
        supports |= {found.key: setting.share(_pooled(found, rest), among) for found in rest}
    return supports


def _pooled(found: Candidate, rest: Sequence[Candidate]) -> set[str]:
    """Who marked it, or the same label with other bounds."""
    variants = [other for other in rest if other.label == found.label and compete(found, other)]
    return {*found.marks, *(author for other in variants for author in other.marks)}


GRAIN = 9
"""Decimals in which shares must differ to be told apart."""


def _standing(rest: Sequence[Candidate], support: Mapping[str, float], setting: Setting) -> list[Candidate]:
    """Candidates with support enough; of rivals the one with more votes, then the earlier, then the longer."""
    if len(rest) < 2:
        return [found for found in rest if _stands(found, support, setting)]
    standing: list[Candidate] = []
    for found in sorted(rest, key=lambda found: (-_weight(found, setting), found.place)):
        if _stands(found, support, setting) and not any(compete(found, other) for other in standing):
            standing.append(found)
    return standing


def _weight(found: Candidate, setting: Setting) -> float:
    if setting.scores is not None:
        score = setting.scores.get(found.key)
        return score.confidence if score else 0.0
    if not setting.weights:
        return float(len(found.marks))
    return round(sum(setting.weight(author) for author in sorted(found.marks)), GRAIN)


def _stands(found: Candidate, support: Mapping[str, float], setting: Setting) -> bool:
    if setting.scores is not None:
        score = setting.scores.get(found.key)
        return score is not None and score.stands
    return setting.policy.accepts(support[found.key])


def _disputed(
    rest: Sequence[Candidate],
    standing: Sequence[Candidate],
    support: Mapping[str, float],
    opinions: Mapping[str, Chosen],
    cast: _Cast,
    setting: Setting,
) -> bool:
    """Whether what is left open is settled neither for nor against."""
    settles = setting.policy.settles
    if any(not settles(opinions[found.key].share) for found in standing):
        return True
    if isinstance(setting.policy, ModelPolicy) and setting.scores is not None:
        return any(
            _unsure(found, found in standing, support[found.key], len(cast), setting.policy) for found in rest
        )
    if rest and not standing:
        heard = {author for found in rest for author in found.marks}
        silent = [author for author in cast.authors if author not in heard]
        return not settles(setting.share(silent, cast.authors))
    fallen = [
        found for found in rest if not any(found is other or compete(found, other) for other in standing)
    ]
    if any(not settles(1 - support[found.key]) for found in fallen):
        return True
    return any(not settles(support[found.key]) for found in standing)


def _unsure(found: Candidate, stands: bool, confidence: float, voters: int, policy: ModelPolicy) -> bool:
    """Whether the model is too little sure of what it says. What everybody marked is no question."""
    if stands and len(found.marks) == voters:
        return False
    return (confidence if stands else 1.0 - confidence) < policy.auto_accept


def _decided(
    decision: Decision, question: _Question, votes: Mapping[str, tuple[Vote, ...]], setting: Setting
) -> GoldLabel:
    key = _key(decision)
    return GoldLabel(
        id=setting.gold_id(key),
        key=key,
        label=decision.label or "",
        spans=decision.spans or (),
        attributes=decision.attributes,
        entity=decision.entity and (resolve(setting.register, decision.entity) or decision.entity),
        status="decided",
        confidence=1.0,
        provenance=Provenance(votes.get(key, ()), setting.policy, decision.id, question.key),
    )


def _voted(
    found: Candidate,
    support: Mapping[str, float],
    opinions: Mapping[str, Chosen],
    votes: tuple[Vote, ...],
    question: _Question,
    cast: _Cast,
    setting: Setting,
) -> GoldLabel:
    opinion = opinions[found.key]
    unanimous = len(found.marks) == len(cast) and not opinion.differs
    status: Status = "single" if len(cast) == 1 else "agreed" if unanimous else "consensus"
    return GoldLabel(
        id=setting.gold_id(found.key),
        key=found.key,
        label=found.label,
        spans=found.spans,
        attributes=opinion.attributes,
        entity=opinion.entity,
        status=status,
        confidence=rounded(support[found.key]),
        provenance=Provenance(votes, setting.policy, None, question.key),
    )


def _come_to(question: _Question, labels: Sequence[GoldLabel]) -> dict[Marked, GoldLabel]:
    """The gold label that each candidate has come to: itself, or the variant of it that stands."""
    come: dict[Marked, GoldLabel] = {(label.label, label.spans): label for label in labels}
    for found in question.candidates:
        mark = (found.label, found.spans)
        near = [label for label in labels if label.label == found.label and overlap(label.spans, found.spans)]
        if mark not in come and near:
            come[mark] = min(near, key=lambda label: (-shared(label.spans, found.spans), label.spans))
    return come


# What the screen shows


def _item(
    question: _Question,
    support: Mapping[str, float],
    opinions: Mapping[str, Chosen],
    votes: Mapping[str, tuple[Vote, ...]],
    cast: _Cast,
    setting: Setting,
    *,
    disputed: bool,
) -> Item:
    shown = [
        _shown(found, support[found.key], opinions[found.key], votes[found.key], cast, setting)
        for found in question.candidates
    ]
    heard = {author for found in question.candidates for author in found.marks}
    against = tuple([Vote(author, None) for author in cast.authors if author not in heard])
    conflict = _conflict(question.candidates, opinions, len(cast))
    seen = [vote for candidate in shown for vote in candidate.votes] if question.decisions else []
    return Item(
        key=question.key,
        status=_status(question, conflict, len(cast), disputed=disputed),
        conflict=conflict,
        candidates=tuple(shown),
        against=against,
        decisions=tuple(question.decisions),
        splits=tuple(question.splits),
        stale=any(is_stale(decision, seen, against) for decision in question.decisions),
    )


def _shown(
    found: Candidate,
    support: float,
    opinion: Chosen,
    votes: tuple[Vote, ...],
    cast: _Cast,
    setting: Setting,
) -> ItemCandidate:
    return ItemCandidate(
        key=found.key,
        label=found.label,
        spans=found.spans,
        attributes=opinion.attributes,
        entity=opinion.entity,
        votes=votes,
        share=rounded(setting.share(found.marks, cast.authors)),
        confidence=rounded(support),
        unity=rounded(opinion.share),
    )


def _conflict(found: Sequence[Candidate], opinions: Mapping[str, Chosen], voters: int) -> Conflict | None:
    if len({candidate.label for candidate in found}) > 1:
        return "label"
    if len(found) > 1:
        return "boundary"
    if any(len(candidate.marks) < voters for candidate in found):
        return "existence"
    return "attribute" if any(opinions[candidate.key].differs for candidate in found) else None


def _status(question: _Question, conflict: Conflict | None, voters: int, *, disputed: bool) -> Status:
    if disputed:
        return "disputed"
    if question.decisions:
        return "decided"
    if voters == 1:
        return "single"
    return "agreed" if conflict is None else "consensus"
