"""An export: one zip, with its manifest, whose bytes depend on nothing but its content."""

import os
import subprocess
import sys
from hashlib import sha256
from io import BytesIO
from random import Random
from typing import cast
from zipfile import ZIP_STORED, ZipFile

import msgspec
import pytest

from annotator.formats.export import CannotWrite, export, losses_before
from annotator.formats.manifest import Origin
from annotator.formats.options import Options
from annotator.formats.records import DocumentRecord, EntityRecord, Record, SchemaRecord
from annotator.formats.registry import find, formats
from tests.unit.formats.samples import ORIGIN, exported, sample_records

WRITABLE = [key for key, form in formats().items() if form.writer]


@pytest.mark.parametrize("key", WRITABLE)
def test_the_same_content_in_another_order_gives_the_same_bytes(key: str) -> None:
    records = sample_records()
    shuffled = _shuffled(records)
    assert shuffled != records
    assert exported(key, shuffled)[0] == exported(key, records)[0]


def _shuffled(records: list[Record]) -> list[Record]:
    """A query may give annotations, links and sets in any order; documents and entities have theirs."""
    head = [it for it in records if isinstance(it, SchemaRecord | EntityRecord | DocumentRecord)]
    rest = [it for it in records if it not in head]
    Random(7).shuffle(rest)
    return [*head, *rest]


def test_the_bytes_do_not_depend_on_the_seed_of_hashing() -> None:
    program = (
        "from hashlib import sha256; from tests.unit.formats.samples import *; records = sample_records();"
        f"[print(key, sha256(exported(key, records)[0]).hexdigest()) for key in {WRITABLE!r}]"
    )
    records = sample_records()
    here = [f"{key} {sha256(exported(key, records)[0]).hexdigest()}" for key in WRITABLE]
    for seed in ("1", "4711"):
        there = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        )
        assert there.stdout.splitlines() == here


@pytest.mark.parametrize("key", WRITABLE)
def test_the_manifest_names_every_file_with_its_hash(key: str) -> None:
    data, manifest = exported(key, sample_records())
    with ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.read("manifest.json") == manifest.to_bytes()
        written = msgspec.json.decode(manifest.to_bytes())
        names = [info.filename for info in archive.infolist()]
        assert [it["name"] for it in written["files"]] == names[:-1]
        for it in written["files"]:
            member = archive.read(it["name"])
            assert (len(member), sha256(member).hexdigest()) == (it["bytes"], it["sha256"])


def test_members_are_stored_with_a_fixed_time() -> None:
    with ZipFile(BytesIO(exported("jsonl", sample_records())[0])) as archive:
        for info in archive.infolist():
            assert (info.compress_type, info.date_time, info.create_system) == (
                ZIP_STORED,
                (1980, 1, 1, 0, 0, 0),
                3,
            )


def test_the_manifest_says_all_that_is_needed_to_make_the_export_again() -> None:
    origin = Origin(
        project="p-1",
        position=812,
        source="gold",
        chain="ab" * 32,
        policy={"kind": "majority", "threshold": 0.5},
        schema="actors-locations-claims 1.0",
        tool="palimpsest 1.0",
        name="Release 3",
    )
    form = find("conll2003")
    assert form.writer is not None
    target = BytesIO()
    options = cast(Options, form.writer.options(labels=("actor",)))
    manifest = export(form, sample_records(), target, options, origin)
    with ZipFile(target) as archive:
        raw, words = archive.read("manifest.json"), archive.read("README.txt").decode()
    written = msgspec.json.decode(raw)
    assert written["origin"]["chain"] == "ab" * 32
    assert written["options"].items() >= {"labels": ["actor"], "overlap": "outermost"}.items()
    assert written["parts"].keys() == {"words", "sentences"}
    assert written["counts"]["annotations"] == 286
    assert {loss["code"] for loss in written["losses"]} >= {"other_label", "links", "attributes"}
    assert raw == manifest.to_bytes()
    assert raw.endswith(b"\n")
    assert list(written) == sorted(written)
    for said in ("Release 3", "position 812", "actors-locations-claims 1.0", "links are left out"):
        assert said in words


def test_the_losses_told_before_are_those_in_the_manifest() -> None:
    for key in WRITABLE:
        form = find(key)
        assert form.writer is not None
        assert (
            losses_before(form, sample_records(), form.writer.options())
            == exported(key, sample_records())[1].losses
        )


def test_json_lines_lose_nothing() -> None:
    assert exported("jsonl", sample_records())[1].losses == []


def test_an_export_without_documents_is_an_export() -> None:
    for key in WRITABLE:
        data, manifest = exported(key, [])
        assert manifest.counts == {}
        with ZipFile(BytesIO(data)) as archive:
            assert "No documents" in archive.read("README.txt").decode()


def test_a_format_that_is_only_read_is_refused() -> None:
    with pytest.raises(CannotWrite):
        export(find("text"), [], BytesIO(), Options(), ORIGIN)
