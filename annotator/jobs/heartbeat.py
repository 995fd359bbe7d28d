"""Signs of life of those who do the work."""

import time

from django.db import connection

WORKER = "worker"
EVERY_SECONDS = 3.0

_last = 0.0


def beat_at_times() -> None:
    """`beat`, but not more often than anybody looks: for the midst of long work."""
    global _last
    if time.monotonic() - _last >= EVERY_SECONDS:
        _last = time.monotonic()
        beat()


def beat(name: str = WORKER) -> None:
    """Write down that work is being looked for now, by the clock of the database."""
    sql = """INSERT INTO annotator_heartbeat (name, seen_at) VALUES (%s, now())
             ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [name])
