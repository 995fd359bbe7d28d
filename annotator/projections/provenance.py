"""Where a gold label or link comes from, in plain JSON."""

from collections.abc import Mapping
from typing import Any

import msgspec

from annotator.domain.gold import Provenance
from annotator.domain.voting import Vote
from annotator.projections.evidence import Evidence
from annotator.projections.rules import Rules


def provenance_of(provenance: Provenance, found: Evidence, rules: Rules) -> dict[str, Any]:
    """The votes, the policy and its version, what it knows of annotators (``reliability`` names the position and the
    digest), the decision and the schema's version; ``positions`` of the events it rests on.

    ``calibrated_on``: how many reviewed documents the confidence was learned from; 0 means that it orders labels and is
    not to be quoted as a probability.
    """
    own, ruled = own_part(provenance, found), rules_part(rules)
    return {
        "votes": own["votes"],
        **ruled,
        "decision": own["decision"],
        "item": own["item"],
        "schema_version": schema_version(rules),
        "positions": own["positions"],
    }


def own_part(provenance: Provenance, found: Evidence) -> dict[str, Any]:
    """What is of the label or link alone: its votes, the decision, the item, and the positions that it rests on."""
    rests_on = {
        found.positions.get((vote.author, vote.annotation)) for vote in provenance.votes if vote.annotation
    }
    if provenance.decision:
        rests_on.add(found.positions.get((None, provenance.decision)))
    return {
        "votes": [vote_view(vote) for vote in provenance.votes],
        "decision": provenance.decision,
        "item": provenance.item,
        "positions": sorted(position for position in rests_on if position is not None),
    }


def rules_part(rules: Rules) -> dict[str, Any]:
    """What all labels and links of a project have in common as of a position."""
    return {
        "policy": msgspec.to_builtins(rules.project.policy),
        "policy_version": rules.project.policy_version,
        "reliability": reliability_of(rules),
        "calibrated_on": calibrated_on(rules),
    }


def certified(
    provenance: Provenance,
    found: Evidence,
    rules: Rules,
    deciders: Mapping[str, str],
    guidelines: Mapping[str | None, int],
) -> dict[str, Any]:
    """The same with what else a certificate tells, for readers who have nothing but a file: the reliability and the
    origin behind each vote, by whom and why it was decided, and the versions of the text and of the guideline.
    ``deciders`` and ``guidelines`` by decision, None for what holds as of the export.
    """
    told = provenance_of(provenance, found, rules)
    reliability = rules.learned.reliability
    for vote, shown in zip(provenance.votes, told["votes"], strict=True):
        mark = found.sets[vote.author].annotations.get(vote.annotation or "")
        shown["origin"] = mark.origin if mark else None
        shown["reliability"] = reliability.get(vote.author)
    made = found.curation.decisions.get(provenance.decision or "")
    told["text_version"] = found.document.text_version
    told["guideline_version"] = guidelines.get(None)
    told["decided"] = made and {
        "author": deciders.get(made.id),
        "verdict": made.verdict,
        "reason": made.reason,
        "note": made.note,
        "saw": len(made.votes),
        "guideline_version": guidelines.get(made.id),
    }
    return told


def reliability_of(rules: Rules) -> dict[str, Any] | None:
    """From which position consensus knows the annotators, and the digest of what it knows."""
    taught = rules.project.taught
    if taught is None:
        return None
    return {"learned_from": taught.learned_from, "digest": taught.digest, "engine": taught.engine}


def calibrated_on(rules: Rules) -> int:
    """How many reviewed documents taught the confidences."""
    return rules.learned.stack.documents if rules.learned.stack is not None else 0


def vote_view(vote: Vote) -> dict[str, Any]:
    """One vote; the shared set of a project has no author."""
    return {"author": vote.author or None, "annotation": vote.annotation, "version": vote.version}


def schema_version(rules: Rules) -> str | None:
    """Name and version of the schema last published, with a mark when it has changed since."""
    published = rules.schema.published
    if published is None:
        return None
    return f"{published.name} {published.version}{'' if published.current else ' changed'}"
