"""What a format's own files cannot say lies beside them: ``register.jsonl`` and ``documents.jsonl``.

A line of ``documents.jsonl`` tells of one file: its name, the document's fields without the text, its set and
its document labels, as the lines of our JSON Lines. A line of ``register.jsonl`` is the schema or an entity.
"""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import msgspec

from annotator.formats.bundles import Bundle, Work
from annotator.formats.given.drafts import Given, add_label, add_set, signed
from annotator.formats.given.files import Files, Unreadable
from annotator.formats.jsonl.draft import Draft
from annotator.formats.jsonl.options import JsonlReadOptions
from annotator.formats.jsonl.parse import NotStorable, parse
from annotator.formats.jsonl.reader import read_lines
from annotator.formats.jsonl.wire import DocumentLine
from annotator.formats.jsonl.writer import line
from annotator.formats.lines import Line, lines
from annotator.formats.records import Diagnostic, DocumentRecord, EntityRecord, SchemaRecord
from annotator.formats.sink import Sink

REGISTER, DOCUMENTS = "register.jsonl", "documents.jsonl"
_IN_MEMORY = 1 << 20
_LINE_LIMIT = 8 << 20
_SUMS = ("length", "utf16_length", "byte_length", "sha256")


class Companion:
    """Collected while documents are written, put into the sink at the end."""

    def __init__(self) -> None:
        self._register: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - put closes it
        self._documents: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - put closes it

    def add(self, record: SchemaRecord | EntityRecord) -> None:
        self._register.write(msgspec.json.encode(line(record)) + b"\n")

    def tell(self, file: str, document: DocumentRecord, work: Work, *, sums: bool = True) -> None:
        """``sums``: the text can be told from the file to the letter, and is to be checked."""
        self._documents.write(msgspec.json.encode(entry_of(file, document, work, sums=sums)) + b"\n")

    def put(self, sink: Sink) -> None:
        for name, held in ((REGISTER, self._register), (DOCUMENTS, self._documents)):
            if held.tell():
                held.seek(0)
                with sink.file(name) as output:
                    while piece := held.read(1 << 16):
                        output.write(piece)
            held.close()


def entry_of(file: str, document: DocumentRecord, work: Work, *, sums: bool = True) -> dict[str, Any]:
    """What a line of ``documents.jsonl`` says."""
    told = line(document)
    gone = {"text", "kind"} | (set() if sums else {*_SUMS})
    return {
        "file": file,
        "document": {key: value for key, value in told.items() if key not in gone},
        "set": work.set and {key: value for key, value in line(work.set).items() if key != "kind"},
        "labels": {label.label: label.value for label in sorted(work.labels, key=lambda it: it.label)},
    }


def entry_from(given: dict[str, Any]) -> "Entry | None":
    """The same from another place; None where it is not what it should be."""
    try:
        return msgspec.convert({"file": "", **given}, Entry)
    except msgspec.ValidationError:
        return None


class Entry(msgspec.Struct, frozen=True):
    file: str
    document: dict[str, Any]
    set: dict[str, Any] | None = None
    labels: dict[str, str] = {}


class Told:
    """What a zip's ``documents.jsonl`` tells of its files; of a zip without one, nothing.

    Kept as the bytes of each line: a zip holds at most some hundred thousand files.
    """

    def __init__(self, files: Files) -> None:
        self._lines: dict[str, bytes] = {}
        self.faults: list[Diagnostic] = []
        if files.is_zip and DOCUMENTS in files.names:
            try:
                self._read(files)
            except Unreadable as error:
                self.faults.append(error.as_diagnostic())

    def _read(self, files: Files) -> None:
        with files.open(DOCUMENTS) as source:
            for item in lines(source, _LINE_LIMIT):  # type: ignore[arg-type]
                entry = self._entry(item) if isinstance(item, Line) else None
                if isinstance(item, Diagnostic):
                    self.faults.append(item)
                elif entry is not None and entry.file not in self._lines:
                    self._lines[entry.file] = item.data

    def _entry(self, item: Line) -> Entry | None:
        try:
            return msgspec.convert(parse(item), Entry)
        except NotStorable as error:
            self.faults.append(error.as_diagnostic(item))
        except msgspec.ValidationError as error:
            message = f"{DOCUMENTS}: {error}."
            self.faults.append(Diagnostic(code="wrong_type", message=message, line=item.number))
        return None

    @property
    def files(self) -> list[str]:
        """In the order told."""
        return list(self._lines)

    def apply(self, file: str, draft: Draft) -> Draft:
        """The draft with what is told of its file."""
        data = self._lines.get(file)
        if data is None:
            return draft
        entry = msgspec.json.decode(data, type=Entry)
        return applied(entry, draft)


def applied(entry: Entry | None, draft: Draft) -> Draft:
    """The draft with what an entry tells of it."""
    if entry is None:
        return draft
    if draft.document is not None:
        fields = {**entry.document, "text": draft.document.text}
        try:
            draft.document = msgspec.convert(fields, DocumentLine)
        except msgspec.ValidationError as error:
            draft.faults.error("wrong_type", f"{DOCUMENTS}: {error}.", draft.line, "document")
            return draft
    said = entry.document.get("id")
    draft.id = draft.faults.document = said if isinstance(said, str) else draft.id
    for label, value in entry.labels.items():
        add_label(draft, draft.line, label, value)
    draft.sets.clear()
    author = entry.set.get("author") if entry.set else None
    if entry.set:
        add_set(draft, draft.line, **{key: entry.set[key] for key in entry.set if key != "document"})
    return signed(draft, author if isinstance(author, str) else None, gold=entry.set is None)


def register(files: Files) -> Iterator[Given]:
    """Schema and entities of a zip that has them."""
    if not files.is_zip or REGISTER not in files.names:
        return
    try:
        with files.open(REGISTER) as source:
            found = read_lines(lines(source, _LINE_LIMIT), JsonlReadOptions())  # type: ignore[arg-type]
            for record in found:
                if isinstance(record, SchemaRecord | EntityRecord | Diagnostic):
                    yield record
    except Unreadable as error:
        yield error.as_diagnostic()


def folders(bundle: Bundle, number: int) -> Iterator[tuple[str, Work]]:
    """A name for each work on a document, without suffix: ``000001`` where one author's work is all there is,
    else ``000001-1`` and so on.
    """
    works = bundle.versions()
    for place, work in enumerate(works, start=1):
        yield f"{number:06}" if len(works) == 1 else f"{number:06}-{place}", work
