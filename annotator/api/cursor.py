"""Opaque places in a list, stable while the list grows."""

import base64
import binascii

from annotator.api.problems import Problem


def encode_cursor(place: int | None) -> str | None:
    """A place as text; None stays None."""
    return None if place is None else base64.urlsafe_b64encode(f"i{place}".encode()).decode().rstrip("=")


def decode_cursor(text: str) -> int:
    """The place of a cursor; an empty one is the beginning.

    Raises:
        Problem: this is no cursor that we gave.
    """
    if not text:
        return 0
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        plain = b""
    digits = plain[1:]
    if not plain.startswith(b"i") or not digits.isdigit() or len(digits) > 18:
        raise Problem(400, "bad-parameter", "A query parameter cannot be used.", parameter="cursor")
    return int(digits)
