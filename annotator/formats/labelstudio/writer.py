"""Records to Label Studio's tasks."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from annotator.domain.offsets import Offsets, Unit
from annotator.formats.bundles import Bundle, Work, bundles
from annotator.formats.given.companion import Companion, entry_of
from annotator.formats.given.details import details, link_details
from annotator.formats.labelstudio.config import LABELS, TEXT, choices, configuration
from annotator.formats.labelstudio.options import LabelStudioWriteOptions
from annotator.formats.records import DocumentRecord, Record, SchemaRecord
from annotator.formats.sink import Sink

OURS = "palimpsest"
Choices = Mapping[str, tuple[str, ...]]


def write(records: Iterable[Record], sink: Sink, options: LabelStudioWriteOptions) -> None:
    """``tasks.json``, and ``config.xml`` where the schema is known."""
    companion, known, config, number = Companion(), dict[str, tuple[str, ...]](), "", 0
    with sink.file("tasks.json") as output:
        output.write(b"[")
        for item in bundles(records):
            if isinstance(item, Bundle):
                output.write(b",\n" if number else b"\n")
                number += 1
                output.write(msgspec.json.encode(task(item, number, known, options.unit)))
                continue
            companion.add(item)
            if isinstance(item, SchemaRecord):
                known, config = choices(item), configuration(item)
        output.write(b"\n]\n")
    if config:
        with sink.file("config.xml") as output:
            output.write(config.encode())
    companion.put(sink)


def task(bundle: Bundle, number: int, known: Choices, unit: Unit = Unit.CODE_POINT) -> dict[str, Any]:
    """A document with the works on it: people's and gold as annotations, machines' as predictions."""
    document = bundle.document
    told: dict[str, list[Any]] = {"annotations": [], "predictions": []}
    about: dict[str, list[Any]] = {"annotations": [], "predictions": []}
    for work in bundle.versions():
        if work.author is None and not (work.annotations or work.links or work.labels):
            continue
        result = list(_result(document, work, known, unit))
        machine = work.set is not None and work.set.author_class == "machine"
        kind = "predictions" if machine else "annotations"
        one: dict[str, Any] = {"result": result}
        one |= {"model_version": work.author} if machine else {"ground_truth": work.author is None}
        told[kind].append(one)
        about[kind].append(
            {key: value for key, value in entry_of("", document, work).items() if key in ("set", "labels")}
        )
    fields = entry_of("", document, Work(None))["document"]
    data = {"text": document.text, "title": document.title}
    return {"id": number, "data": data, "meta": {OURS: {"document": fields, **about}}, **told}


def _result(document: DocumentRecord, work: Work, known: Choices, unit: Unit) -> Iterator[dict[str, Any]]:
    convert = Offsets(document.text, unit).from_code_point
    number = 0
    first: dict[str, str] = {}
    for mark in sorted(work.annotations, key=lambda it: (it.spans, it.label, it.id)):
        for place, (start, end) in enumerate(mark.spans):
            number += 1
            id_ = f"r{number}"
            value = {"start": convert(start), "end": convert(end), "text": document.text[start:end]}
            common = {"id": id_, "to_name": TEXT}
            ours = details(mark) if place == 0 else {"part_of": first[mark.id]}
            first.setdefault(mark.id, id_)
            labelled = {**value, "labels": [mark.label]}
            yield {**common, "from_name": LABELS, "type": "labels", "value": labelled, "meta": {OURS: ours}}
            for key, values in known.items() if place == 0 else ():
                said = mark.attributes.get(key)
                if isinstance(said, str) and said in values:
                    yield {
                        **common,
                        "from_name": key,
                        "type": "choices",
                        "value": {**value, "choices": [said]},
                    }
    for link in sorted(work.links, key=lambda it: (it.type, it.from_annotation, it.to_annotation, it.id)):
        yield {
            "type": "relation",
            "from_id": first[link.from_annotation],
            "to_id": first[link.to_annotation],
            "direction": "right",
            "labels": [link.type],
            "meta": {OURS: link_details(link)},
        }
