"""One delivery on its way: signed, through the guard, and what became of it."""

import time
from dataclasses import dataclass

from django.utils import timezone

from annotator.jobs.models import Webhook
from annotator.jobs.webhooks.secrets import opened, signature
from annotator.net import Limits, NetFault, exchange

SECONDS = 10.0  # for an answer
_LIMITS = Limits(seconds=SECONDS, size=1 << 16, redirects=0)
_LONGEST_WISH = 3600.0  # seconds of a Retry-After that are honoured


@dataclass(frozen=True, slots=True)
class Attempt:
    """``error`` is empty when it was acknowledged; ``wish`` are the seconds that the other side asked for."""

    status: int | None
    error: str
    milliseconds: int
    wish: float | None = None

    @property
    def gone(self) -> bool:
        """Whether the other side wants no more of it, ever."""
        return self.status == 410


def send(url: str, row: Webhook, id: str, body: bytes) -> Attempt:
    """Try once. Whatever the answer says is not read: only whether it is a success.

    Raises:
        SecretUnreadable
    """
    began = time.monotonic()
    now = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": str(now),
        "webhook-signature": " ".join(
            signature(secret, id=id, timestamp=now, body=body) for secret in _secrets(row)
        ),
    }
    try:
        answer = exchange("POST", url, headers=headers, body=body, limits=_LIMITS)
    except NetFault as fault:
        return Attempt(None, str(fault), _since(began))
    return Attempt(
        answer.status, _error(answer.status), _since(began), _wish(answer.headers.get("retry-after"))
    )


def _secrets(row: Webhook) -> list[str]:
    """The secret, and for a day the one before: whoever checks has time to take the new one."""
    until = row.secret_before_until
    kept = [row.secret, row.secret_before] if until and until > timezone.now() else [row.secret]
    return [opened(each) for each in kept]


def _error(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"It answered {status}: the address leads elsewhere, and deliveries do not follow. Give the new one."
    return f"It answered {status}."


def _wish(said: str | None) -> float | None:
    return min(float(said), _LONGEST_WISH) if said and said.isascii() and said.isdigit() else None


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
