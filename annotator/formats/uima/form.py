"""The frame of both CAS formats: a file for each author's work on a document."""

from collections.abc import Callable, Iterable, Iterator

from annotator.formats.bundles import Bundle, Work, bundles
from annotator.formats.given.companion import Companion, Told, folders, register
from annotator.formats.given.drafts import Given
from annotator.formats.given.files import Files, Unreadable
from annotator.formats.given.options import GivenOptions
from annotator.formats.given.whose import sources, taken
from annotator.formats.given.xml import XmlRefused
from annotator.formats.jsonl.draft import World
from annotator.formats.options import Options
from annotator.formats.records import Diagnostic, DocumentRecord, Record
from annotator.formats.sink import Sink
from annotator.formats.uima.given import draft
from annotator.formats.uima.model import Cas
from annotator.formats.uima.types import as_xml


def writing(
    suffix: str,
    render: Callable[[DocumentRecord, Work], bytes],
    exact: Callable[[str], bool],
    *,
    types: bool = False,
) -> Callable[[Iterable[Record], Sink, Options], None]:
    """``exact``: the format can hold this text to the letter; ``types``: ``TypeSystem.xml`` goes along."""

    def write(records: Iterable[Record], sink: Sink, options: Options) -> None:
        companion, number = Companion(), 0
        if types:
            with sink.file("TypeSystem.xml") as output:
                output.write(as_xml().encode())
        for item in bundles(records):
            if not isinstance(item, Bundle):
                companion.add(item)
                continue
            number += 1
            for name, work in folders(item, number):
                with sink.file(f"{name}{suffix}") as output:
                    output.write(render(item.document, work))
                companion.tell(f"{name}{suffix}", item.document, work, sums=exact(item.document.text))
        companion.put(sink)

    return write


def finding(
    suffixes: tuple[str, ...], load: Callable[[Files], Callable[[str], Cas]]
) -> Callable[[Files, GivenOptions, World], Iterator[Given]]:
    """``load(files)`` gives what reads one of them."""

    def find(files: Files, options: GivenOptions, world: World) -> Iterator[Given]:
        told = Told(files)
        yield from told.faults
        yield from register(files)
        parse = load(files)
        for source in sources(files, told, suffixes, options):
            try:
                made = draft(parse(source.file), source.document)
            except XmlRefused as error:
                yield Diagnostic(
                    code=error.code,
                    message=str(error),
                    line=error.line,
                    column=error.column,
                    document=source.document,
                )
            except Unreadable as error:
                yield error.as_diagnostic(source.document)
            else:
                yield taken(made, source, told, options.author)

    return find
