"""Small changes to an SQL function, one at a time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SQL = Path(__file__).resolve().parents[2] / "events/sql"
CHANGES = (
    (r"\bOR\b(?! REPLACE)", "AND"),
    (r"\bAND\b", "OR"),
    (r"\bIS NULL\b", "IS NOT NULL"),
    (r"\bIS NOT NULL\b", "IS NULL"),
    (r"= ANY", "<> ALL"),
    (r"<> ALL", "= ANY"),
    (r"(?<![<>-])>(?![>=])", ">="),
    (r"(?<![<>-])>(?![>=])", "<"),
    (r"(?<![<>:=]) = (?!ANY)", " <> "),
    (r"\bbool_or\b", "bool_and"),
    (r"\barray_agg\(t\.entity\)", "(array_agg(t.entity))[1:1]"),
    (r"\bUNION ALL\b", "INTERSECT"),
    (r"\bORDER BY e\.version\b", "ORDER BY e.version DESC"),
    (r"\bORDER BY e\.version\)", ")"),
    (r"'e'", "'s'"),
    (r"'r'", "'q'"),
    (r"'c'", "'v'"),
)


@dataclass(frozen=True, slots=True)
class Changed:
    """The text of a function with one change."""

    what: str
    text: str


def mutants(name: str) -> Iterator[Changed]:
    """Of a file in ``events/sql``; comments stay."""
    text = (SQL / f"{name}.sql").read_text("utf-8")
    begins = text.index("CREATE OR REPLACE")
    for pattern, new in CHANGES:
        for found in re.finditer(pattern, text[begins:]):
            at = begins + found.start()
            line = text[:at].count("\n") + 1
            if "--" in text[text.rfind("\n", 0, at) : at]:
                continue
            changed = text[:at] + new + text[at + len(found[0]) :]
            yield Changed(f"{name}.sql, line {line}: {found[0].strip()} → {new.strip()}", changed)
