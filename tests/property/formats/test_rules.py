"""Laws of the small rules that formats are made of."""

import zlib
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.document import covering
from annotator.formats.docbin.stored import stored
from annotator.formats.docbin.tokens import tokens
from annotator.formats.languages import language_ranges
from annotator.formats.overlap import OverlapRule, without_overlap
from annotator.formats.records import AnnotationRecord
from annotator.formats.sentences import sentence_starts
from annotator.formats.words import piece, words
from tests.property.formats.streams import languages
from tests.support.strategies import spans_in, texts

TAGS = st.sampled_from(["it", "en", "de", "ar", "zh", "und"])
PUNCTUATED = st.lists(
    st.sampled_from(
        ["a", "Iran", "’s", "l'", "U.S.", "3.5", " ", "\n", ". ", "? ", "。", "」", "...", "–", "e\u0301"]
    )
).map("".join)


@given(texts() | PUNCTUATED, TAGS)
def test_words_are_the_text_without_its_white_space(text: str, language: str) -> None:
    assert "".join(words(text, language)) == "".join(text.split())


@given(st.data(), texts() | PUNCTUATED, TAGS)
def test_pieces_have_the_words_of_the_text_cut_at_their_edges(
    data: st.DataObject, text: str, language: str
) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=4).map(sorted))
    edges = sorted({0, *cuts, len(text)})
    found = [word for a, b in pairwise(edges) for word in piece(text, language, a, b).words(language)]
    assert "".join(found) == "".join(text.split())
    whole = _ends(words(text, language))
    assert whole <= _ends(found)
    assert len(found) <= len(whole) + len(edges)


def _ends(found: list[str]) -> set[int]:
    """Where words end, white space left aside."""
    place, ends = 0, set()
    for word in found:
        place += len(word)
        ends.add(place)
    return ends


@given(texts() | PUNCTUATED, TAGS)
def test_sentences_begin_inside_the_text_in_order_and_with_no_line_end_in_them(
    text: str, language: str
) -> None:
    starts = sentence_starts(text, language)
    assert starts == sorted(set(starts))
    edges = [0, *starts, len(text)]
    assert all(0 < start < len(text) for start in starts)
    assert all("\n" not in text[a:b].strip() for a, b in pairwise(edges))


@given(texts() | PUNCTUATED, TAGS, st.integers(0, 5), st.integers(0, 5))
def test_sentences_of_a_passage_are_those_inside_of_it(text: str, language: str, cut: int, end: int) -> None:
    stop = max(len(text) - end, 0)
    assert all(cut < start < stop for start in sentence_starts(text, language, min(cut, stop), stop))


@given(st.data(), texts())
@settings(max_examples=60, deadline=None)
def test_every_span_is_made_of_whole_tokens(data: st.DataObject, text: str) -> None:
    spans = [span for _ in range(3) for span in data.draw(spans_in(text))] if len(text) > 1 else []
    found = tokens(text, data.draw(languages(len(text))), spans)
    parts = zip(found.words(text), found.spaces, strict=True)
    assert "".join(word + " " * space for word, space in parts) == text
    for start, end in spans:
        first, last = found.within((start, end))
        assert (found.starts[first], found.ends[last - 1]) == (start, end)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9))), st.sampled_from(OverlapRule))
def test_what_stays_does_not_overlap_and_what_goes_would(
    spans: list[tuple[int, int]], rule: OverlapRule
) -> None:
    marks = [
        AnnotationRecord(
            id=str(number), document="d", author="a", label="x", spans=((start, start + length),), quote=""
        )
        for number, (start, length) in enumerate(spans)
    ]
    kept = without_overlap(marks, rule)
    assert all(one.spans[0][1] <= other.spans[0][0] for one, other in pairwise(kept))
    assert without_overlap(kept, rule) == kept
    for gone in (it for it in marks if it not in kept):
        (start, end) = gone.spans[0]
        assert any(start < it.spans[0][1] and it.spans[0][0] < end for it in kept)


@given(
    st.binary(max_size=200) | st.sampled_from([b"x" * size for size in (65534, 65535, 65536, 131070, 131071)])
)
def test_any_inflater_reads_a_stored_stream(data: bytes) -> None:
    assert zlib.decompress(stored(data)) == data


@given(texts(), st.sampled_from([(), ("it",), ("it", "en"), ("ar", "en-GB", "zh")]))
@settings(max_examples=60, deadline=None)
def test_languages_cover_any_text(text: str, allowed: tuple[str, ...]) -> None:
    ranges = language_ranges(text, allowed)
    assert covering(ranges, length=len(text)) == ranges
    assert all(one.lang != other.lang for one, other in pairwise(ranges))
    assert not allowed or {part.lang for part in ranges} <= {*allowed, "und"}
