"""The base of the domain's exceptions."""

from typing import Any

from events.decider import Refused


class Refusal(Refused):
    """The command is against a rule.

    Each subclass is named after a fact and its docstring is its message. ``details`` are plain JSON for the
    person who asked: ``pointer`` names the offending field of the command's data as a JSON pointer.
    """

    def __init__(self, **details: Any) -> None:
        super().__init__(self.message())
        self.details = details

    @classmethod
    def message(cls) -> str:
        """The docstring on one line."""
        return " ".join((cls.__doc__ or cls.__name__).split())

    def __str__(self) -> str:
        said = ", ".join(f"{key}: {value!r}" for key, value in self.details.items() if key != "pointer")
        return f"{self.message()} ({said})" if said else self.message()
