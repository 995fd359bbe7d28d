"""Whatever bytes come in: records or diagnostics, never an exception, and every record keeps its promises."""

from collections.abc import Callable
from random import Random
from typing import Any

import msgspec
import pytest

from annotator.formats.records import AnnotationSetRecord, Diagnostic, Record
from annotator.formats.registry import formats
from tests.property.formats import fuzz
from tests.unit.formats.samples import codes_in, diagnostics_in, read, records_in, sample_bytes, write

MUTATIONS = 1_000
BATCHES = 10
READERS = [key for key, form in formats().items() if form.reader and (form.writer or key == "text")]
Mutation = Callable[[bytes, Random], bytes]
_PIECES = [
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\\",
    b"\n",
    b"\0",
    b"\xff",
    b"\xed\xa0\x80",
    b"\\u0000",
    b"\\ud83d",
]
_VALUES: list[Any] = [
    None,
    True,
    -1,
    0,
    2**31,
    2**63,
    1.5,
    "",
    "x",
    "🚀",
    [],
    [[]],
    [[0, 1]],
    [[1, 0]],
    {},
    {"a": [{}]},
]


def _flip(data: bytes, rng: Random) -> bytes:
    place = rng.randrange(len(data))
    return data[:place] + bytes([rng.randrange(256)]) + data[place + 1 :]


def _insert(data: bytes, rng: Random) -> bytes:
    place = rng.randrange(len(data))
    return data[:place] + rng.choice(_PIECES) * rng.randrange(1, 4) + data[place:]


def _cut(data: bytes, rng: Random) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + data[start + rng.randrange(1, 200) :]


def _truncate(data: bytes, rng: Random) -> bytes:
    return data[: rng.randrange(len(data))]


def _shuffle(data: bytes, rng: Random) -> bytes:
    lines = data.split(b"\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _double(data: bytes, rng: Random) -> bytes:
    lines = data.split(b"\n")
    return b"\n".join([*lines, rng.choice(lines)]) if rng.random() < 0.5 else b"\n".join(lines + lines[:3])


def _change_number(data: bytes, rng: Random) -> bytes:
    digits = [place for place in rng.choices(range(len(data)), k=200) if data[place : place + 1].isdigit()]
    if not digits:
        return data
    place = rng.choice(digits)
    return data[:place] + str(rng.randrange(10**4)).encode() + data[place + 1 :]


def _change_value(data: bytes, rng: Random) -> bytes:
    """One field of one line gets a value of any type, or goes, or gets another's name."""
    lines = data.split(b"\n")
    place = rng.randrange(len(lines))
    try:
        given = msgspec.json.decode(lines[place])
    except ValueError:  # an earlier mutation broke the line
        return data
    if not isinstance(given, dict) or not given:
        return data
    field = rng.choice(list(given))
    match rng.randrange(3):
        case 0:
            given[field] = rng.choice(_VALUES)
        case 1:
            del given[field]
        case _:
            given[rng.choice(["id", "kind", "document", "author", "label", "spans", "text"])] = given.pop(
                field
            )
    lines[place] = msgspec.json.encode(given)
    return b"\n".join(lines)


MUTATE: list[Mutation] = [
    _flip, _insert, _cut, _truncate, _shuffle, _double, _change_number, _change_value, _change_value,
]  # fmt: skip


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_mutated_sample_is_read_or_told(batch: int) -> None:
    for seed in range(batch, MUTATIONS, BATCHES):
        rng = Random(seed)
        data = sample_bytes()
        for _ in range(rng.randrange(1, 4)):
            data = rng.choice(MUTATE)(data or b"{}", rng)
        found = read("jsonl", data)
        fuzz.check(found)
        if not diagnostics_in(found, "error"):
            assert _lines_that_became_records(found) == _lines_in(data)


def test_mutated_lines_of_other_tools_are_read_or_told() -> None:
    lines = [
        {"text": "🚀 Putin in Moscow", "spans": [{"start": 2, "end": 7, "label": "actor"}], "_input_hash": 1},
        ["Assad", {"entities": [[0, 5, "actor"]]}],
        {"id": 1, "text": "Iran", "label": [[0, 4, "actor"]], "relations": [], "meta": {"a": [1]}},
        {"text": "Siria", "entities": [{"id": 1, "start_offset": 0, "end_offset": 5, "label": "x"}]},
    ]
    data = b"\n".join(msgspec.json.encode(line) for line in lines)
    for seed in range(1_000):
        rng = Random(seed)
        mutated = data
        for _ in range(rng.randrange(1, 4)):
            mutated = rng.choice(MUTATE)(mutated or b"{}", rng)
        fuzz.check(read("jsonl", mutated))


@pytest.mark.parametrize("key", READERS)
def test_random_bytes_are_told(key: str) -> None:
    for seed in range(60):
        rng = Random(seed)
        head = rng.choice([b"", b"{", b"PK\x03\x04", b"\x78\x01", b"\xef\xbb\xbf", b"[\n"])
        fuzz.check(read(key, head + rng.randbytes(rng.randrange(200))))


@pytest.mark.parametrize("key", READERS)
def test_a_mutated_file_of_any_format_is_read_or_told(key: str) -> None:
    for seed in range(25):
        fuzz.check(read(key, fuzz.bad(key, seed)))


@pytest.mark.parametrize("key", READERS)
def test_the_files_that_are_mutated_are_good(key: str) -> None:
    assert codes_in(read(key, fuzz.good(key)), "error") == []


def test_mutated_files_of_spacy_are_read_or_told() -> None:
    line = {"text": "Putin in Moscow", "spans": [[0, 5, "actor"]]}
    records = records_in(read("jsonl", msgspec.json.encode(line)))
    data = write("docbin", records)["part-00001.spacy"]
    for seed in range(200):
        rng = Random(seed)
        fuzz.check(read("docbin", rng.choice([_flip, _insert, _cut, _truncate])(data, rng)))


def _lines_in(data: bytes) -> int:
    """Without those that tell alterations, whose records are told apart."""
    lines = [line for line in data.splitlines() if line.strip()]
    return sum(msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"))["kind"] != "variant" for line in lines)


def _lines_that_became_records(found: list[Record | Diagnostic]) -> int:
    told = [it.message for it in diagnostics_in(found) if it.code == "variants_applied"]
    records = [it for it in records_in(found) if not isinstance(it, AnnotationSetRecord)]
    return sum(
        not any(f"of {getattr(it, 'author', None)} is" in message for message in told) for it in records
    )
