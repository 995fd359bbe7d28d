"""The formats there are, their options, and the page about them."""

import re
from pathlib import Path

import pytest

import annotator.formats
from annotator.formats import docs, registry
from annotator.formats.codes import CODES
from annotator.formats.conll2003 import ConllOptions
from annotator.formats.jsonl.options import JsonlReadOptions
from annotator.formats.options import BadOptions, Options, options_schema, parse_options
from tests.unit.formats.samples import exported, sample_bytes, sample_records, write


def test_the_page_about_formats_is_up_to_date() -> None:
    assert docs.PAGE.read_text("utf-8") == docs.render(), "run python -m annotator.formats.docs"


def test_every_code_that_is_told_has_its_meaning() -> None:
    house = Path(annotator.formats.__file__).parents[1]
    rooms = [path for room in ("formats", "net", "jobs") for path in (house / room).rglob("*.py")]
    source = "\n".join(path.read_text("utf-8") for path in rooms if path.name != "codes.py")
    missing = [code for code in CODES if f'"{code}"' not in source]
    assert missing == []


def test_every_format_has_its_key_and_reads_or_writes() -> None:
    for key, form in registry.formats().items():
        assert form.key == key
        assert form.reader or form.writer
        assert form.about


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(registry.UnknownFormat):
        registry.find("papyrus")


@pytest.mark.parametrize(
    ("head", "name", "key"),
    [
        (b'{"text": "x"}', "news.jsonl", "jsonl"),
        (b'{"text": "x"}', "news.txt", "jsonl"),
        (b'\xef\xbb\xbf{"kind":"schema"}', "upload", "jsonl"),
        (b'["text", {}]', "train.jsonl", "jsonl"),
        (b"Assad in Damascus", "news.txt", "text"),
        (b"Assad in Damascus", "upload", "text"),
        (b"\x78\x01abc", "train.spacy", "docbin"),
    ],
)
def test_a_file_is_known_by_its_first_bytes_and_its_name(head: bytes, name: str, key: str) -> None:
    form = registry.guess(head, name)
    assert form is not None
    assert form.key == key


def test_files_of_our_own_are_known() -> None:
    known = [registry.guess(exported("docbin", sample_records())[0][:60_000], "x.zip")]
    known.append(registry.guess(sample_bytes(), "x"))
    assert [form and form.key for form in known] == ["docbin", "jsonl"]


@pytest.mark.parametrize("head", [b"SQLite format 3\0", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\0\0\0\0"])
def test_what_is_none_of_them_is_not_guessed_at(head: bytes) -> None:
    assert registry.guess(head, "unknown.bin") is None


def test_options_have_defaults_and_take_text_from_forms() -> None:
    options = parse_options(JsonlReadOptions, {"line_limit": "5000", "unit": "utf16"})
    assert (options.author, options.line_limit, options.unit) == ("import", 5000, "utf16")


@pytest.mark.parametrize("given", [{"colour": "red"}, {"overlap": "widest"}, {"labels": "actor"}])
def test_options_that_do_not_fit_are_refused_by_name(given: dict[str, object]) -> None:
    with pytest.raises(BadOptions, match=next(iter(given)) if "colour" in given else "overlap|labels"):
        parse_options(ConllOptions, given)


@pytest.mark.parametrize("form", registry.formats().values(), ids=lambda form: form.key)
def test_every_option_says_what_it_is_and_has_a_default(form: registry.Format) -> None:
    kinds: list[type[Options]] = [side.options for side in (form.reader, form.writer) if side]
    for kind in kinds:
        for name, schema in options_schema(kind)["properties"].items():
            assert schema["description"], name
            assert "default" in schema, name


def test_writers_write_with_their_defaults() -> None:
    for key, form in registry.formats().items():
        if form.writer:
            assert all(re.fullmatch(r"[A-Za-z0-9./-]+", name) for name in write(key, sample_records()))
