"""What became of a file: counts, and what was wrong in it, with its place."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from annotator.domain.refusals import Refusal
from annotator.formats.records import Diagnostic

SHOWN = 500  # diagnostics that a report holds; all are counted
FIRST = 20  # documents that a report shows


@dataclass(slots=True)
class Report:
    """Rows are documents: as many were accepted, new or known, as were not rejected.

    ``foreign`` are names of the file's own that nobody mapped. ``first``, ``copies`` and ``repeats`` show some documents
    of a rehearsal; what is written is on the board, and can be erased there.
    """

    format: str
    counts: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    diagnostics: list[dict[str, Any]] = field(default_factory=list)
    authors: dict[str, str] = field(default_factory=dict)
    faulty: str | None = None
    languages: Counter[str] = field(default_factory=Counter)
    rehearsed: bool = False
    first: list[dict[str, Any]] = field(default_factory=list)
    copies: list[dict[str, Any]] = field(default_factory=list)
    repeats: list[dict[str, Any]] = field(default_factory=list)
    foreign: list[dict[str, Any]] = field(default_factory=list)

    def likened(self, copied: dict[str, Any] | None, repeats: dict[str, Any] | None) -> None:
        """A document is a copy of another, or says a sentence twice."""
        for name, found, kept in (("copies", copied, self.copies), ("repeats", repeats, self.repeats)):
            if found is not None:
                self.counts[name] += 1
                kept += [found][: FIRST - len(kept)]

    def accepted(self, counts: Mapping[str, int], *, new: bool, known: Mapping[str, Any]) -> None:
        """A document, an entity or a piece of the schema is in the project."""
        if known:
            self.languages[known["language"]] += 1
            if self.rehearsed and len(self.first) < FIRST:
                self.first.append({**known, "new": new})
        if new:
            self.counts.update(counts)
        else:
            self.counts["unchanged"] += counts.get("documents", 0)

    def refused(self, place: str, thing: str, refusal: Refusal, *, document: bool) -> None:
        """The rules are against it."""
        self.counts["rejected"] += document
        self._add(
            {
                "code": type(refusal).__name__,
                "message": str(refusal),
                "severity": "error",
                "line": None,
                "document": place if document else None,
                "record": thing,
            }
        )

    def told(self, found: Diagnostic) -> None:
        """The reader found something wrong; errors refuse the document they stand in, once."""
        if found.severity == "error":
            place = found.document or f"line {found.line}"
            self.counts["rejected"] += place != self.faulty
            self.faulty = place
        if found.code in _FOREIGN and found.record and len(self.foreign) < SHOWN:
            kind, _, name = found.record.partition(" ")
            self.foreign.append({"kind": kind, "name": name, "count": found.count})
        shown = ("code", "message", "severity", "line", "column", "document", "record", "repair")
        self._add({key: getattr(found, key) for key in shown if getattr(found, key) is not None})

    def _add(self, row: dict[str, Any]) -> None:
        self.codes[row["code"]] += 1
        if len(self.diagnostics) < SHOWN:
            self.diagnostics.append(row)

    def part(self) -> "Report":
        """An empty report of what comes next, to be taken in once it is certain."""
        return Report(self.format, faulty=self.faulty, rehearsed=self.rehearsed)

    def take(self, part: "Report") -> None:
        """Take a part in."""
        self.counts.update(part.counts)
        self.codes.update(part.codes)
        self.diagnostics += part.diagnostics[: SHOWN - len(self.diagnostics)]
        self.languages.update(part.languages)
        self.first += part.first[: FIRST - len(self.first)]
        self.copies += part.copies[: FIRST - len(self.copies)]
        self.foreign += part.foreign[: SHOWN - len(self.foreign)]
        self.repeats += part.repeats[: FIRST - len(self.repeats)]
        self.faulty = part.faulty

    def shown(self) -> dict[str, Any]:
        """The report as a job shows it."""
        accepted = self.counts["documents"] + self.counts["unchanged"]
        return {
            "format": self.format,
            "rows": accepted + self.counts["rejected"],
            "accepted": accepted,
            "rejected": self.counts["rejected"],
            "new": self.counts["documents"],
            "unchanged": self.counts["unchanged"],
            **{key: self.counts[key] for key in _COUNTED},
            "authors": [{"id": id_, "name": name} for id_, name in self.authors.items()],
            "languages": dict(sorted(self.languages.items())),
            **(self._likeness() if self.rehearsed else {}),
            "problems": dict(self.codes),
            "diagnostics": self.diagnostics,
        }

    def _likeness(self) -> dict[str, Any]:
        return {
            "first": self.first,
            "foreign": self.foreign,
            "copies": {"documents": self.counts["copies"], "first": self.copies},
            "repeats": {"documents": self.counts["repeats"], "first": self.repeats},
        }

    def kept(self) -> dict[str, Any]:
        """Everything, for the job that goes on after a kill."""
        return {
            "format": self.format,
            "counts": dict(self.counts),
            "codes": dict(self.codes),
            "diagnostics": self.diagnostics,
            "authors": self.authors,
            "faulty": self.faulty,
            "languages": dict(self.languages),
        }


_FOREIGN = ("foreign_label", "foreign_link", "foreign_attribute")
_COUNTED = ("sets", "annotations", "links", "document_labels", "entities", "schema")


def resumed(kept: dict[str, Any]) -> Report:
    """The report that ``kept`` was made of."""
    return Report(
        kept["format"],
        Counter(kept["counts"]),
        Counter(kept["codes"]),
        list(kept["diagnostics"]),
        dict(kept["authors"]),
        kept["faulty"],
        Counter(kept.get("languages", {})),
    )
