"""Files of words and tags in columns, CoNLL-2003 and all that look like it, to drafts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Annotated

from msgspec import Meta

from annotator.domain.offsets import Unit
from annotator.formats.given.drafts import Given, add_annotation, add_set, draft_of, signed
from annotator.formats.given.files import Files, stem, text_of
from annotator.formats.given.options import GivenOptions
from annotator.formats.given.rows import Row, rows
from annotator.formats.given.whose import Source
from annotator.formats.jsonl.draft import Draft, World
from annotator.formats.tags import mentions

INDEX = "documents.tsv"
_MARK = "-DOCSTART-"
_SUFFIXES = (".conll", ".bio", ".iob", ".iob2", ".bioes", ".tsv", ".txt")
_OURS = "data.conll"


class ConllReadOptions(GivenOptions, frozen=True, kw_only=True):
    sentences_per_document: Annotated[
        int, Meta(description="Cut a file without marks between documents after so many; 0: never.", ge=0)
    ] = 0


@dataclass(slots=True)
class _Document:
    line: int
    parts: list[str] = field(default_factory=list)
    length: int = 0
    words: list[tuple[int, int, int]] = field(default_factory=list)  # line, start, end
    tags: list[str] = field(default_factory=list)
    faults: list[tuple[str, int]] = field(default_factory=list)
    sentences: int = 0
    columns: int = 0
    ended: bool = True  # a sentence has

    def add(self, row: Row, word: str, tag: str) -> None:
        space = "" if not self.words else "\n" if self.ended else " "
        if self.ended:
            self.tags.append("O")  # no mention reaches over the end of a sentence
            self.words.append((row.number, self.length, self.length))
        self.ended = False
        self.words.append((row.number, self.length + len(space), self.length + len(space) + len(word)))
        self.tags.append(tag)
        self.parts += (space, word)
        self.length += len(space) + len(word)


def find(files: Files, options: ConllReadOptions, world: World) -> Iterator[Given]:
    """A draft for each document of each file."""
    index = _index(files)
    seen: set[str] = set()
    names = [name for name in files.names if name.lower().endswith(_SUFFIXES) and not name.endswith(INDEX)]
    for name in [_OURS] if index and _OURS in names else names if files.is_zip else files.names:
        with files.open(name) as data:
            for number, found in enumerate(_documents(rows(data), options), start=1):
                given = Source(name, f"{stem(name) or 'document'}#{number}", None)
                told = index.get(number)
                if told and told[0] in seen:
                    # Words are cut where annotations begin, so another author's text can have other spaces.
                    told = (f"{told[0]}#{number}", *told[1:])
                if told:
                    seen.add(told[0])
                yield _draft(found, given, told, options)


def _index(files: Files) -> dict[int, tuple[str, str, str]]:
    """Id, author and title of each document of ours."""
    if not files.is_zip or INDEX not in files.names:
        return {}
    found = {}
    for line in text_of(files.read(INDEX), INDEX).split("\n")[1:]:
        cells = line.split("\t")
        if len(cells) == 4 and cells[0].isascii() and cells[0].isdigit() and len(cells[0]) < 12:
            found[int(cells[0])] = (cells[1], cells[2], cells[3])
    return found


def _documents(lines: Iterable[Row], options: ConllReadOptions) -> Iterator[_Document]:
    current: _Document | None = None
    for row in lines:
        cells = row.text.split()
        if cells[:1] == [_MARK]:
            if current:
                yield current
            current = _Document(row.number)
        elif not cells:
            if current and not current.ended:
                current.ended = True
                current.sentences += 1
                if current.sentences == options.sentences_per_document:
                    yield current
                    current = None
        elif not _is_comment(row.text):
            current = current or _Document(row.number)
            _take(row, cells, current, options)
    if current:
        yield current


def _is_comment(text: str) -> bool:
    return text.startswith("# ") and "=" in text


def _take(row: Row, cells: list[str], current: _Document, options: ConllReadOptions) -> None:
    current.columns = current.columns or len(cells)
    if len(cells) < 2 or len(cells) != current.columns:
        wanted = max(current.columns, 2)
        current.faults.append((f"The line has {len(cells)} columns, not {wanted}.", row.number))
    elif current.length > options.size_limit:
        current.faults.append(("The document is too long.", row.number))
        current.parts, current.words, current.tags, current.length = [], [], [], 0
    else:
        current.add(row, cells[0], cells[-1])


def _draft(
    found: _Document, source: Source, told: tuple[str, str, str] | None, options: ConllReadOptions
) -> Draft:
    id_, author, title = told or (source.document, "", "")
    fields = {"id": id_, "text": "".join(found.parts), "title": title}
    draft = draft_of(found.line, fields, Unit.CODE_POINT)
    for message, line in found.faults:
        draft.faults.error("broken_line", message, line, column=1)
    for number, mention in enumerate(mentions(found.tags), start=1):
        line, start, _ = found.words[mention.first]
        span = [start, found.words[mention.end - 1][2]]
        add_annotation(draft, line, id=f"#{number}", label=mention.label, spans=[span])
    gold = told is not None and not author
    if not gold:
        add_set(draft, found.line, author=author or options.author)
    return signed(draft, author or None, gold=gold)
