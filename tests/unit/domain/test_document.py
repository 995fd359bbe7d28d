"""Rules of a document."""

import pytest

from annotator.domain.document import (
    AddTextVersion,
    ArchiveDocument,
    ChangeDocument,
    Context,
    DocumentArchived,
    DocumentChanged,
    DocumentExists,
    DocumentImported,
    DocumentIsArchived,
    DocumentRestored,
    DocumentUnknown,
    ImportDocument,
    LanguagesDoNotCover,
    LanguagesSet,
    RestoreDocument,
    SetLanguages,
    TextAdded,
)
from annotator.domain.text import TextNotClean
from annotator.domain.values import LanguageRange
from tests.support.builders import a_project, an_id
from tests.support.scenario import DOCUMENT, given

TEXT = "Ciao 🚀 mondo"
IMPORT = ImportDocument(document=an_id("document"), title="Saluto", text=TEXT, meta={"outlet": "Il Foglio"})
UND = (LanguageRange(0, 12, "und"),)


def at(text: str | None) -> Context:
    return Context(a_project(), text)


def test_an_import_takes_in_what_is_known_and_then_the_text() -> None:
    given(DOCUMENT).when(IMPORT).then(
        DocumentImported(document=an_id("document"), title="Saluto", meta={"outlet": "Il Foglio"}),
        TextAdded(text_version=1, length=12, utf16_length=13, languages=UND, text=TEXT),
    )


def test_the_same_import_again_changes_nothing() -> None:
    given(DOCUMENT, IMPORT, context=at(TEXT)).when(IMPORT).then_nothing()


@pytest.mark.parametrize("changes", [{"text": "Ciao!"}, {"title": "Altro"}, {"meta": {}}])
def test_an_import_does_not_overwrite_a_document(changes: dict[str, object]) -> None:
    other = ImportDocument(**{**{f: getattr(IMPORT, f) for f in IMPORT.__struct_fields__}, **changes})
    given(DOCUMENT, IMPORT, context=at(TEXT)).when(other).then_raises(DocumentExists)


def test_a_document_may_be_empty() -> None:
    empty = ImportDocument(document=an_id("document"), title="", text="")
    assert given(DOCUMENT).when(empty).state.languages == ()


@pytest.mark.parametrize(
    ("text", "character", "offset"),
    [
        ("a\x00b", "U+0000", 1),
        ("a\r\nb", "U+000D", 1),
        ("\ufeffa", "U+FEFF", 0),
        ("🚀\ud83d", "U+D83D", 1),
    ],
)
def test_a_text_that_would_have_to_be_cleaned_is_refused(text: str, character: str, offset: int) -> None:
    bad = ImportDocument(document=an_id("document"), title="", text=text)
    given(DOCUMENT).when(bad).then_raises(TextNotClean, character=character, offset=offset, pointer="/text")


@pytest.mark.parametrize(
    ("ranges", "pointer"),
    [
        ([(1, 12)], "/languages/0"),
        ([(0, 5), (6, 12)], "/languages/1"),
        ([(0, 6), (5, 12)], "/languages/1"),
        ([(0, 0), (0, 12)], "/languages/0"),
        ([(0, 5)], "/languages/0/end"),
        ([(0, 13)], "/languages/0/end"),
    ],
)
def test_language_ranges_cover_the_text_without_gap(ranges: list[tuple[int, int]], pointer: str) -> None:
    languages = tuple(LanguageRange(start, end, "it") for start, end in ranges)
    given(DOCUMENT, IMPORT).when(SetLanguages(languages=languages)).then_raises(
        LanguagesDoNotCover, pointer=pointer
    )


def test_languages_are_set_once() -> None:
    languages = (LanguageRange(0, 5, "it"), LanguageRange(5, 12, "en"))
    scenario = given(DOCUMENT, IMPORT).when(SetLanguages(languages=languages))
    scenario.then(LanguagesSet(1, languages)).when(SetLanguages(languages=languages)).then_nothing()


def test_a_corrected_text_is_a_new_version() -> None:
    scenario = given(DOCUMENT, IMPORT, context=at(TEXT)).when(
        AddTextVersion(text="Ciao mondo", reason="typo")
    )
    scenario.then(TextAdded(2, 10, 10, (LanguageRange(0, 10, "und"),), "Ciao mondo", "typo"))
    assert scenario.state.text_version == 2


def test_the_same_text_is_no_new_version() -> None:
    given(DOCUMENT, IMPORT, context=at(TEXT)).when(AddTextVersion(text=TEXT)).then_nothing()


def test_what_is_known_of_a_document_is_given_whole() -> None:
    change = ChangeDocument(title="Saluti", published="2017-11-09")
    scenario = given(DOCUMENT, IMPORT).when(change)
    scenario.then(DocumentChanged(published="2017-11-09", title="Saluti")).when(change).then_nothing()
    assert scenario.state.meta is None


def test_an_archived_document_comes_back_with_everything() -> None:
    scenario = given(DOCUMENT, IMPORT)
    before = scenario.state
    scenario.when(ArchiveDocument(reason="twice")).then(DocumentArchived("twice"))
    scenario.when(ArchiveDocument()).then_nothing()
    scenario.when(RestoreDocument()).then(DocumentRestored())
    scenario.when(RestoreDocument()).then_nothing()
    assert scenario.state == before


def test_an_archived_document_cannot_change() -> None:
    given(DOCUMENT, IMPORT, ArchiveDocument()).when(ChangeDocument(title="x")).then_raises(DocumentIsArchived)


@pytest.mark.parametrize(
    "command", [ChangeDocument(title="x"), ArchiveDocument(), RestoreDocument(), AddTextVersion(text="x")]
)
def test_what_was_not_imported_cannot_change(command: object) -> None:
    given(DOCUMENT).when(command).then_raises(DocumentUnknown)
