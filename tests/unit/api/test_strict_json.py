"""What the strict reader takes is what everybody takes; what it refuses it can point at."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.api.strict_json import DEEPEST, BadJson, parse

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
)
KEYS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=30,
)


def read(body: bytes) -> Any:
    """The value, or the refusal."""
    try:
        return parse(body)
    except BadJson as refusal:
        return refusal


@given(VALUES, st.booleans())
def test_every_honest_value_comes_back(value: Any, ascii_only: bool) -> None:
    assert parse(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.text(alphabet='[]{}":,\\ud8de01aftrulsn.-+eE \n\t\x00é😀'))
def test_whatever_is_taken_the_standard_reader_takes_alike(text: str) -> None:
    found = read(text.encode())
    assert isinstance(found, BadJson) or found == json.loads(text)


@given(st.binary())
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    found = read(body)
    assert not isinstance(found, BadJson) or 0 <= found.offset <= len(body)


@pytest.mark.parametrize(
    ("body", "pointer", "offset"),
    [
        (b"", "", 0),
        (b"\xff", "", 0),
        (b'{"a":1,"b":"\xc3\x28"}', "", 12),
        (b'{"a":"\\u0000"}', "/a", 6),
        (b'{"a":["x","\\ud800"]}', "/a/1", 10),
        (b'{"a":"\\udc00\\ud800"}', "/a", 5),
        (b'{"a":1,"a":1}', "/a", 7),
        (b'{"x":[{"a":1},{"b":{"c":1,"c":2}}]}', "/x/1/b/c", 26),
        (b'{"a/b":{"~":NaN}}', "/a~1b/~0", 12),
        (b"[1,Infinity]", "/1", 3),
        (b"[-Infinity]", "/0", 1),
        (b"[1e999]", "/0", 1),
        (b"[9223372036854775808]", "/0", 1),
        (b'["a\x01"]', "/0", 3),
        (b"\xef\xbb\xbf{}", "", 0),
        (b"[1,]", "/1", 3),
        (b"[01]", "", 2),
        (b"{'a':1}", "", 1),
        (b'{"a":1} {}', "", 8),
        (b'{"\xc3\xa9\xf0\x9f\x98\x80":"\\x"}', "/é😀", 11),
        (b"[" * 6000, "/" + "/".join(["0"] * DEEPEST), DEEPEST),
        (b'{"a":' * 6000, "/" + "/".join(["a"] * DEEPEST), 5 * DEEPEST),
    ],
)
def test_a_fault_is_pointed_at(body: bytes, pointer: str, offset: int) -> None:
    with pytest.raises(BadJson) as refusal:
        parse(body)
    assert (refusal.value.pointer, refusal.value.offset) == (pointer, offset)


def test_brackets_in_strings_are_no_nesting() -> None:
    assert parse(json.dumps(["[" * 1000]).encode()) == ["[" * 1000]
    assert parse(json.dumps(["\\" * 999 + '"' + "[" * 1000]).encode()) == ["\\" * 999 + '"' + "[" * 1000]


def test_nesting_up_to_the_limit_is_taken() -> None:
    assert parse(b"[" * DEEPEST + b"]" * DEEPEST)
