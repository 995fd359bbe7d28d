"""Laws of formats: what is written is read again, up to the losses that are told."""

from io import BytesIO
from zipfile import ZipFile

from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.formats.bundles import Bundle, bundles
from annotator.formats.conll2003 import ConllOptions, examine, select
from annotator.formats.overlap import OverlapRule
from annotator.formats.records import Record
from tests.property.formats.streams import streams
from tests.unit.formats.samples import exported, read, write


@given(streams())
@settings(max_examples=100, deadline=None)
def test_json_lines_give_every_record_back(records: list[Record]) -> None:
    assert read("jsonl", write("jsonl", records)["data.jsonl"]) == (records or _nothing())


def _nothing() -> list[Record]:
    found = read("jsonl", b"")
    assert [it.code for it in found] == ["empty_file"]  # type: ignore[union-attr]
    return found  # type: ignore[return-value]


@given(streams())
@settings(max_examples=40, deadline=None)
def test_docbin_gives_every_record_back(records: list[Record]) -> None:
    assert read("docbin", exported("docbin", records)[0]) == records


@given(streams())
@settings(max_examples=40, deadline=None)
def test_what_was_read_is_written_to_the_same_bytes(records: list[Record]) -> None:
    data = write("jsonl", records)["data.jsonl"]
    if records:
        assert write("jsonl", read("jsonl", data))["data.jsonl"] == data  # type: ignore[arg-type]


@given(streams(), st.sampled_from(OverlapRule), st.sampled_from([(), ("actor", "claim")]))
@settings(max_examples=60, deadline=None)
def test_conll_holds_every_word_and_every_annotation_that_is_not_told_as_lost(
    records: list[Record], rule: OverlapRule, labels: tuple[str, ...]
) -> None:
    options = ConllOptions(overlap=rule, labels=labels)
    data = write("conll2003", records, overlap=rule.value, labels=list(labels))["data.conll"].decode()
    documents = [item for item in bundles(records) if isinstance(item, Bundle)]
    blocks = data.split("-DOCSTART- -X- O O\n\n")[1:]
    works = [(bundle, work) for bundle in documents for work in bundle.versions()]
    assert len(blocks) == len(works)
    for block, (bundle, work) in zip(blocks, works, strict=True):
        lines = [line.split(" ") for line in block.split("\n") if line]
        assert "".join(line[0] for line in lines) == "".join(bundle.document.text.split())
        kept = select(work, options).kept
        assert [line[3][2:] for line in lines if line[3].startswith("B-")] == [it.label for it in kept]
        inside = "".join(line[0] for line in lines if line[3] != "O")
        assert inside == "".join("".join(it.quote.split()) for it in kept)
    for bundle in documents:
        total = sum(len(work.annotations) for work in bundle.works.values())
        kept_in_all = sum(len(select(work, options).kept) for work in bundle.works.values())
        assert total - kept_in_all == sum(examine(bundle, options).values())


@given(streams())
@settings(max_examples=15, deadline=None)
def test_a_zip_can_always_be_tested(records: list[Record]) -> None:
    with ZipFile(BytesIO(exported("jsonl", records)[0])) as archive:
        assert archive.testzip() is None
