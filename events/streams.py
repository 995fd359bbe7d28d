"""Names of streams."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID, uuid5


@dataclass(frozen=True)
class StreamRef:
    """One stream of a project's log. Its id follows from its name, on every server alike."""

    project: UUID
    kind: str
    subject: UUID | None = None
    owner: UUID | None = None

    @cached_property
    def id(self) -> UUID:
        """The stream's id: UUIDv5 of project and name."""
        return uuid5(self.project, f"{self.kind}/{self.subject or ''}/{self.owner or ''}")

    def __hash__(self) -> int:
        return self._hash

    # A write looks a stream up some eighty times, and the hash of a UUID is computed anew each time.
    @cached_property
    def _hash(self) -> int:
        return hash((self.project, self.kind, self.subject, self.owner))
