"""Loads the sample by the same commands that people give, as the history that it would have had.

Every id follows from the file, so loading it twice changes nothing, and a load that was cut off is completed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from uuid import UUID, uuid5

import msgspec

from annotator.accounts.links import make_sign_in_link
from annotator.accounts.models import Account
from annotator.application.envelope import received
from annotator.application.handle import handle
from annotator.domain.commands import encode_command
from annotator.domain.default_schema import default_schema_commands
from annotator.projections.registry import REGISTRY
from annotator.queries.curation import read_curation
from annotator.queries.log import head
from annotator.sample.people import NAMESPACE, people
from annotator.sample.source import Data, Given, Sitting, guideline, import_command, sample
from events.streams import StreamRef

PROJECT = uuid5(NAMESPACE, "project/al-bukamal")
DOCUMENT = uuid5(PROJECT, "document/seed-1")
NAME = "Al-Bukamal, November 2017"


class SampleRefused(Exception):
    """A command of the sample was refused; the message says which and why."""


@dataclass(frozen=True, slots=True)
class _Decided:
    """A decision that Carol has taken already: on the item that holds an annotation of one annotator."""

    by: str
    annotation: str
    verdict: str
    reason: str
    note: str


# One of a kind is taken, so that gold shows where it comes from; the others are left for whoever comes.
DECIDED: Sequence[_Decided] = (
    _Decided(
        "alice",
        "s1",
        "accept",
        "guideline_gap",
        "The genitive belongs to the name: whose army it is matters.",
    ),
    _Decided("alice", "s36", "accept", "ambiguous_text", "It acts here, so it is an actor and no place."),
    _Decided(
        "bob", "variant-13", "none_of_these", "slip", "The address of the source is no part of the article."
    ),
)


def load_sample() -> str:
    """Load what is missing; the path of a link with which Carol, the manager, signs in once, to the article."""
    who = people()
    _found(who)
    _annotate(who)
    _curate(who)
    REGISTRY.catch_up(PROJECT)
    return f"{make_sign_in_link(Account.objects.get(id=who['carol']))}?next=/p/{PROJECT}/d/{DOCUMENT}"


def _found(who: dict[str, UUID]) -> None:
    project: list[Given] = [
        (
            "create_project",
            "project",
            {"name": NAME, "languages": ["it", "en"], "blind": True, "shared": False},
        ),
        *((*_named(command),) for command in default_schema_commands()),
        *(("set_member", name, {"member": str(who[name]), "role": "annotator"}) for name in ("alice", "bob")),
    ]
    _give(who["carol"], project)
    _give(who["carol"], [("write_guideline", "1", {"text": guideline(), "based_on": 0})])
    _give(who["carol"], [import_command(PROJECT, DOCUMENT)])


def _named(command: Any) -> Given:
    name, data = encode_command(command)
    return name, str(data.get("key", "schema")), data


def _annotate(who: dict[str, UUID]) -> None:
    """Both go through the text paragraph by paragraph, at the same time."""
    alice = _sitting(who["alice"], sample().alice, adds_entities=True)
    bob = _sitting(who["bob"], sample().bob)
    for hers, his in zip_longest(alice.steps(), bob.steps(), fillvalue=()):
        _give(who["alice"], list(hers))
        _give(who["bob"], list(his))
    for name in ("alice", "bob"):
        _give(who[name], [("finish_set", "set", {})])


def _sitting(author: UUID, work: Any, *, adds_entities: bool = False) -> Sitting:
    stream = StreamRef(PROJECT, "annotation_set", DOCUMENT, author).id
    return Sitting(PROJECT, stream, work, adds_entities)


def _curate(who: dict[str, UUID]) -> None:
    view = msgspec.to_builtins(read_curation(PROJECT, DOCUMENT, at=head(PROJECT)))
    made = {decision["decision"] for item in view["items"] for decision in item["decisions"]}
    for number, decided in enumerate(DECIDED, start=1):
        decision = str(uuid5(DOCUMENT, f"decision/{number}"))
        if decision not in made:
            _give(
                who["carol"], [("decide_item", str(number), _decision(view["items"], decided, decision, who))]
            )


def _decision(items: Sequence[Data], decided: _Decided, decision: str, who: dict[str, UUID]) -> Data:
    stream = StreamRef(PROJECT, "annotation_set", DOCUMENT, who[decided.by]).id
    item, candidate = _with(items, str(uuid5(stream, decided.annotation)))
    votes = [vote for each in item["candidates"] for vote in each["votes"]] + item["against"]
    keeps = decided.verdict != "none_of_these"
    annotation = {key: candidate[key] for key in ("label", "spans", "attributes", "entity")}
    return {
        "decision": decision,
        "item": item["item"],
        "verdict": decided.verdict,
        "annotation": annotation if keeps else None,
        "quote": candidate["quote"] if keeps else None,
        "votes": votes,
        "reason": decided.reason,
        "note": decided.note,
    }


def _with(items: Sequence[Data], annotation: str) -> tuple[Data, Data]:
    for item in items:
        for candidate in item["candidates"]:
            if any(vote["annotation"] == annotation for vote in candidate["votes"]):
                return item, candidate
    raise SampleRefused(f"no item holds annotation {annotation}")


def _give(account: UUID, commands: Sequence[Given]) -> None:
    """Commands of one person at one time; all must be accepted, now or before."""
    envelopes = [
        received(
            name,
            data,
            id=uuid5(PROJECT, f"sample/{account}/{name}/{thing}"),
            document=DOCUMENT if name in _ABOUT_THE_DOCUMENT else None,
        )
        for name, thing, data in commands
    ]
    for outcome, (name, thing, _) in zip(handle(account, PROJECT, envelopes).outcomes, commands, strict=True):
        if outcome.status not in ("accepted", "duplicate"):
            raise SampleRefused(f"{name} {thing}: {outcome.error}")


_ABOUT_THE_DOCUMENT = ("add_annotation", "add_link", "finish_set", "decide_item")
