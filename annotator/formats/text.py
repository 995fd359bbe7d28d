"""Plain text, one document a file. Lines end in LF afterwards; nothing else of the text is changed.

The title, where none is given, is the first line, or else the file's name. The document's id is the hash
of its text, so that the same text twice is the same document. Languages are told per paragraph, among
those given: fewer than 20 letters take the language of the paragraph before, a line with little but an
address is `und`.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import PurePath
from typing import Annotated, BinaryIO, Literal

from msgspec import Meta

from annotator.domain.text import TextNotClean, check_clean, clean
from annotator.formats.languages import language_ranges
from annotator.formats.lines import stranger_in
from annotator.formats.options import Options
from annotator.formats.records import Diagnostic, DocumentRecord, Record
from annotator.formats.registry import Format, Reader

_LONGEST_TITLE = 120  # code points of a first line that becomes the title
Encoding = Literal[
    "utf-8", "utf-16", "windows-1250", "windows-1251", "windows-1252", "windows-1256", "iso-8859-1",
    "iso-8859-2", "iso-8859-15", "koi8-r", "gb18030", "big5", "shift_jis", "euc-jp", "euc-kr",
]  # fmt: skip


class TextOptions(Options, frozen=True, kw_only=True):
    name: Annotated[str, Meta(description="The file's name.")] = ""
    title: Annotated[
        str, Meta(description="The document's title, if the first line is none.", max_length=2000)
    ] = ""
    languages: Annotated[tuple[str, ...], Meta(description="Languages to tell apart; none named: any.")] = ()
    encoding: Annotated[Encoding, Meta(description="How the file writes its characters.")] = "utf-8"
    size_limit: Annotated[int, Meta(description="Bytes of the largest file.", ge=1)] = 50_000_000


def read(source: BinaryIO, options: TextOptions) -> Iterator[Record | Diagnostic]:
    """One document, or the one reason why not."""
    try:
        yield _document(source.read(options.size_limit + 1), options)
    except OSError as error:
        yield Diagnostic(code="unreadable", message=f"The file cannot be read: {error}.")
    except UnicodeDecodeError as error:
        yield _undecodable(error, options)
    except TextNotClean as error:
        yield _unclean(error)


def _document(data: bytes, options: TextOptions) -> Record | Diagnostic:
    stranger = stranger_in(data)
    if len(data) > options.size_limit:
        return Diagnostic(
            code="file_too_long", message=f"The file is longer than {options.size_limit:,} bytes."
        )
    if stranger and options.encoding == "utf-8":
        return Diagnostic(code="wrong_kind_of_file", message=f"This file is {stranger}.")
    text = clean(data.decode(options.encoding)).text
    check_clean(text)
    if not text.strip():
        return Diagnostic(code="empty_file", message="There is no text in the file.")
    return DocumentRecord(
        id=f"sha256:{sha256(text.encode()).hexdigest()}",
        title=options.title.strip() or _first_line(text) or PurePath(options.name).name,
        text=text,
        languages=language_ranges(text, options.languages),
        meta={"file": options.name} if options.name else {},
    )


def _first_line(text: str) -> str:
    line = " ".join(text.lstrip().split("\n", 1)[0].split())
    if len(line) <= _LONGEST_TITLE:
        return line
    return line[:_LONGEST_TITLE].rsplit(" ", 1)[0] + "…"


def _undecodable(error: UnicodeDecodeError, options: TextOptions) -> Diagnostic:
    before = error.object[: error.start]
    return Diagnostic(
        code="not_utf8" if options.encoding == "utf-8" else "not_decodable",
        message=f"Byte {error.start} of the file, counted from 0, is not {options.encoding}.",
        line=before.count(b"\n") + 1,
        column=len(before.rpartition(b"\n")[2].decode(options.encoding, "replace")) + 1,
        repair="Say how the file is encoded with the option encoding, or save it as UTF-8.",
    )


def _unclean(error: TextNotClean) -> Diagnostic:
    return Diagnostic(code="nul", message=str(error), repair="Take the character out; a text cannot hold it.")


def sniff(head: bytes, name: str) -> float:
    named = name.lower().endswith((".txt", ".text"))
    readable = stranger_in(head) is None and b"\0" not in head
    return (0.2 + 0.5 * named) * readable


FORMAT = Format(
    key="text",
    version=1,
    title="Plain text",
    suffixes=(".txt",),
    media_type="text/plain",
    unit="code point",
    keeps=frozenset(),
    about=__doc__ or "",
    reader=Reader(options=TextOptions, sniff=sniff, read=read),
)
