"""Another annotator's set, told as alterations of the set that names no author."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar, assert_never

import msgspec

from annotator.formats.jsonl.draft import Draft, Entry, World
from annotator.formats.jsonl.wire import AnnotationLine, LinkLine, OfSet, Values, VariantLine

O = TypeVar("O", bound=OfSet)  # noqa: E741 - one of what belongs to a set


class BadVariant(Exception):
    """The alteration does not fit the set that it alters."""


@dataclass(slots=True)
class _Seat:
    """The set of one annotator while it is altered: annotations by id, links, and what the schema allows."""

    author: str
    annotations: dict[str, Entry[AnnotationLine]]
    links: list[Entry[LinkLine]]
    world: World


def with_variants(draft: Draft, world: World) -> tuple[list[Entry[AnnotationLine]], list[Entry[LinkLine]]]:
    """The draft's annotations and links, and those of each annotator whose set is told as alterations."""
    annotations, links = list(draft.annotations), list(draft.links)
    for annotator in dict.fromkeys(entry.data.annotator for entry in draft.variants):
        seat = _copy_of_base(draft, annotator, world)
        variants = [entry for entry in draft.variants if entry.data.annotator == annotator]
        _alter(seat, variants, draft)
        annotations += seat.annotations.values()
        links += _standing(seat)
        message = f"The set of {annotator} is told as {len(variants)} alterations of the set of no author."
        draft.faults.note("variants_applied", message, variants[0].line, "It became a set of its own.")
    return annotations, links


def _copy_of_base(draft: Draft, annotator: str, world: World) -> _Seat:
    base = world.options.author
    annotations = _owned(annotator, (entry for entry in draft.annotations if world.owner(entry.data) == base))
    links = _owned(annotator, (entry for entry in draft.links if world.owner(entry.data) == base))
    return _Seat(annotator, {entry.data.id or "": entry for entry in annotations}, links, world)


def _owned(author: str, entries: Iterable[Entry[O]]) -> list[Entry[O]]:
    return [Entry(entry.line, msgspec.structs.replace(entry.data, author=author)) for entry in entries]


def _alter(seat: _Seat, variants: list[Entry[VariantLine]], draft: Draft) -> None:
    for number, entry in enumerate(variants, start=1):
        name = f"variant-{number}"
        try:
            _apply(seat, entry, name)
        except BadVariant as error:
            draft.faults.error("bad_variant", str(error), entry.line, name)


def _apply(seat: _Seat, entry: Entry[VariantLine], name: str) -> None:
    variant = entry.data
    match variant.op:
        case "boundary":
            spans = _required(variant.spans, "spans")
            _change(seat, entry, spans=spans, quote=variant.quote)
        case "label":
            _change(seat, entry, label=_required(variant.label, "label"))
        case "attribute":
            attrs = _target(seat, variant).data.attrs | variant.attrs
            _change(seat, entry, attrs=attrs)
        case "missing":
            _target(seat, variant)
            del seat.annotations[variant.ref or ""]
        case "extra":
            seat.annotations[name] = Entry(entry.line, _extra(seat, variant, name))
        case "link":
            link = _required(variant.link, "link")
            added = msgspec.structs.replace(link, id=link.id or name, author=seat.author)
            seat.links.append(Entry(entry.line, added))
        case _:
            assert_never(variant.op)


F = TypeVar("F")


def _required(value: F | None, field: str) -> F:
    if value is None:
        raise BadVariant(f"This alteration needs the field {field}.")
    return value


def _target(seat: _Seat, variant: VariantLine) -> Entry[AnnotationLine]:
    try:
        return seat.annotations[variant.ref or ""]
    except KeyError:
        raise BadVariant(f"There is no annotation {variant.ref} to alter.") from None


def _change(seat: _Seat, entry: Entry[VariantLine], **changes: object) -> None:
    changed = msgspec.structs.replace(_target(seat, entry.data).data, **changes)
    seat.annotations[entry.data.ref or ""] = Entry(entry.line, _fitting(changed, seat.world))


def _extra(seat: _Seat, variant: VariantLine, name: str) -> AnnotationLine:
    return AnnotationLine(
        id=name,
        author=seat.author,
        label=_required(variant.label, "label"),
        spans=_required(variant.spans, "spans"),
        quote=variant.quote,
        attrs=variant.attrs,
        entity=variant.entity,
    )


def _fitting(annotation: AnnotationLine, world: World) -> AnnotationLine:
    """Without the entity and the attributes that the schema does not know for this label."""
    labels = world.schema.labels if world.schema else ()
    label = next((label for label in labels if label.key == annotation.label), None)
    if label is None:
        return annotation
    known = {attribute.key for attribute in label.attributes}
    attrs: Values = {key: value for key, value in annotation.attrs.items() if key in known}
    entity = annotation.entity
    fits = entity and world.entity_types.get(entity, label.entity_type) == label.entity_type
    return msgspec.structs.replace(annotation, attrs=attrs, entity=entity if fits else None)


def _standing(seat: _Seat) -> list[Entry[LinkLine]]:
    """The links whose ends are still there and still what the schema wants at this end."""
    types = {kind.key: kind for kind in seat.world.schema.link_types} if seat.world.schema else {}
    standing = []
    for entry in seat.links:
        kind = types.get(entry.data.type)
        labels = (kind.from_label, kind.to_label) if kind else (None, None)
        ends = zip((entry.data.from_, entry.data.to), labels, strict=True)
        if all(_is_there(seat, end, label) for end, label in ends):
            standing.append(entry)
    return standing


def _is_there(seat: _Seat, annotation: str, label: str | None) -> bool:
    found = seat.annotations.get(annotation)
    return found is not None and label in (None, found.data.label)
