"""Who is here, as somebody may know it: by name whom they know, else by role and number."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import msgspec

from annotator.application.access import Access
from annotator.application.people import authors_known_to
from annotator.domain.values import Role


class PersonHere(msgspec.Struct, frozen=True):
    """Somebody whose name one may know; `here`: in the same document."""

    account: UUID
    name: str
    role: Role
    here: bool


class RoleHere(msgspec.Struct, frozen=True):
    """So many whose names one may not know; `here`: in the same document."""

    role: Role
    here: bool
    count: int


class PresenceView(msgspec.Struct, frozen=True):
    """Who else is in the project now."""

    people: Sequence[PersonHere]
    others: Sequence[RoleHere]


def presence(
    access: Access,
    document: UUID | None,
    here: Iterable[tuple[UUID, UUID | None]],
    names: Mapping[UUID, str],
) -> PresenceView:
    """Everybody but oneself, each once; who has the document open, too, is there."""
    places: dict[UUID, set[UUID | None]] = {}
    for account, place in here:
        places.setdefault(account, set()).add(place)
    places.pop(access.account, None)
    known = authors_known_to(access)
    people, others = [], Counter[tuple[Role, bool]]()
    for account, at in places.items():
        role = access.project.members.get(str(account))
        if role is None:
            continue  # their part has ended meanwhile
        near = document is not None and document in at
        if account in known:
            people.append(PersonHere(account, names.get(account, ""), role, near))
        else:
            others[role, near] += 1
    people.sort(key=lambda person: (not person.here, person.name, person.account))
    return PresenceView(people, [RoleHere(*who, number) for who, number in sorted(others.items())])
