"""Who may do and know what. Every query and every command asks here; nothing else decides.

Roles come from the project's own log, folded up to now: a role taken away is gone at the next request.

Blind projects (the default): an annotator sees the documents, the schema, the register, the own set and
shared ones. Other people's sets, decisions about them, and counts made of them stay hidden; the gold of a
document is shown to an annotator once the own set of it is finished. Without blindness annotators see
everything that was marked and decided. A viewer sees documents and gold only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from annotator.domain.ids import keyed_id
from annotator.domain.project import Project
from annotator.domain.refusals import Refusal
from annotator.domain.values import Role
from annotator.log import HANDLER
from annotator.queries.streams import ref_of
from events.store import Recorded
from events.streams import StreamRef

RANK: Final[Mapping[Role, int]] = {"viewer": 1, "annotator": 2, "curator": 3, "manager": 4}


class NotKnown(Exception):
    """What was asked for does not exist, or the account may not know that it does."""


class Forbidden(Refusal):
    """Your role in this project does not allow this."""


@dataclass(frozen=True, slots=True)
class Access:
    """What an account may do in a project; ``project`` is its state now."""

    project_id: UUID
    account: UUID
    role: Role
    project: Project

    def is_at_least(self, role: Role) -> bool:
        """Whether the role includes another."""
        return RANK[self.role] >= RANK[role]

    def require(self, role: Role) -> None:
        """Raises:
        NotKnown: the role does not include the one asked for.
        """
        if not self.is_at_least(role):
            raise NotKnown

    @property
    def hides_authors(self) -> bool:
        """Whether whose work it is, is withheld: from curators of an anonymous project, not from those who chose that."""
        return self.project.anonymous and self.role == "curator"

    @property
    def sees_all_sets(self) -> bool:
        """Whether everybody's marks and the decisions about them are visible."""
        return self.is_at_least("curator") or (self.role == "annotator" and not self.project.blind)

    def sees_set(self, owner: UUID | None) -> bool:
        """Whether an author's set is visible; ``None`` is the shared one."""
        if self.sees_all_sets:
            return True
        return self.role == "annotator" and (owner is None or owner == self.account)

    def sees_room(self, room: StreamRef) -> bool:
        """Whether the threads of a room are visible: those about a set like the set, of the curation like it."""
        if room.kind == "curation_thread":
            return self.sees_all_sets
        return self.sees_set(room.owner)

    @property
    def follows_gold(self) -> bool:
        """Whether the gold of all documents is visible, as it comes."""
        return self.role != "annotator" or self.sees_all_sets

    def sees_gold(self, *, own_set_finished: bool) -> bool:
        """Whether the gold of a document is visible."""
        return self.follows_gold or own_set_finished


def access_to(project: UUID, account: UUID) -> Access:
    """What the account may do in the project now.

    Raises:
        NotKnown: it has no part in it.
    """
    ref = StreamRef(project, "project")
    _, state = HANDLER.states([ref])[ref]
    return access_in(state, project, account)


def access_in(state: Project, project: UUID, account: UUID) -> Access:
    """What the account may do, given the project's state.

    Raises:
        NotKnown: it has no part in it.
    """
    role = state.members.get(str(account))
    if role is None:
        raise NotKnown
    return Access(project, account, role, state)


def visible(access: Access, recorded: Recorded, ref: StreamRef | None = None) -> bool:
    """Whether an event may reach this account, in histories, lists, answers to conflicts and feeds alike."""
    ref = ref or ref_of(recorded.project, recorded.stream)
    match ref.kind:
        case "document" | "label_schema" | "release" | "guideline":
            return True
        case "project":
            return access.sees_all_sets or _concerns_all(recorded) or _names(recorded, access.account)
        case "annotation_set":
            return access.sees_set(ref.owner)
        case "curation":
            return access.sees_all_sets
        case "thread" | "curation_thread":
            return access.sees_room(ref)
        case "register" | "source" | "suggestions":
            return access.is_at_least("annotator")
        case "assignment":
            return access.sees_all_sets or _seat_of(recorded, access.account)
        case "erasure" | "webhook" | "segmentation":
            return access.is_at_least("manager")
        case _:
            return False


def _concerns_all(recorded: Recorded) -> bool:
    return recorded.entity_id is None


def _seat_of(recorded: Recorded, account: UUID) -> bool:
    """Who holds a seat beside one, and why somebody skipped a document, tells of other people's work."""
    return recorded.entity_id == UUID(
        keyed_id("seat", f"{ref_of(recorded.project, recorded.stream).subject}/{account}")
    )


def _names(recorded: Recorded, account: UUID) -> bool:
    return recorded.entity_id == account


def shown_data(access: Access, recorded: Recorded, data: dict[str, Any]) -> dict[str, Any]:
    """The fields of a visible event that the account may read.

    Which annotations a split of an entity concerns tells of other people's sets.
    """
    if recorded.type == "entity_split" and not access.sees_all_sets:
        return {key: value for key, value in data.items() if key != "annotations"}
    return data
