"""A sealed segment proves itself, and puts a log back that was dropped: to the same bytes, folding to the same state."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from events.segments import Unsound, check, manifest_of
from tests.integration.events.notebook import NoteRemoved, a_book, a_command, a_note, an_id
from tests.integration.events.tallies import Notes
from tests.support.scratch import breaks, manage, write

FOLD = Notes.folds["tnotes"].replace("%(after)s", "0").replace("%(upto)s", "1000")


@pytest.fixture
def project(scratch: str) -> UUID:
    """Seven events: notes with odd characters in their labels, one removed again."""
    project = an_id()
    book, other = a_book(project), a_book(project)
    with psycopg.connect(scratch) as connection:
        for label in ("actor", 'say "so"\\', "ä😀\u2028", "</script>"):
            write(connection, a_command(book, a_note(label=label, text="secret")))
        gone = a_note()
        write(connection, a_command(other, gone, NoteRemoved(gone.note)))
        write(connection, a_command(other, a_note()))
    return project


def everything(url: str) -> tuple[list[object], list[object]]:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT * FROM es.event ORDER BY project, position").fetchall()
        fold = FOLD.replace("%(project)s", "project").encode()
        return list(found), sorted(connection.execute(fold).fetchall(), key=str)


def drop_rows(url: str, project: UUID) -> None:
    """As the tables' owner may, once a segment is kept."""
    with psycopg.connect(url, autocommit=True) as owner:
        for (name,) in owner.execute(
            "SELECT relid::regclass::text FROM pg_partition_tree('es.event')"
        ).fetchall():
            owner.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER".encode())
        owner.execute("DELETE FROM es.event WHERE project = %s", [project])


def test_a_dropped_log_comes_back_from_its_segments(scratch: str, project: UUID, tmp_path: Path) -> None:
    first, second = tmp_path / "first.parquet", tmp_path / "second.parquet"
    before = everything(scratch)
    assert manage(scratch, "seal", str(first), "--project", str(project), "--upto", "4")[0] == 0
    code, said = manage(scratch, "seal", str(second), "--project", str(project), "--after", "4")
    assert code == 0, said
    assert everything(scratch) == before
    assert (check(first).last, check(second).last) == (4, 7)
    assert manage(scratch, "seal", "--check", str(second)) == (0, said)

    drop_rows(scratch, project)
    code, said = manage(scratch, "seal", "--restore", str(second))
    assert "ends at 0, the segment begins at 5" in said
    assert code != 0
    for each in (first, second):
        code, said = manage(scratch, "seal", "--restore", str(each))
        assert code == 0, said
    assert everything(scratch) == before
    assert breaks(scratch, project) == []


def test_a_segment_holds_nothing_that_may_have_to_be_erased(
    scratch: str, project: UUID, tmp_path: Path
) -> None:
    segment = tmp_path / "log.parquet"
    manage(scratch, "seal", str(segment), "--project", str(project))
    table = pq.read_table(segment)
    assert table.num_rows == 7
    assert not any("secret" in payload for payload in table["payload"].to_pylist())
    assert pq.ParquetFile(segment).metadata.row_group(0).column(0).compression == "ZSTD"


def _flip(segment: Path) -> None:
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 1
    segment.write_bytes(data)


def _rewrite(segment: Path, column: str, values: Callable[[list[object]], list[object]]) -> None:
    """A forger who makes file and manifest anew, but not the chain."""
    table = pq.read_table(segment)
    field = table.schema.field(column)
    new = pa.array(values(table[column].to_pylist()), field.type)
    pq.write_table(table.set_column(table.schema.get_field_index(column), field, new), segment)
    _agree(segment)


def _agree(segment: Path) -> None:
    told = json.loads(manifest_of(segment).read_text())
    told |= {"bytes": segment.stat().st_size, "sha256": hashlib.sha256(segment.read_bytes()).hexdigest()}
    manifest_of(segment).write_text(json.dumps(told))


FORGED: dict[str, Callable[[Path], None]] = {
    "is not the file": _flip,
    "hash at 3": lambda s: _rewrite(s, "type", lambda v: [*v[:2], "note_removed", *v[3:]]),
    "hash at 1": lambda s: _rewrite(s, "issued_by", lambda v: [bytes(16), *v[1:]]),
    "hash at 7": lambda s: _rewrite(s, "payload", lambda v: [*v[:-1], "{}"]),
    "where 1 would follow": lambda s: _rewrite(s, "position", lambda v: [2, *v[1:]]),
}


@pytest.mark.parametrize("said", FORGED)
def test_a_forged_segment_is_refused_with_its_place(
    scratch: str, project: UUID, tmp_path: Path, said: str
) -> None:
    segment = tmp_path / "log.parquet"
    assert manage(scratch, "seal", str(segment), "--project", str(project))[0] == 0
    FORGED[said](segment)
    with pytest.raises(Unsound, match=said):
        check(segment)
