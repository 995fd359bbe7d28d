"""Signs of life of those who do the work."""

from django.db import connection

WORKER = "worker"


def beat(name: str = WORKER) -> None:
    """Write down that work is being looked for now, by the clock of the database."""
    sql = """INSERT INTO annotator_heartbeat (name, seen_at) VALUES (%s, now())
             ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [name])
