"""Diagnostics on their way: of one document, and summed up over a file."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from annotator.formats.records import Diagnostic

_KINDS_OF_REMARK = 1_000
_SHOWN = 80


@dataclass(slots=True)
class Faults:
    """What is wrong in one document, in the order found."""

    document: str | None
    found: list[Diagnostic] = field(default_factory=list)

    def error(
        self,
        code: str,
        message: str,
        line: int,
        record: str | None = None,
        repair: str | None = None,
        column: int | None = None,
    ) -> None:
        self._add("error", code, message, line, record, repair, column)

    def warning(self, code: str, message: str, line: int, record: str | None, repair: str) -> None:
        self._add("warning", code, message, line, record, repair)

    def note(self, code: str, message: str, line: int, repair: str) -> None:
        self._add("note", code, message, line, None, repair)

    def refuse(self) -> bool:
        return any(diagnostic.severity == "error" for diagnostic in self.found)

    def _add(
        self,
        severity: str,
        code: str,
        message: str,
        line: int,
        record: str | None,
        repair: str | None,
        column: int | None = None,
    ) -> None:
        found = Diagnostic(
            code=code,
            message=message,
            severity=severity,
            line=line,
            column=column,
            document=self.document,
            record=record,
            repair=repair,
        )
        self.found.append(found)


@dataclass(slots=True)
class Remarks:
    """What occurs so often that it is told once, at the end, with its count."""

    first: dict[tuple[str, str, str], int] = field(default_factory=dict)
    count: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def add(self, severity: str, code: str, message: str, line: int) -> None:
        """``message`` goes on after the count: "48 times: …"."""
        key = (severity, code, message)
        if key in self.count or len(self.count) < _KINDS_OF_REMARK:
            self.first.setdefault(key, line)
            self.count[key] = self.count.get(key, 0) + 1

    def told(self) -> Iterator[Diagnostic]:
        for (severity, code, message), count in self.count.items():
            times = "once" if count == 1 else f"{count:,} times"
            line = self.first[severity, code, message]
            yield Diagnostic(code=code, message=f"{message} ({times})", severity=severity, line=line)


def shown(text: str) -> str:
    """A text from the file as a message quotes it: in one line and not for ever."""
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")
