"""Small helps for immutable maps."""

from typing import Any, TypeVar

from immutables import Map

K = TypeVar("K")
V = TypeVar("V")

EMPTY: Map[Any, Any] = Map()


def without(items: Map[K, V], key: K) -> Map[K, V]:
    """The map without a key that may be missing."""
    return items.delete(key) if key in items else items


def gather(groups: Map[K, frozenset[V]], key: K, member: V) -> Map[K, frozenset[V]]:
    """The groups with one member more."""
    return groups.set(key, groups.get(key, frozenset()) | {member})


def scatter(groups: Map[K, frozenset[V]], key: K, member: V) -> Map[K, frozenset[V]]:
    """The groups with one member fewer; an empty group goes."""
    rest = groups.get(key, frozenset()) - {member}
    return groups.set(key, rest) if rest else without(groups, key)
