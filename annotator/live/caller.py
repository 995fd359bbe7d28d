"""Who follows, and what they may see: asked at the start and every few seconds, in threads with connections of theirs."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.db import connection

from annotator.accounts.caller import caller_of
from annotator.application.access import Access, NotKnown, access_to
from annotator.queries.log import current_epoch, streams_about

T = TypeVar("T")

_THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="feed")


class NotSignedIn(Exception):
    """The request proves nobody."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody who may follow, and the epoch of the log."""

    access: Access
    epoch: UUID


async def in_thread(work: Callable[[], T]) -> T:
    """Do blocking work elsewhere; its connection goes back to the pool at once."""

    def done() -> T:
        try:
            return work()
        finally:
            connection.close()

    return await asyncio.get_running_loop().run_in_executor(_THREADS, done)


def admit(scope: Any, project: UUID, document: UUID | None) -> Admitted:
    """The caller's access now.

    Raises:
        BadToken, NotSignedIn: nobody who is known.
        NotKnown: the project or the document is nothing that the caller may know of.
    """
    access = access_of(scope, project)
    if document is not None and not any(ref.kind == "document" for ref in streams_about(project, document)):
        raise NotKnown
    return Admitted(access, current_epoch())


def access_of(scope: Any, project: UUID) -> Access:
    """The caller's access now; raises like `admit`."""
    request = ASGIRequest(scope, None)  # type: ignore[arg-type]
    sessions = import_module(settings.SESSION_ENGINE)
    request.session = sessions.SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    caller = caller_of(request)
    if caller is None:
        raise NotSignedIn
    return access_to(project, caller.id)
