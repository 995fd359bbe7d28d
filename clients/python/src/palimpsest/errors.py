"""What can go wrong, as exceptions."""

from collections.abc import Mapping
from typing import Any


class Problem(Exception):
    """The server refused: a problem document (RFC 9457).

    ``type`` names the kind, as ``release-name-taken``; ``pointer`` the place in what was sent; ``facts`` say more.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.type = str(document.get("type", "")).removeprefix("urn:palimpsest:")
        self.status = int(document.get("status", 0))
        self.title = str(document.get("title", ""))
        self.detail = str(document.get("detail", ""))
        self.pointer: str | None = document.get("pointer")
        self.facts: Mapping[str, Any] = document.get("facts", {})
        super().__init__(f"{self.title} {self.detail}".strip() or self.type)


class Failed(Exception):
    """A job ended without a result; the message is the server's."""
