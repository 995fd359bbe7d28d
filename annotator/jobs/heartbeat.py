"""Signs of life of those who do the work."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from django.db import DatabaseError, InterfaceError, connection

WORKER = "worker"
EVERY_SECONDS = 4.0


def beat(name: str = WORKER) -> None:
    """Write down that work is being looked for now, by the clock of the database."""
    sql = """INSERT INTO annotator_heartbeat (name, seen_at) VALUES (%s, now())
             ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [name])


@contextmanager
def beating() -> Iterator[None]:
    """Beat now, and go on while the block works: a long fold shows nothing of itself until it commits."""
    beat()
    done = threading.Event()
    thread = threading.Thread(target=_beat_until, args=(done,), name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _beat_until(done: threading.Event) -> None:
    while not done.wait(EVERY_SECONDS):
        with suppress(DatabaseError, InterfaceError, psycopg.Error):
            beat()
        connection.close()
