"""Mutated files for every reader: ``python -m tests.property.formats.fuzz [files]``.

Each file is made from a good one by a seed, so that whatever is found can be made again. A reader must give records
that keep their promises, or diagnostics; never an exception, never more than some seconds, never more than 512 MB.
Prints the files a second, the codes that were told, and the peak of memory.
"""

import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from random import Random
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import msgspec

from annotator.domain.document import covering
from annotator.domain.marking import check_spans
from annotator.domain.text import check_clean, quote
from annotator.formats.bundles import Bundle, bundles
from annotator.formats.records import Diagnostic, Record
from annotator.formats.registry import formats
from tests.unit.formats.samples import diagnostics_in, exported, read, records_in, write

FILES = 20_000
SECONDS = 20  # that one file may take at most
MEGABYTES = 512
IN_LINES = ("jsonl", "doccano", "prodigy")  # read their lines, not a zip

_TEXT = (
    "🚀 Assad’s army took\r\nDamascus — e l'esercito\tsiriano di Assad. نص عربي \u202bמ\u202c e\u0301\x0b end"
)
_PIECES = [
    b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\", b"\n", b"\r\n", b"\t", b"\0", b"\xff", b"\xed\xa0\x80", b"|", b"_",
    b"*", b"-", b">", b"<", b"&", b"&a;", b"<!DOCTYPE x>", b"#", b"T1\t", b"->", b"\xf0\x9f\x9a\x80", b"\\u0000",
    b"\\ud83d", b"PK\x03\x04", b"\xef\xbb\xbf", b"-1", b"99999999999999999999", b"1e999", b"NaN", b"null", b"[]", b"{}",
    b";", b"=", b"..", b"%",
]  # fmt: skip
_PLAIN = {
    "feed": b'<?xml version="1.0"?><rss version="2.0"><channel><item><title>T</title><link>https://example.org/a</link>'
    b"<description>&lt;p&gt;Assad took Damascus.&lt;/p&gt;</description></item></channel></rss>",
    "csv": b'id,title,text\n1,One,Assad took Damascus\n2,Two,"Iran, too"\n',
    "html": b"<html><head><title>T</title></head><body><article><p>Assad took Damascus.</p></article></body></html>",
}
"""What readers without a writer take; of the others it is the plain text."""

_KINDS = ("flip", "insert", "cut", "truncate", "shuffle", "double", "number", "repeat", "swap")


def mutated(data: bytes, rng: Random) -> bytes:
    """Some bytes of the data are others."""
    for _ in range(rng.randrange(1, 4)):
        data = _mutate(data or b" ", rng)
    return data


def _mutate(data: bytes, rng: Random) -> bytes:
    place = rng.randrange(len(data))
    match rng.choice(_KINDS):
        case "flip":
            return data[:place] + bytes([rng.randrange(256)]) + data[place + 1 :]
        case "insert":
            return data[:place] + rng.choice(_PIECES) * rng.randrange(1, 4) + data[place:]
        case "cut":
            return data[:place] + data[place + rng.randrange(1, 200) :]
        case "truncate":
            return data[:place]
        case "repeat":
            return (
                data[:place]
                + data[place : place + rng.randrange(1, 40)] * rng.randrange(2, 2_000)
                + data[place:]
            )
        case "swap":
            other = rng.randrange(len(data))
            some = data[other : other + rng.randrange(1, 60)]
            return data[:place] + some + data[place + len(some) :]
        case "number":
            return _change_number(data, rng)
        case kind:
            return _change_lines(data, rng, double=kind == "double")


def _change_number(data: bytes, rng: Random) -> bytes:
    digits = [it for it in rng.choices(range(len(data)), k=100) if data[it : it + 1].isdigit()]
    if not digits:
        return data
    place = rng.choice(digits)
    number = rng.choice([-1, 0, 1, 2, 7, 10**3, 2**31, 2**63, 10**30])
    return data[:place] + str(number).encode() + data[place + 1 :]


def _change_lines(data: bytes, rng: Random, *, double: bool) -> bytes:
    lines = data.split(b"\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    if double:
        lines.insert(one, lines[other])
    else:
        lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


@cache
def good(key: str) -> bytes:
    """A small file that the reader takes, with everything that it can hold."""
    if formats()[key].writer is None:
        return _PLAIN.get(key, _TEXT.encode())
    if key in IN_LINES:
        return write(key, _records())["data.jsonl"]
    return exported(key, _records())[0]


@cache
def _records() -> list[Record]:
    labels = {"actor": {"entity": "actor", "attrs": {"mention": ["named"]}}}
    schema = {"labels": labels, "links": {"target": {}}, "entities": {"actor": {"wikidata": "string"}}}
    entity = {"id": "e1", "entity_type": "actor", "name": "Assad", "wikidata": "Q1", "lat": 33.5, "lon": 36.3}
    lines: list[dict[str, Any]] = [
        {"kind": "schema", "name": "s", "version": "1", **schema},
        {"kind": "entity", **entity},
    ]
    for number in range(2):
        lines.append(
            {"kind": "document", "id": f"d{number}", "title": "T", "text": _TEXT, "meta": {"a": [1]}}
        )
        for author in ("alice", "bob"):
            mine = {"author": author}
            lines.append({"kind": "set", "name": author, **mine})
            for id_, words in (
                ("s1", "Assad"),
                ("s2", "🚀 Assad’s army"),
                ("s3", "Damascus"),
                ("s4", "siriano"),
            ):
                start = _TEXT.index(words)
                spans = [[start, start + len(words)]]
                lines.append({"kind": "annotation", "id": id_, "label": "actor", "spans": spans, "quote": words,
                              "attrs": {"mention": "named"}, "entity": "e1", **mine})  # fmt: skip
            first, second = _TEXT.index("army"), _TEXT.index("siriano")
            lines.append({"kind": "annotation", "id": "s5", "label": "actor",
                          "spans": [[first, first + 4], [second, second + 7]], "quote": "army siriano", **mine})  # fmt: skip
            lines.append({"kind": "link", "id": "k", "type": "target", "from": "s1", "to": "s3", **mine})
            lines.append({"kind": "document_label", "label": "topic", "value": "war", **mine})
    found = read("jsonl", b"\n".join(msgspec.json.encode(line) for line in lines), unit="code_point")
    assert not diagnostics_in(found, "error"), diagnostics_in(found)
    return records_in(found)


def bad(key: str, seed: int) -> bytes:
    """The mutated file of a seed."""
    rng, data = Random(f"{key} {seed}"), good(key)
    if not data.startswith(b"PK") or rng.random() < 0.15:
        return mutated(data, rng)
    with ZipFile(BytesIO(data)) as archive:
        files = {
            name: archive.read(name)
            for name in archive.namelist()
            if not name.startswith(("README.t", "manifest"))
        }
    names = sorted(files)
    for _ in range(rng.randrange(1, 3)):
        name = rng.choice(names)
        match rng.randrange(10):
            case 0:
                files.pop(name, None)
            case 1:
                files[rng.choice(["x", "documents.jsonl", "d.ann", "d.tsv", "a/../b", ""]) or "y"] = (
                    files.get(name, b"")
                )
            case 2 if "documents.jsonl" in files:
                del files["documents.jsonl"]
                files[name] = mutated(files.get(name, b""), rng)
            case _:
                files[name] = mutated(files.get(name, b""), rng)
    target = BytesIO()
    with ZipFile(target, "w", rng.choice([ZIP_STORED, ZIP_DEFLATED])) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def check(found: list[Record | Diagnostic]) -> None:
    """Records fit each other and the text; diagnostics say something."""
    for bundle in _bundles(found):
        document = bundle.document
        check_clean(document.text)
        assert covering(document.languages, length=document.length) == document.languages
        for work in bundle.works.values():
            ids = {it.id for it in work.annotations}
            assert len(ids) == len(work.annotations)
            assert all({it.from_annotation, it.to_annotation} <= ids for it in work.links)
            for it in work.annotations:
                check_spans(it.spans, document.text)
                assert it.quote == quote(document.text, it.spans)
    assert all(it.message and it.severity in ("error", "warning", "note") for it in diagnostics_in(found))


def _bundles(found: list[Record | Diagnostic]) -> Iterator[Bundle]:
    return (item for item in bundles(records_in(found)) if isinstance(item, Bundle))


def main(files: int) -> None:
    keys = [key for key, form in formats().items() if form.reader]
    codes: Counter[str] = Counter()
    slowest, began = (0.0, "", 0), time.monotonic()
    signal.signal(signal.SIGALRM, _too_long)
    faults = 0
    for number in range(files):
        key, seed = keys[number % len(keys)], number // len(keys)
        started = time.monotonic()
        signal.alarm(SECONDS)
        try:
            found = read(key, bad(key, seed))
            check(found)
        except Exception:
            faults += 1
            print(f"bad({key!r}, {seed}):", file=sys.stderr)
            traceback.print_exc(limit=-4)
            found = []
        signal.alarm(0)
        slowest = max(slowest, (time.monotonic() - started, key, seed))
        codes.update({it.code for it in diagnostics_in(found)} or {"nothing to tell"})
    seconds = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{files:,} files for {len(keys)} readers in {seconds:.0f} s, {files / seconds:.0f} a second")
    print(f"slowest {slowest[0]:.2f} s ({slowest[1]} {slowest[2]}); peak of memory {peak} MB")
    print(", ".join(f"{code} {count:,}" for code, count in codes.most_common()))
    if faults or peak > MEGABYTES:
        sys.exit(f"{faults} files broke their reader; {peak} MB")


def _too_long(*_: object) -> None:
    raise TimeoutError(f"more than {SECONDS} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else FILES)
