"""SQL that looks at events' types or payloads sees them in today's shape."""

import re
from pathlib import Path

import pytest

ROOMS = Path(__file__).resolve().parents[3] / "annotator"
FILES = sorted(
    path
    for room in ("projections", "queries", "application", "jobs", "tasks")
    for path in (ROOMS / room).rglob("*.py")
    if "es.event" in path.read_text()
)
STRINGS = re.compile(r'"""[\s\S]*?"""|"[^"\n]*"')


def reads_old_shapes(statement: str) -> bool:
    """Rows that are decoded by the catalog come with their schema version, and may be as they were stored."""
    of_table = re.search(r"\bes\.event\b(?!_)", statement)
    looks_inside = re.search(r"\btype\b|payload ->", statement)
    return bool(of_table and looks_inside and "schema_version" not in statement)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOMS)))
def test_a_statement_about_types_or_payloads_reads_the_view(path: Path) -> None:
    assert [each for each in STRINGS.findall(path.read_text()) if reads_old_shapes(each)] == []


def test_what_reads_the_table_is_told_from_what_reads_the_view() -> None:
    assert reads_old_shapes("SELECT payload ->> 'label' FROM es.event")
    assert reads_old_shapes("SELECT position FROM es.event e WHERE e.type = 'note_put'")
    assert not reads_old_shapes("SELECT position FROM es.event_current WHERE type = 'note_put'")
    assert not reads_old_shapes("SELECT max(position) FROM es.event")
    assert not reads_old_shapes("SELECT type, schema_version, payload FROM es.event")
