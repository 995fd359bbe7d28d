"""The connection to a server."""

import time
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Final, Self
from uuid import UUID, uuid4

import httpx

from palimpsest.errors import Problem
from palimpsest.project import Project

WAIT_AGAIN: Final = (0.2, 0.5, 1.0, 2.0)
"""Seconds between tries of a request that did not get an answer, or got "not now"."""

_NOT_NOW: Final = frozenset({429, 502, 503, 504})


class Client:
    """A server, as the owner of a token sees it. Use it as a context, or ``close`` it.

    A request that gets no answer is sent again: reading changes nothing, and commands carry ids by which the server
    knows them. Uploads are sent once.
    """

    def __init__(
        self, url: str, token: str, *, timeout: float = 60.0, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._http = httpx.Client(
            base_url=f"{url.rstrip('/')}/api/v1/",
            headers={"Authorization": f"Bearer {token}"},
            timeout=timeout,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connection."""
        self._http.close()

    def projects(self) -> list[dict[str, Any]]:
        """The projects that you have a part in."""
        found: list[dict[str, Any]] = self.get("projects")["results"]
        return found

    def project(self, wanted: str) -> Project:
        """A project by its id or its name.

        Raises:
            LookupError: you have a part in none of this name, or in several.
        """
        try:
            return Project(self, str(UUID(wanted)))
        except ValueError:
            found = [each["id"] for each in self.projects() if each["name"] == wanted]
        if len(found) != 1:
            raise LookupError(f"{len(found)} projects are named {wanted!r}")
        return Project(self, found[0])

    def create_project(self, name: str, **settings: Any) -> Project:
        """A new project with the default schema; you manage it."""
        made = Project(self, str(uuid4()))
        made.send({"type": "create_project", "data": {"name": name, **settings}})
        return made

    def get(self, path: str, **query: Any) -> Any:
        """The answer to a read, as JSON; a parameter that is None is left out."""
        return self.request("GET", path, query=query).json()

    def pages(self, path: str, **query: Any) -> Iterator[Any]:
        """What a list holds, page by page."""
        cursor: str | None = ""
        while cursor is not None:
            page = self.get(path, cursor=cursor or None, **query)
            yield from page["results"]
            cursor = page["next"]

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        json: Any = None,
        content: bytes | None = None,
        again: bool = True,
    ) -> httpx.Response:
        """An answer that is none of the refusals; ``again`` allows to send the request more than once.

        Raises:
            Problem: the server refused.
            httpx.TransportError: it cannot be reached.
        """
        params = {key: value for key, value in (query or {}).items() if value is not None}
        headers = {"Content-Type": "application/octet-stream"} if content is not None else {}
        for pause in (*WAIT_AGAIN, None) if again else (None,):
            try:
                answer = self._http.request(
                    method, path, params=params, json=json, content=content, headers=headers
                )
            except httpx.TransportError:
                if pause is None:
                    raise
            else:
                if pause is None or answer.status_code not in _NOT_NOW:
                    return _good(answer)
            time.sleep(pause)
        raise AssertionError  # the last way around returns or raises


def _good(answer: httpx.Response) -> httpx.Response:
    if answer.status_code < 400:
        return answer
    try:
        document = answer.json()
    except ValueError:
        document = {"status": answer.status_code, "title": answer.text[:200]}
    raise Problem(document)
