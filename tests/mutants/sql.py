"""Small changes to an SQL function, one at a time."""

import importlib
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


IN_FOLDS = (
    *CHANGES,
    (r"\bDESC\b", "ASC"),
    (r"\bmax\(", "min("),
    (r"\bmin\(", "max("),
    (r" \+ ", " - "),
    (r"(?<=\)) *- (?=\()", " + "),
    (r"<= ", "< "),
    (r"\bgreatest\(", "least("),
    (r"\bcoalesce\((\w+\.\w+), (\w+\.\w+)\)", r"\2"),
    (r"\bfalse\b", "true"),
    (r"\bTHEN excluded\.(\w+) ELSE t\.\1\b", r"THEN t.\1 ELSE excluded.\1"),
    (r"\b(\w+) = excluded\.\1\b", r"\1 = t.\1"),
    (r"'(\w+_\w+)'", r"'no_\1'"),
)
"""Changes of the statements that fold a read model."""


@dataclass(frozen=True, slots=True)
class Fold:
    """A statement of a module with one change, put in its place."""

    module: str
    name: str
    what: str
    text: str

    def put(self) -> None:
        setattr(importlib.import_module(self.module), self.name, self.text)


def folds(module_name: str) -> Iterator[Fold]:
    """Of the statements that a module has as constants."""
    for name, text in vars(importlib.import_module(module_name)).items():
        if not isinstance(text, str) or not re.search(r"\b(SELECT|UPDATE)\b", text) or name.startswith("__"):
            continue
        for pattern, new in IN_FOLDS:
            for found in re.finditer(pattern, text):
                changed = found.expand(new)
                line = text[: found.start()].count("\n") + 1
                what = f"{name}, line {line}: {found[0].strip()} → {changed.strip()}"
                yield Fold(module_name, name, what, text[: found.start()] + changed + text[found.end() :])


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
