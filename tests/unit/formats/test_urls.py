"""Lists of addresses, as far as they can be read without fetching anything."""

from io import BytesIO

import pytest

from annotator.formats.articles.urls import MOST, Listed, UrlOptions, listed, read
from annotator.formats.records import Diagnostic
from annotator.formats.registry import guess

LIST = b"""# yesterday's
https://a.example/one

  http://b.example/two?x=1
not an address
https://a.example/one
https://c.example/a b
"""


def told(data: bytes) -> list[Listed | tuple[str, int | None]]:
    found = listed(BytesIO(data), UrlOptions())
    return [(each.code, each.line) if isinstance(each, Diagnostic) else each for each in found]


def test_each_line_is_an_address_or_told() -> None:
    assert told(LIST) == [
        Listed(2, "https://a.example/one"),
        Listed(4, "http://b.example/two?x=1"),
        ("no_address", 5),
        ("repeated", 6),
        ("no_address", 7),
    ]


def test_an_empty_list_and_one_that_is_too_long_are_told() -> None:
    assert told(b"\n# nothing\n") == [("empty_file", None)]
    many = "\n".join(f"https://a.example/{n}" for n in range(MOST + 1))
    assert told(many.encode())[-1] == ("too_many", MOST + 1)
    assert len(told(many.encode())) == MOST + 1


@pytest.mark.parametrize(
    ("data", "name", "key"),
    [
        (b"https://a.example/1\r\nhttps://a.example/2\r\n", "list.txt", "urls"),
        (b"\xef\xbb\xbfhttps://a.example/1", "upload", "urls"),
        (LIST, "list.urls", "urls"),
        (LIST, "list.txt", "text"),
        (b"See https://a.example/1 for more.", "list.txt", "text"),
        (b"", "list.txt", "text"),
    ],
)
def test_a_file_of_nothing_but_addresses_is_a_list(data: bytes, name: str, key: str) -> None:
    found = guess(data, name)
    assert found is not None
    assert found.key == key


def test_addresses_inside_of_another_file_are_not_fetched() -> None:
    found = list(read(BytesIO(b"https://a.example/1"), UrlOptions()))
    assert [(each.code, each.line) for each in found if isinstance(each, Diagnostic)] == [("not_fetched", 1)]
