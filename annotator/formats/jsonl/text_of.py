"""The document itself: its text cleaned, its hash checked, its languages made to cover it."""

from collections.abc import Callable, Iterator
from hashlib import sha256

from annotator.domain.document import LanguagesDoNotCover, covering
from annotator.domain.offsets import Offsets, Unit
from annotator.domain.text import Cleaned, utf16_length
from annotator.domain.values import LanguageRange
from annotator.formats.jsonl.draft import Draft
from annotator.formats.jsonl.parse import NotStorable, check_storable
from annotator.formats.jsonl.wire import DocumentLine
from annotator.formats.languages import language_ranges
from annotator.formats.offsets import spans_in_unit
from annotator.formats.records import DocumentRecord


def document_record(
    draft: Draft, line: DocumentLine, cleaned: Cleaned, allowed: tuple[str, ...]
) -> DocumentRecord:
    """What can be said of the document; what is wrong goes to the draft's faults.

    ``allowed`` are the languages to tell apart where the line names none.
    """
    _check_text(cleaned, draft)
    _check_sums(line, draft)
    _check_meta(line, draft)
    return DocumentRecord(
        id=line.id,
        title=line.title,
        text=cleaned.text,
        source_url=line.source_url,
        published=line.published,
        languages=_languages(line, cleaned, allowed, draft),
        client_key=line.client_key,
        meta=line.meta,
    )


def _check_text(cleaned: Cleaned, draft: Draft) -> None:
    if cleaned.byte_order_mark or cleaned.line_ends:
        message = f"The text has a byte order mark or {cleaned.line_ends} line ends with CR."
        draft.faults.note("text_cleaned", message, draft.line, "Lines end in LF, without a mark before them.")
    if cleaned.text.startswith("\ufeff"):
        message = "The text begins with more than one byte order mark."
        draft.faults.error("text_not_clean", message, draft.line, "text")


def _check_sums(line: DocumentLine, draft: Draft) -> None:
    text = line.text
    checks: dict[str, tuple[object, Callable[[], object]]] = {
        "length": (line.length, lambda: len(text)),
        "sha256": (line.sha256, lambda: sha256(text.encode()).hexdigest()),
        "utf16_length": (line.utf16_length, lambda: utf16_length(text)),
        "byte_length": (line.byte_length, lambda: len(text.encode())),
    }
    for field, (said, count) in checks.items():
        if said is not None and said != (found := count()):
            draft.faults.error(
                "text_differs", f"The line says {field} {said}, but it is {found}.", draft.line, field
            )


def _check_meta(line: DocumentLine, draft: Draft) -> None:
    try:
        check_storable(line.meta)
    except NotStorable as error:
        draft.faults.error(error.code, error.message, draft.line, "meta")


def _languages(
    line: DocumentLine, cleaned: Cleaned, allowed: tuple[str, ...], draft: Draft
) -> tuple[LanguageRange, ...]:
    given = line.languages or (language_ranges(cleaned.text, allowed) if allowed else ())
    for ranges in _as_counted(given, line.text, cleaned):
        try:
            return covering(ranges, length=len(cleaned.text))
        except LanguagesDoNotCover as error:
            refusal = error
    draft.faults.error("languages_do_not_cover", str(refusal), draft.line, "languages")
    return ()


def _as_counted(
    given: tuple[LanguageRange, ...], source: str, cleaned: Cleaned
) -> Iterator[tuple[LanguageRange, ...]]:
    """The ranges under each way of counting: only the right one makes them cover the text."""
    yield given
    spans = [((part.start, part.end),) for part in given]
    for unit in Unit:
        for text, removed in ((source, cleaned), (cleaned.text, None)):
            found = spans_in_unit(spans, Offsets(text, unit), removed)
            if found is not None:
                pairs = zip(found, given, strict=True)
                yield tuple([LanguageRange(*span, part.lang) for (span,), part in pairs])
