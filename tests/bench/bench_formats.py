"""How fast articles come in and go out: ``python -m tests.bench.bench_formats [documents]``.

The corpus is made up, always the same: articles of about 2,700 bytes, half Italian and half English, with
four annotations each; 10,000 of them are 27 MB with 40,000 spans. Prints seconds, megabytes a second and
the growth of resident memory. Aims: JSON Lines written in 1.5 s and read in 1 s, CoNLL written in 3 s, for
10,000 articles. The other formats write and read a tenth of them.
"""

import gc
import random
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from annotator.domain.values import LanguageRange
from annotator.formats import registry
from annotator.formats.export import export
from annotator.formats.manifest import Origin
from annotator.formats.records import (
    AnnotationRecord,
    AnnotationSetRecord,
    Diagnostic,
    DocumentRecord,
    Record,
)

_CODE_POINTS = 2_700
_VOCABULARY = 60_000  # words of a language, as frequent as Zipf says
_SYLLABLES = {
    "it": "la li be ra zio ne di u na cit tà nel val le del fiu me e ser ci to si ria no trup pe al è l'i",
    "en": "the syr ian ar my and its al lies are still need to se cure town of ter ror ists con iran’s",
}


def corpus(documents: int) -> Iterator[Record]:
    """The articles with their sets, as an export would see them."""
    for number in range(documents):
        yield from _article(number)


def _article(number: int) -> Iterator[Record]:
    rng = random.Random(number)  # the same corpus on every machine
    text, middle = _text(rng)
    id_ = f"document-{number:06}"
    yield DocumentRecord(
        id=id_,
        title=text[:60],
        text=text,
        published="2017-11-09",
        languages=(LanguageRange(0, middle, "it"), LanguageRange(middle, len(text), "en")),
        client_key=id_,
        meta={"outlet": "made up", "number": number},
    )
    yield AnnotationSetRecord(document=id_, author="alice", name="Alice")
    for place in range(4):
        start = text.index(" ", rng.randrange(len(text) * place // 4, len(text) * (place + 1) // 4 - 120)) + 1
        end = text.index(" ", start + 8)
        span = (start, end) if "\n" not in text[start:end] else (start, text.index("\n", start))
        yield AnnotationRecord(
            id=f"a{place}",
            document=id_,
            author="alice",
            label=rng.choice(("actor", "location")),
            spans=(span,) if span[0] < span[1] else ((start - 3, start - 1),),
            quote=text[span[0] : span[1]] if span[0] < span[1] else text[start - 3 : start - 1],
            attributes={"mention": "named"},
        )


def _text(rng: random.Random) -> tuple[str, int]:
    italian = _paragraphs(rng, "it", _CODE_POINTS // 2)
    return italian + _paragraphs(rng, "en", _CODE_POINTS // 2), len(italian)


def _paragraphs(rng: random.Random, language: str, length: int) -> str:
    words, weights = _vocabulary(language)
    parts: list[str] = []
    while sum(map(len, parts)) < length:
        sentence = " ".join(rng.choices(words, cum_weights=weights, k=rng.randrange(12, 30)))
        parts.append(sentence[0].upper() + sentence[1:] + rng.choice((". ", ". ", ".\n", ", ")))
    return "".join(parts)


@cache
def _vocabulary(language: str) -> tuple[list[str], list[float]]:
    """Words, one in twelve with a hyphen or a comma, and their summed weights."""
    rng = random.Random(language)
    syllables = _SYLLABLES[language].split()
    words = ["".join(rng.choices(syllables, k=rng.randrange(1, 5))) for _ in range(_VOCABULARY)]
    words[::12] = [word + rng.choice((",", "-" + word, ",")) for word in words[::12]]
    return words, list(accumulate(1 / rank for rank in range(1, _VOCABULARY + 1)))


def main(documents: int) -> None:
    """Every figure for this number of articles."""
    records = list(corpus(documents))
    gc.freeze()  # the articles themselves are not what is measured
    size = sum(len(record.text.encode()) for record in records if isinstance(record, DocumentRecord))
    print(f"{documents:,} articles, {size / 1e6:.1f} MB, {4 * documents:,} annotations, best of 3")
    with TemporaryDirectory() as folder:
        for key in ("jsonl", "conll2003"):
            _timed(f"write {key}", size, partial(_write, key, records, Path(folder, key)))
        plain = Path(folder, "data.jsonl")
        with ZipFile(Path(folder, "jsonl")) as archive:
            archive.extract("data.jsonl", folder)
        _timed("read jsonl", size, lambda: _read(plain))
        _timed("write docbin", size, lambda: _write("docbin", records, Path(folder, "docbin")), times=1)
        _others(records, size, Path(folder))
    _memory(documents)


def _others(records: list[Record], size: int, folder: Path) -> None:
    """Every other format once: a tenth of the articles, written and read again."""
    tenth = records[: len(records) // 10 // 6 * 6]  # an article is six records
    for key, form in registry.formats().items():
        if form.writer and key not in ("jsonl", "conll2003", "docbin"):
            path = folder / key
            _timed(f"write {key}", size // 10, partial(_write, key, tenth, path), times=1)
            if form.reader and key not in ("doccano", "prodigy"):
                _timed(f"read {key}", size // 10, partial(_read_any, key, path), times=1)


def _read_any(key: str, path: Path) -> None:
    form = registry.find(key)
    assert form.reader is not None
    with path.open("rb") as source:
        for record in form.reader.read(source, form.reader.options()):
            assert not isinstance(record, Diagnostic) or record.severity != "error", record


def _timed(name: str, size: int, work: Callable[[], object], times: int = 3) -> None:
    seconds, busy = min(_seconds(work) for _ in range(times))
    print(f"{name:20} {seconds:7.2f} s ({busy:.2f} s of processor time) {size / 1e6 / seconds:8.1f} MB/s")


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    start, busy = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - busy


def _write(key: str, records: Iterable[Record], path: Path) -> None:
    form = registry.find(key)
    assert form.writer is not None
    with path.open("wb") as target:
        export(
            form, records, target, form.writer.options(), Origin(project="bench", position=0, source="sets")
        )


def _read(path: Path) -> None:
    form = registry.find("jsonl")
    assert form.reader is not None
    with path.open("rb") as source:
        for record in form.reader.read(source, form.reader.options()):
            assert not isinstance(record, Diagnostic), record


def _memory(documents: int) -> None:
    """Peak of Python's own allocations while twice as many articles pass through, made up on the way."""
    for key in ("jsonl", "conll2003", "brat", "xmi", "webanno", "labelstudio", "parquet"):
        peaks = [_peak(key, count) for count in (documents // 10, documents // 5)]
        print(f"memory {key:11} {peaks[0] / 1e6:7.1f} MB at a tenth, {peaks[1] / 1e6:.1f} MB at a fifth")


def _peak(key: str, documents: int) -> int:
    with TemporaryDirectory() as folder:
        tracemalloc.start()
        _write(key, corpus(documents), Path(folder, key))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
