"""Ids that follow from a name, so that every server gives a label the same one."""

from uuid import UUID, uuid5

NAMESPACE = UUID("6f1e0d3c-52b7-5c0e-9a41-7d1c8a5e2b90")


def keyed_id(kind: str, key: str) -> str:
    """The entity id of something known by a text key, such as ``keyed_id("label", "actor")``."""
    return str(uuid5(NAMESPACE, f"{kind}/{key}"))
