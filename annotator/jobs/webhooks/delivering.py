"""Telling a webhook what it has not been told: batch after batch, until it is up to date or does not answer.

The position moves after the answer, so a kill in between sends the same delivery once more and loses nothing. Only
what stands in the log is told, and only to rows of their own: nothing of it hangs on read models, and no rebuild
comes by here.
"""

import random
import time
from typing import Literal

from annotator.domain.webhook import Subscribed
from annotator.jobs.models import Webhook
from annotator.jobs.webhooks.batch import Batch, message_of, next_batch
from annotator.jobs.webhooks.rows import Key, held, subscription, update
from annotator.jobs.webhooks.secrets import SecretUnreadable
from annotator.jobs.webhooks.sending import Attempt, send

FIRST_PAUSE = 5.0  # seconds after the first failure, doubled with each further one
LONGEST_PAUSE = 3600.0
DAYS = 5
"""A webhook that has failed for so long without a success in between is disabled."""

Ending = Literal["done", "rests", "failed", "elsewhere"]


def deliver(key: Key, *, seconds: float) -> Ending:
    """Tell a webhook for about so long; "rests" says that there is more to tell."""
    end = time.monotonic() + seconds
    with held(key) as mine:
        if not mine:
            return "elsewhere"
        while (row := _ready(key)) is not None:
            hook = subscription(key)
            if hook is None:
                row.delete()  # its secret goes, too
                return "done"
            if hook.paused:
                return "done"
            batch = next_batch(hook, row)
            if batch.upto == row.position:
                return "done"
            if not _told(key, hook, row, batch):
                return "failed"
            if time.monotonic() >= end:
                return "rests"
        return "done"


def _ready(key: Key) -> Webhook | None:
    return next(iter(Webhook.objects.raw(_READY, [*key])), None)


_READY = """SELECT * FROM annotator_webhook
             WHERE project = %s AND webhook = %s AND disabled_at IS NULL
               AND (next_try_at IS NULL OR next_try_at <= now())"""


def _told(key: Key, hook: Subscribed, row: Webhook, batch: Batch) -> bool:
    """Send one delivery, or pass over a stretch that holds nothing for this webhook."""
    if batch.is_empty:
        return _moved_on(key, row, batch)
    if row.sending != batch.upto and not update(key, row.round, "sending = %s", [batch.upto]):
        return True  # sent back meanwhile: begin there
    id_, body = message_of(row, batch)
    try:
        attempt = send(hook.url, row, id_, body)
    except SecretUnreadable as error:
        _disable(key, row, str(error.__doc__))
        return False
    if attempt.error:
        _failed(key, row, attempt)
        return False
    _note(key, row, attempt)
    return _moved_on(key, row, batch, delivered=1)


def _moved_on(key: Key, row: Webhook, batch: Batch, *, delivered: int = 0) -> bool:
    place = batch.next
    stays = place is not None
    update(
        key,
        row.round,
        "position = %s, sending = %s, place = %s, delivered = delivered + %s",
        [
            batch.after if stays else batch.upto,
            batch.upto if stays else None,
            place if place is not None else 0,
            delivered,
        ],
    )
    return True


def _note(key: Key, row: Webhook, attempt: Attempt) -> None:
    update(
        key,
        row.round,
        """status = %s, error = '', milliseconds = %s, tried_at = now(), attempts = 0,
           failing_since = NULL, next_try_at = NULL""",
        [attempt.status, attempt.milliseconds],
    )


def _failed(key: Key, row: Webhook, attempt: Attempt) -> None:
    """Try again later, and the later the longer it has failed; give up after some days."""
    pause = max(pause_after(row.attempts), attempt.wish or 0.0)
    update(
        key,
        row.round,
        """status = %s, error = %s, milliseconds = %s, tried_at = now(), attempts = attempts + 1,
           failing_since = coalesce(failing_since, now()), next_try_at = now() + %s * interval '1 second'""",
        [attempt.status, attempt.error[:500], attempt.milliseconds, pause],
    )
    if attempt.gone:
        _disable(key, row, "It answered 410: it wants no more deliveries.")
        return
    reason = f"No delivery was acknowledged for {DAYS} days. {attempt.error}"
    update(
        key,
        row.round,
        """disabled_at = CASE WHEN failing_since < now() - %s * interval '1 day' THEN now() END,
           disabled_reason = CASE WHEN failing_since < now() - %s * interval '1 day' THEN %s ELSE '' END""",
        [DAYS, DAYS, reason[:500]],
    )


def pause_after(attempts: int) -> float:
    """Seconds until the next attempt after so many failures: doubled each time, and never the same for two."""
    longest: float = min(FIRST_PAUSE * 2 ** min(attempts, 20), LONGEST_PAUSE)
    return longest * random.uniform(0.75, 1.25)  # noqa: S311 - it spreads load, it guards nothing


def _disable(key: Key, row: Webhook, reason: str) -> None:
    update(key, row.round, "disabled_at = now(), disabled_reason = %s", [reason])
