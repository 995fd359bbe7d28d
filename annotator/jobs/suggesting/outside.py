"""Sources from outside: the gazetteer, files that mark, and models behind HTTP (docs/model-servers.md)."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated

import msgspec
from msgspec import Meta

from annotator.domain.label_schema import LabelSchema
from annotator.domain.marking import check_spans
from annotator.domain.naming import Named, Names
from annotator.domain.refusals import Refusal
from annotator.domain.sources import FileSettings, GazetteerSettings, ServerSettings
from annotator.domain.text import quote
from annotator.formats.bundles import Bundle, bundles
from annotator.formats.records import Diagnostic, Record
from annotator.jobs.gazetteer import load_gazetteer
from annotator.jobs.suggesting.making import LOCAL_BATCH, Asked, Draft, NameMaker, SourceFailed
from annotator.net import Limits, NetFault, TooSlow, Unreachable, exchange
from annotator.queries.gazetteer import ATTRIBUTION, names_of_places

SHORTEST_PLACE = 4
"""Shorter names of places are everyday words somewhere; those in scripts without letters' case are kept."""


def gazetteer(settings: GazetteerSettings) -> NameMaker:
    """Names of places; the places are copied first, if they are not there yet."""
    load_gazetteer()
    names = names_of_places(settings.countries, least_population=settings.least_population)
    named = (
        Named(name, settings.label) for name in names if len(name) >= SHORTEST_PLACE or not name.isascii()
    )
    return NameMaker(Names.of(named), ATTRIBUTION)


FAULTS = 20
"""Faults of a file that its report tells of."""

# --- files -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class FileMaker:
    """What a file marks, by the SHA-256 of the text that it marks."""

    by_text: Mapping[str, list[Draft]]
    basis: str
    faults: Sequence[str] = ()
    batch: int = field(default_factory=lambda: LOCAL_BATCH)

    def make(self, documents: Sequence[Asked]) -> list[list[Draft]]:
        return [self.by_text.get(_digest(document.text), []) for document in documents]


def file_maker(
    records: Iterable[Record | Diagnostic], settings: FileSettings, schema: LabelSchema
) -> FileMaker:
    """The marks of a file; labels that it names otherwise are mapped, those of nobody are left out."""
    by_text: dict[str, list[Draft]] = {}
    faults: list[str] = []

    def sounds() -> Iterator[Record]:
        for record in records:
            if not isinstance(record, Diagnostic):
                yield record
            elif record.severity == "error" and len(faults) < FAULTS:
                faults.append(f"line {record.line}: {record.message}" if record.line else record.message)

    for item in bundles(sounds()):
        if isinstance(item, Bundle):
            by_text.setdefault(_digest(item.document.text), []).extend(_drafts(item, settings, schema))
    if faults and not by_text:
        raise SourceFailed(f"Nothing in the file can be read. {faults[0]}")
    return FileMaker(by_text, f"file {settings.sha256}", faults)


def _drafts(bundle: Bundle, settings: FileSettings, schema: LabelSchema) -> Iterator[Draft]:
    for work in bundle.works.values():
        for found in work.annotations:
            label = settings.labels.get(found.label, found.label)
            if label in schema.labels:
                yield Draft(label, found.spans, None, dict(found.attributes), found.confidence)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


# --- models ----------------------------------------------------------------------------------------------------

CONTRACT = 1
TRIES = 3
PAUSE_SECONDS = 1.0  # before the second try; it doubles
BIGGEST = 20_000_000  # bytes of an answer


class _DocumentOut(msgspec.Struct):
    id: str
    title: str
    text: str
    language: str


class _Question(msgspec.Struct):
    contract: int
    offsets: str
    labels: list[str]
    documents: list[_DocumentOut]


class _Said(msgspec.Struct):
    label: str
    spans: Annotated[list[tuple[int, int]], Meta(min_length=1, max_length=1000)]
    quote: str | None = None
    score: Annotated[float, Meta(ge=0, le=1)] | None = None
    attributes: dict[str, str | bool | int | float | list[str]] = {}


class _DocumentIn(msgspec.Struct):
    id: str
    suggestions: list[_Said]


class _Answer(msgspec.Struct):
    documents: list[_DocumentIn]
    model: str = ""


@dataclass(slots=True)
class ServerMaker:
    """A model behind HTTP. What does not fit the text is left out; an answer that cannot be read parks the source."""

    settings: ServerSettings
    labels: Sequence[str]
    batch: int
    basis: str = "model"

    def make(self, documents: Sequence[Asked]) -> list[list[Draft]]:
        answer = self._asked(documents)
        if answer.model:
            self.basis = f"model {answer.model}"[:200]
        said = {document.id: document.suggestions for document in answer.documents}
        return [list(self._drafts(document, said.get(str(document.id), ()))) for document in documents]

    def _drafts(self, document: Asked, said: Sequence[_Said]) -> Iterator[Draft]:
        for each in said:
            label = self.settings.labels.get(each.label, each.label)
            if label not in self.labels or (each.score or 0.0) < self.settings.least_score:
                continue
            spans = tuple((start, end) for start, end in each.spans)
            if _fits(document.text, spans, each.quote):
                yield Draft(label, spans, None, each.attributes, each.score)

    def _asked(self, documents: Sequence[Asked]) -> _Answer:
        question = _Question(
            contract=CONTRACT,
            offsets="code points",
            labels=[*self.labels],
            documents=[_DocumentOut(str(one.id), one.title, one.text, _language(one)) for one in documents],
        )
        body = msgspec.json.encode(question)
        for attempt in range(1, TRIES + 1):
            try:
                return self._answered(body)
            except (TooSlow, Unreachable, _Later) as fault:
                if attempt == TRIES:
                    raise SourceFailed(f"{fault} It was asked {TRIES} times.") from None
                time.sleep(PAUSE_SECONDS * 2 ** (attempt - 1))
            except NetFault as fault:
                raise SourceFailed(str(fault)) from None
        raise AssertionError

    def _answered(self, body: bytes) -> _Answer:
        limits = Limits(seconds=self.settings.seconds, size=BIGGEST, redirects=0)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        answer = exchange("POST", self.settings.url, headers=headers, body=body, limits=limits)
        if answer.status == 429 or answer.status >= 500:
            raise _Later(f"The model server answered with status {answer.status}.")
        if answer.status != 200:
            raise SourceFailed(f"The model server answered with status {answer.status} instead of 200.")
        try:
            return msgspec.json.decode(answer.body, type=_Answer)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise SourceFailed(f"The model server's answer is not as agreed: {str(error)[:300]}") from None


class _Later(Exception):
    """Another try may help."""


def _fits(text: str, spans: tuple[tuple[int, int], ...], said: str | None) -> bool:
    """Whether the spans lie in the text and say what the server read there."""
    try:
        check_spans(spans, text)
    except Refusal:
        return False
    return said is None or said == quote(text, spans)


def _language(document: Asked) -> str:
    """That of most of the text."""
    sizes: dict[str, int] = {}
    for each in document.languages:
        sizes[each.lang] = sizes.get(each.lang, 0) + each.end - each.start
    return max(sorted(sizes), key=sizes.__getitem__) if sizes else "und"


def server(settings: ServerSettings, schema: LabelSchema) -> ServerMaker:
    """A model that is ready to be asked for the labels in use."""
    labels = [label.key for label in schema.labels.values() if not label.retired]
    return ServerMaker(settings, labels, settings.batch)
