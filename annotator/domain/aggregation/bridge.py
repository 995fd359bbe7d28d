"""From the finished sets of documents to answers, and back to whose annotation each label comes from."""

from collections.abc import Mapping, Sequence

from annotator.domain.aggregation.aggregate import Aggregation, Known
from annotator.domain.aggregation.answers import Answers, Pieces, Sheet, answers
from annotator.domain.curation import Decision
from annotator.domain.voting import Voter

Voters = Mapping[str, Sequence[Voter]]
"""By document, those who finished it."""


def answers_of(voters: Voters, types: Sequence[str], *, texts: Mapping[str, str] | None = None) -> Answers:
    """The voters' sheets; every document is one unit. Marks of types that are not given are left out."""
    kept = set(types)
    sheets = [
        Sheet(
            document,
            voter.author,
            tuple((mark.label, mark.spans) for mark in voter.annotations if mark.label in kept),
        )
        for document, cast in voters.items()
        for voter in cast
    ]
    named = None if texts is None else {(document, 0): text for document, text in texts.items()}
    return answers(sheets, types, texts=named)


def known_of(decisions: Mapping[str, Sequence[Decision]], voters: Voters) -> Known:
    """What curators decided of labels, by document; a later decision on the same label takes its place.

    "None of these" is about every annotation that the decision saw.
    """
    known: dict[tuple[str, int, str, Pieces], bool] = {}
    for document, made in decisions.items():
        marks = {mark.id: mark for voter in voters.get(document, ()) for mark in voter.annotations}
        for decision in sorted(made, key=lambda decision: decision.id):
            if decision.verdict == "none_of_these":
                seen = (marks.get(vote.annotation or "") for vote in decision.votes)
                known.update({(document, 0, mark.label, mark.spans): False for mark in seen if mark})
            elif decision.label is not None and decision.spans is not None:
                key = (document, 0, decision.label, decision.spans)
                known[key] = decision.verdict in ("accept", "edit")
    return known


def annotations_of(result: Aggregation, voters: Voters) -> dict[tuple[str, str, str, Pieces], str]:
    """The annotation behind each mark, by (document, author, label, spans): the smallest id of the same."""
    ids: dict[tuple[str, str, str, Pieces], str] = {}
    for document in result.answers.documents:
        for voter in voters.get(document, ()):
            for mark in voter.annotations:
                key = (document, voter.author, mark.label, mark.spans)
                ids[key] = min(ids.get(key, mark.id), mark.id)
    return ids
