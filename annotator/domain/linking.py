"""Links and document labels by majority: who lacks an end of a link has no vote on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from annotator.domain.annotation_set import Link
from annotator.domain.choosing import Chosen, choose
from annotator.domain.curation import LINK_ITEM, Decision
from annotator.domain.gold import (
    Conflict,
    DocumentLabelItem,
    GoldLabel,
    GoldLink,
    LinkItem,
    Provenance,
    Setting,
    Status,
    is_stale,
    rounded,
)
from annotator.domain.label_schema import DocumentLabel, in_order
from annotator.domain.register import resolve
from annotator.domain.values import Spans
from annotator.domain.voting import Vote, Voter

Marked = tuple[str, Spans]
"""A label on stretches of the text."""


@dataclass(slots=True)
class _Asked:
    """A link that somebody made: by author the link that says so, and who could have made it."""

    type: str
    source: GoldLabel
    goal: GoldLabel
    links: dict[str, Link] = field(default_factory=dict)
    able: list[Voter] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{LINK_ITEM}{self.type}:{self.source.key}>{self.goal.key}"

    def share(self, setting: Setting) -> float:
        return setting.share(self.links, [voter.author for voter in self.able])


def links(
    voters: Sequence[Voter],
    standing: Mapping[Marked, GoldLabel],
    decisions: Sequence[Decision],
    setting: Setting,
) -> tuple[tuple[LinkItem, ...], tuple[GoldLink, ...], list[str]]:
    """Links between labels that stand, those that stand themselves, and ids of decisions about none of them.

    ``standing`` gives the gold label that each candidate has come to; voters' links follow their ends there.
    """
    asked = _asked(voters, standing, setting)
    last = {decision.item: decision for decision in decisions}
    settled = [_settled(link, last.get(link.key), len(voters), setting) for link in asked]
    keys = {link.key for link in asked}
    loose = [decision.id for decision in decisions if decision.item not in keys]
    return tuple(item for item, _ in settled), tuple(gold for _, gold in settled if gold is not None), loose


def _asked(voters: Sequence[Voter], standing: Mapping[Marked, GoldLabel], setting: Setting) -> list[_Asked]:
    if not any(voter.links for voter in voters):
        return []
    asked: dict[tuple[str, str, str], _Asked] = {}
    has: dict[str, set[str]] = {}
    for voter in voters:
        ends = {mark.id: standing.get((mark.label, mark.spans)) for mark in voter.annotations}
        has[voter.author] = {label.id for label in ends.values() if label is not None}
        for link in sorted(voter.links, key=lambda link: link.id):
            source, goal = ends.get(link.from_annotation), ends.get(link.to_annotation)
            if source is None or goal is None or source.id == goal.id:
                continue
            found = asked.setdefault((link.type, source.id, goal.id), _Asked(link.type, source, goal))
            found.links.setdefault(voter.author, link)
    for found in asked.values():
        found.able = [voter for voter in voters if {found.source.id, found.goal.id} <= has[voter.author]]
    types = {key: type_.order for key, type_ in setting.schema.link_types.items()}
    return sorted(
        asked.values(),
        key=lambda link: (link.source.spans, link.goal.spans, types.get(link.type, 0), link.key),
    )


def _settled(
    link: _Asked, decision: Decision | None, voters: int, setting: Setting
) -> tuple[LinkItem, GoldLink | None]:
    opinion, share = _opinion(link, setting), link.share(setting)
    status = _status(link, share, opinion, decision, voters, setting)
    item = _item(link, share, opinion, status, decision)
    stands = decision.verdict == "accept" if decision else setting.policy.accepts(share)
    if not stands:
        return item, None
    settled: Status = "consensus" if status == "disputed" else status
    gold = GoldLink(
        id=setting.gold_id(link.key),
        type=link.type,
        from_gold=link.source.id,
        to_gold=link.goal.id,
        attributes=opinion.attributes,
        status=settled,
        confidence=1.0 if decision else rounded(share),
        provenance=Provenance(item.votes, setting.policy, decision.id if decision else None, link.key),
    )
    return item, gold


def _opinion(link: _Asked, setting: Setting) -> Chosen:
    type_ = setting.schema.link_types.get(link.type)
    given = [(made.attributes, None) for _, made in sorted(link.links.items())]
    return choose(
        given,
        type_.attributes if type_ else (),
        lambda entity: resolve(setting.register, entity),
        weights=[setting.weight(author) for author in sorted(link.links)] if setting.weights else None,
    )


def _status(
    link: _Asked, share: float, opinion: Chosen, decision: Decision | None, voters: int, setting: Setting
) -> Status:
    settles = setting.policy.settles
    if decision is not None:
        return "decided"
    if voters == 1:
        return "single"
    if not settles(share):
        return "consensus" if settles(1 - share) else "disputed"
    if not settles(opinion.share):
        return "disputed"
    return "agreed" if len(link.links) == voters and not opinion.differs else "consensus"


def _item(link: _Asked, share: float, opinion: Chosen, status: Status, decision: Decision | None) -> LinkItem:
    votes = tuple(
        Vote(voter.author, link.links[voter.author].id, voter.versions.get(link.links[voter.author].id, 0))
        for voter in link.able
        if voter.author in link.links
    )
    against = tuple(Vote(voter.author, None) for voter in link.able if voter.author not in link.links)
    conflict: Conflict | None = "link" if against else "attribute" if opinion.differs else None
    return LinkItem(
        key=link.key,
        type=link.type,
        from_key=link.source.key,
        to_key=link.goal.key,
        attributes=opinion.attributes,
        status=status,
        conflict=conflict,
        votes=votes,
        against=against,
        share=rounded(share),
        decision=decision,
        stale=decision is not None and is_stale(decision, votes, against),
    )


def document_labels(voters: Sequence[Voter], setting: Setting) -> tuple[DocumentLabelItem, ...]:
    """What voters say of the document as a whole, in the schema's order; saying nothing is a vote too."""
    labels = in_order(setting.schema.document_labels.values())
    found = [_document_label(label, voters, setting) for label in labels]
    return tuple(item for item in found if item is not None)


def _document_label(
    label: DocumentLabel, voters: Sequence[Voter], setting: Setting
) -> DocumentLabelItem | None:
    votes = {
        value: tuple(Vote(v.author, None) for v in voters if v.document_labels.get(label.key) == value)
        for value in label.values
    }
    given = {value: cast for value, cast in votes.items() if cast}
    if not given:
        return None
    among = [voter.author for voter in voters]
    shares = {value: setting.share([vote.author for vote in cast], among) for value, cast in given.items()}
    top = max(shares, key=lambda value: shares[value])  # the first of equals, in the schema's order
    share = shares[top]
    silent = setting.share([v.author for v in voters if label.key not in v.document_labels], among)
    stands, settles = setting.policy.accepts(share), setting.policy.settles
    settled: Status = "single" if len(voters) == 1 else "agreed" if share == 1.0 else "consensus"
    status: Status = settled if settles(share) or settles(silent) else "disputed"
    return DocumentLabelItem(label.key, top if stands else None, status, rounded(share), tuple(given.items()))
