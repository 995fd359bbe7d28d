"""Articles pass through one at a time: twice as many take no more memory."""

import tracemalloc
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from annotator.formats.export import export
from annotator.formats.registry import find
from tests.bench.bench_formats import corpus
from tests.unit.formats.samples import ORIGIN


def _peak(work: Callable[[], object]) -> int:
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def _export(key: str, documents: int, path: Path) -> None:
    form = find(key)
    assert form.writer is not None
    with path.open("wb") as target:
        export(form, corpus(documents), target, form.writer.options(), ORIGIN)


@pytest.mark.parametrize(("key", "allowed"), [("jsonl", 50_000), ("conll2003", 3_000_000)])
def test_writing_more_articles_takes_no_more_memory(key: str, allowed: int, tmp_path: Path) -> None:
    """CoNLL remembers words it has cut, up to a limit, but no article."""
    _export(key, 20, tmp_path / "warm")
    small, large = (_peak(lambda n=n: _export(key, n, tmp_path / "x")) for n in (100, 300))  # type: ignore[misc]
    assert large - small < allowed


def test_reading_more_articles_takes_no_more_memory_than_their_ids(tmp_path: Path) -> None:
    reader = find("jsonl").reader
    assert reader is not None
    line = b'{"id":"%06d","text":"%s"}\n'

    def run(documents: int) -> None:
        source = BytesIO(b"".join(line % (number, b"word " * 500) for number in range(documents)))
        for _ in reader.read(source, reader.options()):
            pass

    run(10)
    small, large = (_peak(lambda n=n: run(n)) for n in (200, 1_000))  # type: ignore[misc]
    sources = 800 * 2_530 * 2  # the files themselves are in memory here, twice while they are joined
    assert large - small - sources < 800 * 1_000


def test_a_line_of_any_length_is_passed_over_in_pieces() -> None:
    class Endless:
        """A line of half a gigabyte that is never there at once."""

        left = 1 << 29

        def readline(self, size: int) -> bytes:
            length = min(size, self.left)
            self.left -= length
            return b"x" * length

    reader = find("jsonl").reader
    assert reader is not None
    options = reader.options(line_limit=1 << 20)
    assert _peak(lambda: list(reader.read(Endless(), options))) < 5_000_000  # type: ignore[arg-type]
