"""The text of HTML, block by block, without judging what belongs to an article."""

from typing import Any

from lxml import etree, html

_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "dialog", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend",
    "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
))  # fmt: skip
_CELLS = frozenset(("td", "th"))
_LEFT_OUT = frozenset((
    "script", "style", "noscript", "template", "head", "iframe", "object", "svg", "math", "select", "textarea",
))  # fmt: skip


def text_of(markup: bytes | str) -> str:
    """Each block on a line of its own, cells of a row parted by tabs; empty when there is nothing to read."""
    root = tree_of(markup)
    if root is None:
        return ""
    pieces: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))  # not by recursion: pages may be nested deeply
    for event, element in walk:
        if event == "end":
            _end(element, pieces)
        elif _is_left_out(element):
            walk.skip_subtree()
        else:
            _begin(element, pieces)
    return "\n".join(line for line in map(_line, "".join(pieces).split("\n")) if line)


def tree_of(markup: bytes | str) -> Any:
    """The page as a tree; None where there is no element at all. Nothing is fetched, entities stay as they are."""
    parser = html.HTMLParser(no_network=True, recover=True, remove_comments=True, remove_pis=True)
    data = markup.encode("utf-8", "replace") if isinstance(markup, str) else markup
    if isinstance(markup, str):
        parser = html.HTMLParser(
            no_network=True, recover=True, remove_comments=True, remove_pis=True, encoding="utf-8"
        )
    try:
        return html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _is_left_out(element: Any) -> bool:
    return not isinstance(element.tag, str) or element.tag in _LEFT_OUT


def _begin(element: Any, pieces: list[str]) -> None:
    if element.tag in _BLOCKS:
        pieces.append("\n")
    # Line ends of the markup are blanks of the text.
    pieces.append(" ".join((element.text or "").split("\n")))


def _end(element: Any, pieces: list[str]) -> None:
    if element.tag in _BLOCKS:
        pieces.append("\n")
    elif element.tag in _CELLS:
        pieces.append("\t")
    pieces.append(" ".join((element.tail or "").split("\n")))


def _line(line: str) -> str:
    return "\t".join(" ".join(cell.split()) for cell in line.split("\t")).strip()
