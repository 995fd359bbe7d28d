"""What a view's method declares: its row of access, its parameters, its bodies; the schema is made of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from annotator.api.access_table import ACCESS, Row
from annotator.api.parameters import NoParameters, Parameters

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. ``answer`` is the type of the JSON answer, None for other media types."""

    name: str
    row: Row
    parameters: type[Parameters]
    body: Any
    answer: Any
    status: int
    summary: str
    media_type: str


OPERATIONS: Final[dict[str, Operation]] = {}


def operation(
    name: str,
    *,
    answer: Any = None,
    body: Any = None,
    parameters: type[Parameters] = NoParameters,
    status: int = 200,
    media_type: str = "application/json",
) -> Callable[[F], F]:
    """Declare a view's method.

    Raises:
        KeyError: the table of access has no such row.
    """

    def declare(method: F) -> F:
        summary = " ".join((method.__doc__ or "").split("\n\n")[0].split())
        method.operation = declared(  # type: ignore[attr-defined]
            name,
            answer=answer,
            body=body,
            parameters=parameters,
            status=status,
            media_type=media_type,
            summary=summary,
        )
        return method

    return declare


def declared(
    name: str,
    *,
    answer: Any = None,
    body: Any = None,
    parameters: type[Parameters] = NoParameters,
    status: int = 200,
    media_type: str = "application/json",
    summary: str = "",
) -> Operation:
    """An operation, made known by its name.

    Raises:
        KeyError: the table of access has no such row.
    """
    made = Operation(name, ACCESS[name], parameters, body, answer, status, summary, media_type)
    OPERATIONS[name] = made
    return made
