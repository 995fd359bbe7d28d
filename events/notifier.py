"""Hints that a log has grown. A lost hint costs seconds, never data: readers also look by themselves."""

from collections.abc import Callable
from uuid import UUID

Listener = Callable[[UUID, int], None]
_listeners: list[Listener] = []


def subscribe(listener: Listener) -> None:
    """Call ``listener(project, position)`` after each append of this process; it must not raise nor wait."""
    if listener not in _listeners:
        _listeners.append(listener)


def notify(project: UUID, position: int) -> None:
    """Tell the listeners that the project's log has reached a position."""
    for listener in _listeners:
        listener(project, position)
