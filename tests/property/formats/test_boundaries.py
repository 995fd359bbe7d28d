"""What was written down of sentences and words is what the rules found."""

from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.values import LanguageRange
from annotator.formats.boundaries import found_in, packed, unpacked
from annotator.formats.docbin.tokens import stored_tokens
from annotator.formats.records import DocumentRecord
from annotator.formats.tokens import sentences

TEXTS = st.text(
    st.sampled_from("aé’'.-  \n\t!1٣🚀ا中́ABCit,") | st.characters(codec="utf-8"), max_size=60
).filter(lambda text: "\r" not in text and "\x00" not in text)


@settings(max_examples=150, deadline=None)
@given(text=TEXTS, place=st.integers(0, 60), edges=st.sets(st.integers(0, 60), max_size=4))
def test_written_down_or_found_anew_is_the_same(text: str, place: int, edges: set[int]) -> None:
    cut = min(place, len(text))
    ranges = tuple(
        LanguageRange(start, end, lang)
        for start, end, lang in ((0, cut, "it"), (cut, len(text), "en"))
        if end > start
    )
    known = found_in(text, ranges)
    assert unpacked(known.tool, packed(known)) == known
    ordered = sorted(edge for edge in edges if edge <= len(text))
    spans = [
        (one, other)
        for one, other in zip(ordered[::2], ordered[1::2], strict=False)
        if text[one:other].strip()
    ]
    plain = DocumentRecord(id="d", title="", text=text, languages=ranges)
    stored = DocumentRecord(id="d", title="", text=text, languages=ranges, boundaries=known)
    for whole in (True, False):
        assert list(sentences(plain, spans, whole=whole)) == list(sentences(stored, spans, whole=whole))
    found = stored_tokens(stored, spans)
    said = "".join(word + " " * space for word, space in zip(found.words(text), found.spaces, strict=True))
    assert said == text
