"""The rooms of a document that an account may enter, and whom it may call in each."""

from collections.abc import Callable, Iterator
from functools import cache
from uuid import UUID

from annotator.application.access import Access, NotKnown, access_to
from annotator.application.people import authors_known_to
from annotator.domain.thread import readers
from annotator.queries.threads import Room
from events.streams import StreamRef


def rooms_of(access: Access) -> Iterator[tuple[Room, UUID | None, bool, set[UUID]]]:
    """Room, whose set it is about, whether the account may write there, and whom it may call.

    Nobody is called by a name that the account may not know.
    """
    project = access.project
    known = authors_known_to(access)
    leads = access.is_at_least("curator")

    def callable_in(room: str, owner: UUID | None) -> set[UUID]:
        reading = readers(project, room, str(owner) if owner else None)
        return {UUID(each) for each in reading} & known - {access.account}

    if not project.shared:
        for owner in sorted(_owners(access)):
            yield "set", owner, True, callable_in("set", owner)
    yield "everybody", None, leads or not project.blind or project.shared, callable_in("everybody", None)
    if access.sees_all_sets:
        yield "curation", None, True, callable_in("curation", None)


def _owners(access: Access) -> set[UUID]:
    if not access.sees_all_sets:
        return {access.account}
    members = {UUID(member) for member, role in access.project.members.items() if role == "annotator"}
    return members | {access.account}


def sees_everywhere(account: UUID) -> Callable[[StreamRef], bool]:
    """Whether the account sees a room, in whatever project; each project is looked at once."""

    @cache
    def access(project: UUID) -> Access | None:
        try:
            return access_to(project, account)
        except NotKnown:
            return None

    def sees(room: StreamRef) -> bool:
        found = access(room.project)
        return found is not None and found.is_at_least("annotator") and found.sees_room(room)

    return sees
