"""Random secrets and the digests that are stored instead of them."""

import hashlib
import secrets

# A secret of 256 random bits needs no slow hash: there is nothing to guess.
_BYTES = 32


def new_secret(prefix: str) -> str:
    """A fresh secret; the prefix lets scanners recognise one that leaked."""
    return f"{prefix}{secrets.token_urlsafe(_BYTES)}"


def digest(secret: str) -> bytes:
    """What the database keeps of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
