"""The documents of a project: the list, and one with what was marked in it."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from msgspec import Meta
from rest_framework.request import Request

from annotator.api.cursor import decode_cursor, encode_cursor
from annotator.api.operation import operation
from annotator.api.parameters import Cursor, Parameters, Text, Uuid
from annotator.api.position import At, AtLeast, Moment, position_of, reached, wait_for
from annotator.api.view import View, answer, answer_about
from annotator.application.access import NotKnown
from annotator.queries.board import (
    BoardPage,
    Status,
    Wanted,
    board_position,
    read_board,
    read_past_board,
)
from annotator.queries.copies import CopiesView, read_copies
from annotator.queries.document import DocumentView, read_document

PAGE = Annotated[int, Meta(ge=1, le=200)]


class ListParameters(Parameters, frozen=True):
    """Which documents; `q` are words of the title, `status` that of the caller's own set.

    `copied`: only those of which there are copies; `copies_of`: a document and its copies.
    """

    q: Text = ""
    status: Status = ""
    language: Text = ""
    copied: bool = False
    copies_of: Uuid | None = None
    cursor: Cursor = ""
    limit: PAGE = 50
    at: At = None
    at_least: AtLeast = None


class Documents(View):
    """The documents of a project."""

    @operation("list_documents", answer=BoardPage, parameters=ListParameters)
    def get(self, request: Request, project: UUID) -> HttpResponse:
        """A page of documents in the order of their import, now or as they stood at a past position."""
        asked = self.parameters(ListParameters)
        access = self.access
        wanted = Wanted(
            project=project,
            mine=None if access.project.shared else access.account,
            sees_counts=access.sees_all_sets,
            search=asked.q,
            status=asked.status,
            language=asked.language,
            copied=asked.copied,
            copies_of=UUID(asked.copies_of) if asked.copies_of else None,
            after=decode_cursor(asked.cursor),
            limit=asked.limit,
        )
        if asked.at is not None:
            at = reached(project, asked.at, parameter="at")
            rows, place = read_past_board(wanted, at)
            return answer(BoardPage(rows, encode_cursor(place), at))
        position = wait_for(lambda: board_position(project), asked.at_least)
        rows, place = read_board(wanted)
        return answer(BoardPage(rows, encode_cursor(place), position))


class OneDocument(View):
    """One document."""

    @operation("read_document", answer=DocumentView, parameters=Moment)
    def get(self, request: Request, project: UUID, document: UUID) -> HttpResponse:
        """A document with its text and the sets that the caller may see, now or at a past position."""
        at = position_of(project, self.parameters(Moment))
        access = self.access
        found = read_document(
            project,
            document,
            at=at,
            account=access.account,
            sees_set=access.sees_set,
            sees_suggestions=access.is_at_least("annotator"),
        )
        if found is None:
            raise NotKnown
        return answer_about(access, document, found)


class DocumentCopies(View):
    """What a document shares with others, and with itself."""

    @operation("read_copies", answer=CopiesView)
    def get(self, request: Request, project: UUID, document: UUID) -> HttpResponse:
        """The document's copies in the project, near-duplicates included, and sentences that it says twice."""
        found = read_copies(project, document)
        if found is None:
            raise NotKnown
        return answer(found)
