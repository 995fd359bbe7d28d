"""How far an account has come with a document."""

from typing import cast
from uuid import UUID

from annotator.application.access import Access
from annotator.domain.annotation_set import AnnotationSet
from annotator.log import HANDLER
from events.streams import StreamRef


def has_finished(access: Access, document: UUID) -> bool:
    """Whether the account's own set of the document, or the shared one, is finished now."""
    owner = None if access.project.shared else access.account
    ref = StreamRef(access.project_id, "annotation_set", document, owner)
    return cast(AnnotationSet, HANDLER.states([ref])[ref][1]).finished
