"""Hands out documents: the next one for somebody who asks, and shares of many for several people."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from uuid import UUID, uuid4

from django.db import connection

from annotator.application.access import Access
from annotator.application.envelope import enclose
from annotator.application.handle import handle
from annotator.domain.assignment import AssignSeat, TakeSeat
from annotator.projections.registry import REGISTRY
from annotator.queries.seats import free_for, own_seats
from events.database import takes_changes
from events.handler import Outcome

TRIES = 50
"""Documents that are tried before somebody is told that none is left; each was free a moment before."""

FOLLOWED = ("board", "seats")


def next_document(access: Access, *, besides: UUID | None = None) -> UUID | None:
    """A document at which the account has a seat now; None when there is none left for it.

    What waits for it comes first, so a repetition after a lost answer gives the same. ``besides`` is not given.
    """
    with _in_turn(access.project_id):
        catch_up(access.project_id)
        for document in _wanted(access, besides):
            (outcome,) = handle(
                access.account, access.project_id, [enclose(TakeSeat(), id=uuid4(), document=document)]
            ).outcomes
            if outcome.status == "accepted":
                return document
    return None


def catch_up(project: UUID) -> None:
    """Fold what the list of free documents is made of. The log has the last word: a seat is judged when it is taken.

    A database that takes no change answers from what is folded.
    """
    if not takes_changes():
        return
    for name in FOLLOWED:
        while REGISTRY.consume(REGISTRY.projections[name], REGISTRY.live(name), project):
            pass


def hand_out(
    access: Access, people: Sequence[UUID], *, documents: Sequence[UUID], most: int
) -> list[Outcome]:
    """Give each document to the person among several who speaks its language and has the fewest so far.

    Without ``documents``: the next ones that are free for any of them, at most so many.
    """
    given: dict[UUID, int] = dict.fromkeys(people, 0)
    outcomes: list[Outcome] = []
    with _in_turn(access.project_id):
        catch_up(access.project_id)
        free = {person: dict.fromkeys(free_documents(access, person, most=100_000)) for person in people}
        for document in documents or list(dict.fromkeys(chain(*free.values())))[:most]:
            able = [person for person in people if document in free[person]]
            for person in sorted(able, key=lambda each: given[each]):
                wish = enclose(AssignSeat(account=str(person)), id=uuid4(), document=document)
                (outcome,) = handle(access.account, access.project_id, [wish]).outcomes
                if outcome.status == "accepted":
                    given[person] += 1
                    outcomes.append(outcome)
                    break
    return outcomes


def free_documents(access: Access, person: UUID, *, most: int) -> list[UUID]:
    """Documents at which somebody could take a seat, in the project's order."""
    project = access.project
    return free_for(
        access.project_id, person, project.handing_out, project.skills.get(str(person), ()), most=most
    )


def _wanted(access: Access, besides: UUID | None) -> Iterator[UUID]:
    own = own_seats(access.project_id, access.account, access.project.handing_out.lease_minutes)
    yield from (each.document for each in own if each.document != besides)
    yield from (each for each in free_documents(access, access.account, most=TRIES) if each != besides)


@contextmanager
def _in_turn(project: UUID) -> Iterator[None]:
    """One at a time in a project: who asks together is not sent to the same document, to be refused there."""
    name = f"handing-out/{project}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 7004))", [name])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 7004))", [name])
