"""Secrets of webhooks, and signatures by them, after the Standard Webhooks specification."""

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

PREFIX = "whsec_"
_LENGTH = 32  # bytes


class SecretUnreadable(Exception):
    """The secret was sealed by another server's key; make a new one."""


def new_secret() -> str:
    """A secret as it is shown, once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_LENGTH)).decode()


def sealed(secret: str) -> str:
    """As it is kept: a copy of the database alone gives nobody the means to speak in our name."""
    return _box().encrypt(secret.encode()).decode()


def opened(kept: str) -> str:
    """The secret.

    Raises:
        SecretUnreadable
    """
    try:
        return _box().decrypt(kept.encode()).decode()
    except InvalidToken:
        raise SecretUnreadable from None


def signature(secret: str, *, id: str, timestamp: int, body: bytes) -> str:
    """One signature, as the header ``webhook-signature`` has it, several apart by blanks; ``timestamp`` in seconds."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    content = f"{id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, content, "sha256")).decode()


def _box() -> Fernet:
    key = hashlib.sha256(b"secrets of webhooks\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
