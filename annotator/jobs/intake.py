"""From records of a file to what is written: ids are given, references follow them, authors become accounts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from annotator.accounts.models import Account, AuthorClass
from annotator.domain.annotation_set import AddAnnotation, AddLink, FinishSet, SetDocumentLabel
from annotator.domain.commands import decode_command
from annotator.domain.label_schema import LabelSchema
from annotator.formats.bundles import Bundle, Work
from annotator.formats.records import DocumentRecord, EntityRecord, SchemaRecord
from annotator.jobs.identity import author_id, document_id, entity_id, own_id, part_id
from annotator.jobs.whole import Named, Part, Whole, part
from events.streams import StreamRef

GOLD = "gold"
"""The name of the author to whom a file's gold goes: it is one opinion among others here, and no vote."""


@dataclass(slots=True)
class Intake:
    """What is known while one file is read: the project's entities by the file's names for them, and authors."""

    project: UUID
    entities: dict[str, str] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)
    makes_accounts: bool = True

    def whole(self, bundle: Bundle) -> Whole:
        """A document with the sets of its authors.

        Raises:
            Refusal: a value is too long or of the wrong kind.
        """
        record = bundle.document
        document = document_id(self.project, record)
        imported = decode_command("import_document", _document(record, document))
        writes = StreamRef(self.project, "document", document)
        parts = [part(writes, [(imported, f"document {record.id}")])]
        for work in bundle.works.values():
            parts += self._parts_of(work, document)
        return Whole(record.id, parts, _counts(bundle), len(record.text), _known(bundle))

    def _parts_of(self, work: Work, document: UUID) -> Iterator[Part]:
        author = author_id(self.project, work.author or GOLD)
        writes = StreamRef(self.project, "annotation_set", document, author)
        if commands := list(self._commands(work, writes)):
            yield part(writes, commands)

    def new_author(self, work: Work) -> Whole | None:
        """What makes an author known, with an account that cannot sign in; None when it was made before."""
        name = work.set.name if work.set else work.author or GOLD
        author, kind = author_id(self.project, work.author or GOLD), _class_of(work)
        if str(author) in self.authors:
            return None
        self.authors[str(author)] = name
        if self.makes_accounts:
            _make_account(author, name, kind)
        added = decode_command("add_author", {"author": str(author), "author_class": kind})
        parts = [part(StreamRef(self.project, "project"), [(added, f"author {name}")])]
        return Whole(f"author {name}", parts, {"authors": 1})

    def _commands(self, work: Work, writes: StreamRef) -> Iterator[Named]:
        # Made as they are, not read from JSON: the format's reader has seen to the types, the rules see to the rest.
        for found in work.annotations:
            mark = AddAnnotation(
                annotation=str(part_id(writes, "annotation", found.id)),
                label=found.label,
                spans=found.spans,
                quote=found.quote,
                text_version=1,
                attributes=dict(found.attributes),
                entity=self._entity(found.entity),
                origin="import",
            )
            yield mark, f"annotation {found.id}"
        for link in work.links:
            join = AddLink(
                link=str(part_id(writes, "link", link.id)),
                type=link.type,
                from_=str(part_id(writes, "annotation", link.from_annotation)),
                to=str(part_id(writes, "annotation", link.to_annotation)),
                attributes=dict(link.attributes),
            )
            yield join, f"link {link.id}"
        for label in work.labels:
            yield SetDocumentLabel(label=label.label, value=label.value), f"document label {label.label}"
        if work.set is None or work.set.status == "finished":
            yield FinishSet(), "set"

    def _entity(self, entity: str | None) -> str | None:
        if entity is None:
            return None
        return self.entities.get(entity) or (entity if own_id(entity) else None)

    def take_entity(self, record: EntityRecord) -> None:
        """Know an entity by the file's name for it."""
        self.entities[record.id] = str(entity_id(self.project, record))

    def entity_whole(self, record: EntityRecord, references: Iterable[str]) -> Whole:
        """An entity of the register; ``references`` are its attributes that name other entities.

        Raises:
            Refusal: a value is too long or of the wrong kind.
        """
        data = {
            "entity": self.entities[record.id],
            "entity_type": record.entity_type,
            "name": record.name,
            "aliases": record.aliases,
            "attributes": self._referring(record.attributes, references),
            "note": record.note,
        }
        added = decode_command("add_entity", data)
        writes = StreamRef(self.project, "register")
        return Whole(f"entity {record.id}", [part(writes, [(added, f"entity {record.id}")])], {"entities": 1})

    def _referring(self, attributes: Mapping[str, Any], references: Iterable[str]) -> dict[str, Any]:
        ours = dict(attributes)
        for key in references:
            if isinstance(ours.get(key), list):
                ours[key] = [self.entities.get(other, other) for other in ours[key]]
        return ours


def schema_wholes(project: UUID, record: SchemaRecord, schema: LabelSchema) -> list[Whole]:
    """What the file's schema defines and the project's does not; what the project has stays as it is."""
    writes = StreamRef(project, "label_schema")
    wanted: list[tuple[str, Sequence[Any], Mapping[str, Any]]] = [
        ("entity_type", record.entity_types, schema.entity_types),
        ("label", record.labels, schema.labels),
        ("link_type", record.link_types, schema.link_types),
        ("document_label", record.document_labels, schema.document_labels),
    ]
    wholes = []
    for kind, defined, known in wanted:
        for item in defined:
            if item.key not in known and not getattr(item, "retired", False):
                command = decode_command(f"define_{kind}", _definition(item))
                wholes.append(
                    Whole(f"{kind} {item.key}", [part(writes, [(command, item.key)])], {"schema": 1})
                )
    return wholes


_NOT_COMMANDED = ("order", "retired", "replaced_by")


def _definition(item: Any) -> dict[str, Any]:
    fields = {name: getattr(item, name) for name in item.__dataclass_fields__ if name not in _NOT_COMMANDED}
    if "attributes" in fields:
        fields["attributes"] = list(fields["attributes"])
    return fields


def _document(record: DocumentRecord, document: UUID) -> dict[str, Any]:
    return {
        "document": str(document),
        "title": record.title,
        "text": record.text,
        "languages": list(record.languages),
        "source_url": record.source_url or None,
        "published": record.published or None,
        "client_key": record.client_key or record.id,
        "meta": dict(record.meta),
    }


def _class_of(work: Work) -> str:
    """Gold that comes with a file must not vote: it counts as a machine's."""
    if work.author is None:
        return "machine"
    return work.set.author_class if work.set else "human"


def _make_account(author: UUID, name: str, kind: str) -> None:
    """One that cannot sign in; none if it is there."""
    account = Account(
        id=author,
        username=f"import-{author}",
        name=name[:200],
        author_class=AuthorClass.MACHINE if kind == "machine" else AuthorClass.IMPORTED,
        is_active=False,
    )
    account.set_unusable_password()
    Account.objects.bulk_create([account], ignore_conflicts=True)


def _known(bundle: Bundle) -> dict[str, Any]:
    """What a report shows of a document; its language is that of the longest passages."""
    languages: Counter[str] = Counter()
    for passage in bundle.document.languages:
        languages[passage.lang] += passage.end - passage.start
    return {
        "id": bundle.document.client_key or bundle.document.id,  # by which an erasure finds it
        "title": bundle.document.title,
        "language": max(sorted(languages), key=languages.__getitem__) if languages else "und",
        "length": len(bundle.document.text),
        "annotations": sum(len(work.annotations) for work in bundle.works.values()),
    }


def _counts(bundle: Bundle) -> dict[str, int]:
    works = bundle.works.values()
    return {
        "documents": 1,
        "sets": len(bundle.works),
        "annotations": sum(len(work.annotations) for work in works),
        "links": sum(len(work.links) for work in works),
        "document_labels": sum(len(work.labels) for work in works),
    }
