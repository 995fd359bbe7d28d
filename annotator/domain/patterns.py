"""Regular expressions that a project gives: RE2 alone matches them, so none can take more than linear time."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import re2

from annotator.domain.refusals import Refusal

MEMORY = 8 << 20
"""Bytes that a compiled expression may take; a bigger one is refused, so that no definition fills the memory."""

GROUP = "mark"


class PatternRefused(Refusal):
    """The regular expression cannot be used; it must be one that RE2 takes, and match something."""


def check_pattern(expression: str, *, ignore_case: bool, pointer: str) -> None:
    """Refuse an expression that RE2 does not take, that needs too much memory, or that matches nothing at all.

    Raises:
        PatternRefused
    """
    try:
        compiled = compiled_pattern(expression, ignore_case=ignore_case)
    except re2.error as error:
        said = error.args[0] if error.args else "unknown"
        reason = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        raise PatternRefused(reason=reason, pointer=pointer) from None
    if compiled.fullmatch("") is not None:
        raise PatternRefused(reason="it matches the empty text", pointer=pointer)


@lru_cache(maxsize=1000)
def compiled_pattern(expression: str, *, ignore_case: bool) -> Any:
    """The expression as RE2 has it.

    Raises:
        re2.error
    """
    options = re2.Options()
    options.max_mem = MEMORY
    options.log_errors = False
    options.case_sensitive = not ignore_case
    return re2.compile(expression, options)


def matches(compiled: Any, text: str, *, most: int) -> Iterator[tuple[int, int]]:
    """Stretches that match, in order and without overlap, at most so many; in code points."""
    group = compiled.groupindex.get(GROUP, 0)
    for n, found in enumerate(compiled.finditer(text)):
        if n >= most:
            return
        start, end = found.span(group)
        if 0 <= start < end:
            yield start, end
