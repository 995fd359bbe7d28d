"""Plain text files."""

from hashlib import sha256
from io import BytesIO

import pytest

from annotator.formats import registry
from annotator.formats.records import Diagnostic, DocumentRecord
from annotator.formats.text import TextOptions
from tests.unit.formats.samples import codes_in, diagnostics_in, read

ITALIAN = "Vincitori sono anche gli Hezbollah, che si preparano a entrare al governo anche in Libano."
ENGLISH = "The Syrian Arab Army and Hezbollah participated in the operation from the Syrian side."


def _document(data: bytes | str, **options: object) -> DocumentRecord:
    (found,) = read("text", data if isinstance(data, bytes) else data.encode(), **options)
    assert isinstance(found, DocumentRecord), found
    return found


def test_a_file_is_one_document_known_by_its_text() -> None:
    found = _document("\ufeffUno\r\ndue\rtre", name="articles/first.txt")
    assert found.text == "Uno\ndue\ntre"
    assert found.id == f"sha256:{sha256(b'Uno' + bytes([10]) + b'due' + bytes([10]) + b'tre').hexdigest()}"
    assert found.meta == {"file": "articles/first.txt"}


@pytest.mark.parametrize(
    ("data", "options", "title"),
    [
        ("\n  A headline \nText", {}, "A headline"),
        ("A headline\nText", {"title": " Given "}, "Given"),
        ("A headline\nText", {"title": "  "}, "A headline"),
        ("word " * 40, {}, "word " * 23 + "word…"),
    ],
)
def test_the_title_is_given_or_the_first_line(data: str, options: dict[str, object], title: str) -> None:
    assert _document(data, **options).title == title


def test_languages_are_told_by_paragraph_among_those_of_the_project() -> None:
    text = f"{ITALIAN}\nBreve.\n\n{ENGLISH}\nFrom https://example.org/syria-war-report-november\n"
    found = _document(text, languages=["en", "it"])
    english, address = text.index(ENGLISH), text.index("From")
    assert [(part.start, part.end, part.lang) for part in found.languages] == [
        (0, english, "it"),
        (english, address, "en"),
        (address, len(text), "und"),
    ]


def test_a_short_paragraph_is_like_the_one_after_it_where_none_is_before() -> None:
    assert [part.lang for part in _document(f"Siria\n{ITALIAN}", languages=["en", "it"]).languages] == ["it"]


def test_a_tag_with_a_region_is_chosen_by_its_language() -> None:
    assert [part.lang for part in _document(ENGLISH, languages=["it", "en-GB"]).languages] == ["en-GB"]


def test_without_a_choice_any_language_is_told() -> None:
    arabic = "قوات الجيش السوري تسيطر على مدينة البوكمال قرب الحدود العراقية"
    assert [part.lang for part in _document(f"{ENGLISH}\n{arabic}").languages] == ["en", "ar"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b" \n\t\n", "empty_file"),
        (b"PK\x03\x04", "wrong_kind_of_file"),
        (b"%PDF-1.7", "wrong_kind_of_file"),
        ("uno".encode("utf-16"), "wrong_kind_of_file"),
        (b"uno\0due", "nul"),
        (b"x" * 101, "file_too_long"),
    ],
)
def test_what_is_no_text_is_told(data: bytes, code: str) -> None:
    assert codes_in(read("text", data, size_limit=100)) == [code]


def test_a_byte_that_is_not_utf8_is_told_with_its_place() -> None:
    (told,) = diagnostics_in(read("text", "è\nla città".encode() + b"\xe0 x"))
    assert (told.code, told.line, told.column) == ("not_utf8", 2, 9)
    assert "Byte 12 of the file, counted from 0" in told.message
    assert told.repair is not None


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1252", "iso-8859-15"])
def test_another_encoding_is_an_option(encoding: str) -> None:
    assert _document("la città".encode(encoding), encoding=encoding).text == "la città"


def test_a_folder_is_told() -> None:
    class Folder(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise IsADirectoryError("Is a directory")

    reader = registry.find("text").reader
    assert reader is not None
    (told,) = reader.read(Folder(), TextOptions())
    assert isinstance(told, Diagnostic)
    assert told.code == "unreadable"
