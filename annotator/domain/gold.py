"""What consensus and curation come to: items with their candidates, and the labels and links that stand."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID, uuid5

from msgspec import Struct

from annotator.domain.curation import Decision
from annotator.domain.label_schema import LabelSchema
from annotator.domain.policy import MAJORITY, Policy
from annotator.domain.register import Register
from annotator.domain.values import Attributes, Spans
from annotator.domain.voting import Vote

Status = Literal["agreed", "consensus", "single", "disputed", "decided"]
"""agreed: all voters say the same. consensus: the policy settles it. single: there is one voter. disputed:
neither votes nor decisions settle it. decided: a curator did."""

Conflict = Literal["label", "boundary", "existence", "attribute", "link"]


@dataclass(frozen=True, slots=True)
class Score:
    """What a model says of a candidate: how likely it is right, and whether it stands."""

    confidence: float
    stands: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """What votes are judged by.

    ``weights`` by author, for policies that count some voters more than others; who is not there counts 1.
    ``scores`` by key of candidate, for policies that ask a model. ``near``: voters who marked nearly the same
    speak of a label's attributes, too.
    """

    document: str
    text_version: int
    schema: LabelSchema
    register: Register = field(default_factory=Register)
    policy: Policy = MAJORITY
    weights: Mapping[str, float] = field(default_factory=dict)
    scores: Mapping[str, Score] | None = None
    near: bool = False

    def weight(self, author: str) -> float:
        """How much an author's vote counts."""
        return self.weights.get(author, 1.0)

    def share(self, authors: Collection[str], among: Sequence[str]) -> float:
        """The part of the voters ``among`` whom ``authors`` are, by weight; ``among`` is in order of author."""
        whole = sum(self.weight(author) for author in among) if self.weights else 0.0
        if whole <= 0.0:
            return len(authors) / len(among)
        return sum(self.weight(author) for author in among if author in authors) / whole

    def gold_id(self, key: str) -> str:
        """The id of the gold label or link of a key, the same on every server."""
        return str(uuid5(UUID(self.document), f"gold/{key}"))


class ItemCandidate(Struct, frozen=True):
    """One answer, with what its voters say by majority; ``share`` of all voters, to 4 decimals.

    ``confidence`` is what the policy makes of it; ``unity`` the smallest share of its voters that agree on a part of
    what it says.
    """

    key: str
    label: str
    spans: Spans
    attributes: Attributes
    entity: str | None
    votes: tuple[Vote, ...]
    share: float
    confidence: float
    unity: float = 1.0


class Item(Struct, frozen=True):
    """A question to the text with its answers, in order of the text; ``key`` is that of the first.

    ``against``: voters who gave none of the answers. ``stale``: votes have changed since a decision was made.
    ``splits``: the decisions that made this an item of its own.
    """

    key: str
    status: Status
    conflict: Conflict | None
    candidates: tuple[ItemCandidate, ...]
    against: tuple[Vote, ...]
    decisions: tuple[Decision, ...] = ()
    splits: tuple[Decision, ...] = ()
    stale: bool = False

    @property
    def decision(self) -> Decision | None:
        """The last decision on the item."""
        return self.decisions[-1] if self.decisions else None

    @property
    def votes(self) -> tuple[Vote, ...]:
        """Every vote on the item: what a decision should record as seen."""
        return (*(vote for candidate in self.candidates for vote in candidate.votes), *self.against)


class Provenance(Struct, frozen=True):
    """Where a gold label or link comes from: its votes, the policy, and the decision if there was one."""

    votes: tuple[Vote, ...]
    policy: Policy
    decision: str | None
    item: str


class GoldLabel(Struct, frozen=True):
    """A label that stands; ``key`` is that of the candidate it is.

    ``confidence``: by the policy, as its share of the votes; 1.0 when decided; 4 decimals.
    """

    id: str
    key: str
    label: str
    spans: Spans
    attributes: Attributes
    entity: str | None
    status: Status
    confidence: float
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class LinkItem:
    """A link that somebody made between labels that stand. Ends are candidate keys.

    ``against``: voters who marked both ends and did not link them. Who lacks an end has no vote.
    """

    key: str
    type: str
    from_key: str
    to_key: str
    attributes: Attributes
    status: Status
    conflict: Conflict | None
    votes: tuple[Vote, ...]
    against: tuple[Vote, ...]
    share: float
    decision: Decision | None = None
    stale: bool = False


@dataclass(frozen=True, slots=True)
class GoldLink:
    """A link that stands, between two gold labels named by their ids."""

    id: str
    type: str
    from_gold: str
    to_gold: str
    attributes: Attributes
    status: Status
    confidence: float
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class DocumentLabelItem:
    """What voters say of the document as a whole: votes by value; ``value`` is None while none stands."""

    label: str
    value: str | None
    status: Status
    share: float
    votes: tuple[tuple[str, tuple[Vote, ...]], ...]


@dataclass(frozen=True, slots=True)
class Consensus:
    """Everything that votes and decisions on a document come to, in order of the text.

    ``unmatched`` are the ids of decisions that are about nothing there is any more, or about an older text.
    """

    voters: tuple[str, ...]
    items: tuple[Item, ...]
    labels: tuple[GoldLabel, ...]
    link_items: tuple[LinkItem, ...]
    links: tuple[GoldLink, ...]
    document_labels: tuple[DocumentLabelItem, ...]
    unmatched: tuple[str, ...]


Band = Literal["high", "middle", "low"]
"""How sure a policy is, in words, for confidences that order labels and are no probabilities."""


def band(confidence: float) -> Band:
    """The band of a confidence."""
    return "high" if confidence >= 0.9 else "middle" if confidence >= 0.6 else "low"


def rounded(share: float) -> float:
    """A share as it is published."""
    return round(share, 4)


def is_stale(decision: Decision, votes: Sequence[Vote], against: Sequence[Vote]) -> bool:
    """Whether the votes differ from those that the decision saw.

    A decision that recorded no vote against is not asked about them: whoever made it may have sent the
    votes for the candidates only.
    """
    seen = {
        (vote.author, vote.annotation, vote.version) for vote in decision.votes if vote.annotation is not None
    }
    refused = {vote.author for vote in decision.votes if vote.annotation is None}
    now = {(vote.author, vote.annotation, vote.version) for vote in votes}
    return seen != now or (bool(refused) and refused != {vote.author for vote in against})
