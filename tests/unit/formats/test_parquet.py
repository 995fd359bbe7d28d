"""Parquet as Arrow and Hugging Face's datasets read it, in parts that copies never cross."""

from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZipFile

import pyarrow.parquet as pq
import pytest

from annotator.formats.parquet.splits import Groups, part
from annotator.formats.records import AnnotationRecord, DocumentRecord
from annotator.formats.registry import guess
from tests.unit.formats.samples import codes_in, exported, read, sample_records, write

SHARES = [("train", 0.8), ("validation", 0.1), ("test", 0.1)]
TOWN = "the army of Syria has taken a town on the river and its allies say that it will stay there"


def _rows(files: dict[str, bytes], config: str) -> dict[str, list[dict[str, Any]]]:
    parts = ("train", "validation", "test")
    names = {it: f"{config}/{it}-00000-of-00001.parquet" for it in parts}
    return {it: pq.read_table(BytesIO(files[name])).to_pylist() for it, name in names.items()}


def _texts(count: int) -> list[str]:
    rng = Random(3)
    return [" ".join(rng.choices([*TOWN.split(), *map(str, range(60))], k=120)) for _ in range(count)]


def _documents(texts: list[str], **meta: str) -> list[DocumentRecord]:
    return [DocumentRecord(id=f"d{n}", title="", text=text, meta=meta) for n, text in enumerate(texts)]


def _homes(records: list[DocumentRecord], **options: Any) -> dict[str, str]:
    rows = _rows(write("parquet", records, **options), "documents")
    return {row["id"]: home for home, found in rows.items() for row in found}


def test_the_sample_comes_back_whole() -> None:
    records = sample_records()
    data, manifest = exported("parquet", records)
    assert manifest.losses == []
    found = read("parquet", data)
    assert codes_in(found) == []
    assert len(found) == len(records)
    assert all(record in found for record in records)


def test_arrow_reads_every_annotation_with_its_quote() -> None:
    records = sample_records()
    (row,) = [row for rows in _rows(write("parquet", records), "documents").values() for row in rows]
    marks = {it.id: it for it in records if isinstance(it, AnnotationRecord) and it.author == "import"}
    (ours,) = [it for it in row["sets"] if it["author"] == "import"]
    assert len(ours["annotations"]) == 144
    assert len(ours["links"]) == 92
    for mark in ours["annotations"]:
        quote = " ".join(row["text"][it["start"] : it["end"]] for it in mark["spans"])
        assert quote == mark["quote"] == marks[mark["id"]].quote


def test_words_have_tags_that_the_card_names() -> None:
    files = write("parquet", sample_records(), labels=["actor"])
    names = '"names": {"0": "O", "1": "B-actor", "2": "I-actor"}'
    assert names in files["README.md"].decode()
    rows = [row for rows in _rows(files, "tokens").values() for row in rows]
    assert all(len(row["tokens"]) == len(row["starts"]) == len(row["ner_tags"]) for row in rows)
    text = next(it.text for it in sample_records() if isinstance(it, DocumentRecord))
    for row in rows:
        assert all(
            text.startswith(word, start) for word, start in zip(row["tokens"], row["starts"], strict=True)
        )
    assert {tag for row in rows for tag in row["ner_tags"]} == {0, 1, 2}


def test_parts_have_about_their_shares_and_do_not_hang_on_order() -> None:
    records = _documents(_texts(300))
    homes = _homes(records)
    assert 205 < list(homes.values()).count("train") < 275
    assert _homes(records[::-1]) == homes
    assert _homes(records[:150]) == {key: homes[key] for key in list(homes) if int(key[1:]) < 150}
    assert _homes(records, seed="other") != homes
    assert set(_homes(records, train=0, validation=0, test=1).values()) == {"test"}


@pytest.mark.parametrize(
    "change", [lambda t: t, str.upper, lambda t: f"{t} !", lambda t: f"Copied: {t[:-9]} Reuters"]
)
def test_copies_never_stand_in_two_parts(change: Any) -> None:
    texts = _texts(60)
    homes = _homes(_documents([*texts, *map(change, texts)]))
    assert all(homes[f"d{number}"] == homes[f"d{number + 60}"] for number in range(60))


def test_what_the_metadata_say_keeps_documents_together() -> None:
    records = _documents(_texts(40), story="one")
    assert len(set(_homes(records, group="story").values())) == 1
    assert len(set(_homes(records).values())) > 1


def test_groups_join_what_a_later_document_connects() -> None:
    groups = Groups(near=False)
    for text, group in [("a", "1"), ("b", "2"), ("c", None), ("C", None)]:
        groups.add(text, group)
    assert groups.of(2) == groups.of(3)
    assert len({groups.of(number) for number in range(4)}) == 3
    assert part(groups.of(0), [("train", 0.0), ("test", 1.0)], "") == "test"


def test_other_files_are_told() -> None:
    for data in (b"PAR1" + b"x" * 100, b"", b"PAR1"):
        assert codes_in(read("parquet", data)) == ["wrong_kind_of_file"]
    form = guess(exported("parquet", sample_records())[0][:60_000], "x.zip")
    assert form is not None
    assert form.key == "parquet"


def test_datasets_loads_both_configurations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    datasets = pytest.importorskip("datasets", reason="datasets is not installed")
    records = [*sample_records(), *_documents(_texts(40))]
    with ZipFile(BytesIO(exported("parquet", records)[0])) as archive:
        archive.extractall(tmp_path / "data")
    cache = str(tmp_path / "cache")
    documents = datasets.load_dataset(str(tmp_path / "data"), "documents", cache_dir=cache)
    assert sum(len(rows) for rows in documents.values()) == 41
    tokens = datasets.load_dataset(str(tmp_path / "data"), "tokens", cache_dir=cache)
    names = next(iter(tokens.values())).features["ner_tags"].feature.names
    assert names[:2] == ["O", "B-actor"]
