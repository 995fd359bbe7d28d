"""XML of unknown worth, element by element: no document type, no entity but the five, bounded depth."""

from collections.abc import Callable
from typing import IO
from xml.parsers import expat

from annotator.formats.given.files import Unreadable

_DEEPEST = 100
_PIECE = 1 << 16

Start = Callable[[str, dict[str, str], int], None]
End = Callable[[str, str], None]


class XmlRefused(Unreadable):
    """The XML is broken, or has what could hurt; with its line and column."""

    def __init__(self, code: str, message: str, line: int, column: int) -> None:
        super().__init__(code, message)
        self.line, self.column = line, column


def parse(source: IO[bytes], start: Start, end: End, *, limit: int) -> None:
    """Call ``start(name, attributes, line)`` and ``end(name, text)`` for each element; names with a namespace are
    ``namespace name``, parted by a space.

    Raises:
        XmlRefused: broken, too long, too deep, or with a document type.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    texts: list[list[str]] = []

    def refuse(code: str, message: str) -> XmlRefused:
        return XmlRefused(code, message, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    def begun(name: str, attributes: dict[str, str]) -> None:
        if len(texts) >= _DEEPEST:
            raise refuse("too_deep", f"More than {_DEEPEST} levels of elements.")
        texts.append([])
        start(name, attributes, parser.CurrentLineNumber)

    def ended(name: str) -> None:
        end(name, "".join(texts.pop()))

    def text(data: str) -> None:
        if texts:
            texts[-1].append(data)

    def doctype(*_: object) -> None:
        raise refuse("xml_doctype", "A document type is not taken: it could expand without end.")

    parser.StartElementHandler = begun
    parser.EndElementHandler = ended
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = doctype
    _feed(parser, source, limit, refuse)


def _feed(
    parser: expat.XMLParserType, source: IO[bytes], limit: int, refuse: Callable[[str, str], XmlRefused]
) -> None:
    size = 0
    try:
        while piece := source.read(_PIECE):
            size += len(piece)
            if size > limit:
                raise refuse("file_too_long", f"The file is longer than {limit:,} bytes.")
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        message = f"This is not XML: {expat.errors.messages.get(error.code, error)}."
        raise XmlRefused("broken_xml", message, error.lineno, error.offset + 1) from None
    except (UnicodeError, LookupError, ValueError) as error:
        raise refuse("broken_xml", f"This is not XML: {error}.") from None
