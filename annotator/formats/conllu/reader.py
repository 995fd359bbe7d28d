"""CoNLL-U files to drafts: the text put together again, tags made annotations."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from annotator.domain.offsets import Unit
from annotator.formats.conllu.options import ConlluReadOptions
from annotator.formats.conllu.spacing import spelled
from annotator.formats.given.companion import Told, register
from annotator.formats.given.drafts import Given, add_annotation, draft_of
from annotator.formats.given.files import Files, stem
from annotator.formats.given.rows import Row, rows
from annotator.formats.given.whose import Source, sources, taken
from annotator.formats.jsonl.draft import Draft, World
from annotator.formats.tags import mentions

_FIELDS = 10


def find(files: Files, options: ConlluReadOptions, world: World) -> Iterator[Given]:
    """Schema and entities, then a draft for each ``newdoc``; a file without one is one document."""
    told = Told(files)
    yield from told.faults
    yield from register(files)
    names = sorted({name.rpartition("#")[0] for name in told.files} & set(files.names))
    places = [Source(name, stem(name), None) for name in names] if names else None
    for source in places or sources(files, told, (".conllu", ".conll"), options):
        with files.open(source.file) as data:
            for number, draft in enumerate(drafts(rows(data), source, options), start=1):
                key = f"{source.file}#{number}"
                yield taken(draft, source._replace(file=key), told, options.author)


@dataclass(slots=True)
class _Document:
    """A document while its lines come in."""

    line: int
    id: str
    parts: list[str] = field(default_factory=list)  # words and white space by turns
    length: int = 0
    words: list[tuple[int, int, int]] = field(default_factory=list)  # line, start, end
    tags: list[str] = field(default_factory=list)
    faults: list[tuple[str, int, int]] = field(default_factory=list)  # message, line, column
    until: int = 0  # the last word that the surface token at work stands for
    space: str = ""  # white space that is due before the next word
    told: bool = False  # the file says so

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)


def drafts(lines: Iterable[Row], source: Source, options: ConlluReadOptions) -> Iterator[Draft]:
    current: _Document | None = None
    seen: set[str] = set()
    for row in lines:
        if row.text.startswith("#"):
            name, _, value = row.text[1:].partition("=")
            if name.split()[:1] == ["newdoc"]:
                if current:
                    yield _draft(current)
                id_ = value.strip()
                id_ = f"{id_ or source.document}#{row.number}" if not id_ or id_ in seen else id_
                seen.add(id_)  # some begin anew under one id at every sentence
                current = _Document(row.number, id_)
            elif name.split()[:1] == ["newpar"] and current and current.words and current.space == " ":
                current.space = "\n"
        elif row.text.strip():
            current = current or _Document(row.number, source.document)
            _take(row, current, options.field)
            if current.length > options.size_limit:
                current.faults.append(("The document is too long.", row.number, 1))
                current.parts, current.words, current.tags = [], [], []
                current.length = 0
        elif current:
            current.until = 0
    if current:
        yield _draft(current)


def _take(row: Row, current: _Document, name: str) -> None:
    cells = row.text.split("\t")
    if len(cells) != _FIELDS:
        message = f"A line has {_FIELDS} fields parted by tabs, this one has {len(cells)}."
        current.faults.append((message, row.number, 1))
        return
    first, dash, last = cells[0].partition("-")
    if not (first.isascii() and first.replace(".", "", 1).isdigit()) or (
        dash and not (last.isascii() and last.isdigit())
    ):
        current.faults.append((f"{cells[0]!r:.40} is no number of a word.", row.number, 1))
        return
    if "." in first:
        return  # an empty node says nothing of the text
    misc = dict(part.partition("=")[::2] for part in cells[9].split("|"))
    tag = misc.get(name, "O").replace("\\p", "|")
    if len(first) < 9 and int(first) <= current.until:  # a word inside of a surface token
        if tag != "O" and current.tags[-1] == "O":
            current.tags[-1] = tag
        return
    current.until = int(last[:9]) if dash else 0
    _take_word(row, cells[1], misc, tag, current)


def _take_word(row: Row, form: str, misc: dict[str, str], tag: str, current: _Document) -> None:
    current.add(current.space if current.words else spelled(misc.get("SpacesBefore", "")))
    current.words.append((row.number, current.length, current.length + len(form)))
    current.tags.append(tag)
    current.add(form)
    current.told = "SpacesAfter" in misc
    if current.told:
        current.space = spelled(misc["SpacesAfter"])
    else:
        current.space = "" if misc.get("SpaceAfter") == "No" else " "


def _draft(found: _Document) -> Draft:
    if found.told or found.space != " ":  # one that nobody spoke of does not end a text
        found.add(found.space)
    text = "".join(found.parts)
    draft = draft_of(found.line, {"id": found.id, "text": text}, Unit.CODE_POINT)
    for message, line, column in found.faults:
        draft.faults.error("broken_line", message, line, column=column)
    for number, mention in enumerate(mentions(found.tags), start=1):
        line, start, _ = found.words[mention.first]
        end = found.words[mention.end - 1][2]
        add_annotation(draft, line, id=f"#{number}", label=mention.label, spans=[[start, end]])
    return draft
