"""A table on disk for what a format can write only when all documents have passed."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any


class Scratch:
    """Rows by key, given back in the order in which they came; memory does not grow with them."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("")  # a temporary file, gone with the connection
        self._base.execute("CREATE TABLE row (key TEXT, data TEXT)")
        self._indexed = False

    def add(self, rows: Sequence[tuple[str, str]]) -> None:
        self._base.executemany("INSERT INTO row VALUES (?, ?)", rows)

    def of(self, key: str) -> Iterator[str]:
        if not self._indexed:
            self._base.execute("CREATE INDEX by_key ON row (key)")
            self._indexed = True
        found: Iterator[tuple[Any]] = self._base.execute(
            "SELECT data FROM row WHERE key = ? ORDER BY rowid", (key,)
        )
        return (data for (data,) in found)

    def all(self) -> Iterator[tuple[str, str]]:
        return iter(self._base.execute("SELECT key, data FROM row ORDER BY rowid"))

    def close(self) -> None:
        self._base.close()
