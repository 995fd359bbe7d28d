"""The identity of a database's history."""

from typing import Any


def begin_after_restore(cursor: Any) -> None:
    """Begin a new epoch where the present one began on another server: clients that are ahead of it have to notice.

    A restored dump, a copy of the files that was recovered to an earlier time, and a replica that took over are all
    such histories. The owner's right is needed.
    """
    cursor.execute(
        "UPDATE es.epoch SET id = gen_random_uuid(), since = now(), server = es.server() WHERE server <> es.server()"
    )
