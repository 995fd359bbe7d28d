"""Checking that a delivery to a webhook of yours comes from the server, unchanged and not long ago.

Deliveries are signed after the Standard Webhooks specification, so any library for it does the same.
"""

import base64
import binascii
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

TOLERANCE = 300.0  # seconds between the sender's clock and ours

_PREFIX = "whsec_"


class NotVerified(Exception):
    """The delivery is not to be trusted; the message says why."""


def verify(
    body: bytes,
    headers: Mapping[str, str],
    secret: str,
    *,
    tolerance: float = TOLERANCE,
    now: float | None = None,
) -> Any:
    """The delivery's content, once its signature is found right.

    ``body`` must be the very bytes that came in. ``now`` is the time in seconds since 1970, by default that of this
    machine. A delivery may come twice: its ``webhook-id`` is the same then.

    Raises:
        NotVerified
    """
    given = {name.lower(): value for name, value in headers.items()}
    try:
        id_, said, signatures = (given[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
    except KeyError as error:
        raise NotVerified(f"The header {error} is missing.") from None
    if not (said.isascii() and said.isdigit()):
        raise NotVerified("The header webhook-timestamp is no time.")
    if abs((time.time() if now is None else now) - int(said)) > tolerance:
        raise NotVerified("The delivery is too old, or from the future.")
    right = hmac.digest(_key(secret), f"{id_}.{said}.".encode() + body, "sha256")
    if not any(_is(right, each) for each in signatures.split()):
        raise NotVerified("No signature fits.")
    return json.loads(body)


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise NotVerified("The secret is not one of a webhook: those begin with whsec_.") from None


def _is(right: bytes, signature: str) -> bool:
    version, _, text = signature.partition(",")
    try:
        return version == "v1" and hmac.compare_digest(base64.b64decode(text), right)
    except (binascii.Error, ValueError):
        return False
