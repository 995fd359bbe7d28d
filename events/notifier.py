"""Hints that a log has grown. A lost hint costs seconds, never data: readers also look by themselves."""

from collections.abc import Callable
from uuid import UUID

Listener = Callable[[UUID, int], None]
_listeners: list[Listener] = []


def subscribe(listener: Listener) -> None:
    """Call ``listener(project, position)`` after each append of this process; it must not wait."""
    if listener not in _listeners:
        _listeners.append(listener)


def unsubscribe(listener: Listener) -> None:
    """Call it no more."""
    if listener in _listeners:
        _listeners.remove(listener)


def notify(project: UUID, position: int) -> None:
    """Tell the listeners that the project's log has reached a position."""
    for listener in _listeners:
        listener(project, position)
