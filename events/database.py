"""Django's connection, without the detours that the hot statements of the log do not need."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection


@contextmanager
def prepared() -> Iterator[psycopg.Cursor[Any]]:
    """A cursor that sends values apart from the statement, which the server parses and plans once a connection.

    It belongs to the current transaction, and raises Django's errors, as ``connection.cursor()`` does. Statements are
    kept only where the connection's options allow it (``prepare_threshold``).
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        yield cursor


def array(items: Iterable[object]) -> str:
    """An array in PostgreSQL's text form, for items whose own text needs no quotes: numbers, ids, names.

    Some times faster than a list that psycopg looks through for its type.
    """
    return f"{{{','.join('NULL' if item is None else str(item) for item in items)}}}"


def takes_changes() -> bool:
    """Whether this transaction may write: not on a standby, nor where only reading was asked for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT NOT current_setting('transaction_read_only')::boolean")
        return bool(cursor.fetchone()[0])
