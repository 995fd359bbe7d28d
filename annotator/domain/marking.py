"""What it takes to mark a text: rules that annotators' sets and curators' decisions share."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotator.domain.attributes import check_attributes, split_texts
from annotator.domain.label_schema import Label, LabelSchema, LabelUnknown
from annotator.domain.refusals import Refusal
from annotator.domain.register import EntityTypesDiffer, Register, living, resolve
from annotator.domain.text import quote
from annotator.domain.values import Attributes, Span


@dataclass(frozen=True, slots=True)
class Mark:
    """A label on stretches of a text, with what it says about them."""

    label: str
    spans: tuple[Span, ...]
    attributes: Attributes
    entity: str | None = None


class SpanOutOfText(Refusal):
    """The span is empty or reaches beyond the text."""


class SpansNotInOrder(Refusal):
    """The spans of an annotation must stand in order with a gap between them."""


class SpanBlank(Refusal):
    """The span holds nothing but white space."""


class QuoteDiffers(Refusal):
    """The quote is not what the text says there."""


class LabelIsRetired(Refusal):
    """The label is retired."""


class EntityNotExpected(Refusal):
    """Annotations with this label name no entity."""


def check_mark(
    mark: Mark, said: str, *, schema: LabelSchema, text: str, register: Register, before: Mark | None = None
) -> None:
    """Refuse what cannot be marked. ``before`` is what stood there: its retired label and entity may stay.

    Raises:
        LabelUnknown, LabelIsRetired, SpanOutOfText, SpansNotInOrder, SpanBlank, QuoteDiffers,
        AttributeUnknown, AttributeRefused, EntityNotExpected, EntityUnknown, EntityIsMerged,
        EntityTypesDiffer
    """
    label = _label(mark.label, schema, keeps=before is not None and before.label == mark.label)
    check_spans(mark.spans, text)
    expected = quote(text, mark.spans)
    if said != expected:
        raise QuoteDiffers(expected=expected, found=said, pointer="/quote")
    check_attributes(mark.attributes, label.attributes, lambda other: resolve(register, other) is not None)
    if mark.entity is not None and not (before is not None and before.entity == mark.entity):
        _check_entity(mark.entity, label, register)


def check_spans(spans: Sequence[Span], text: str) -> None:
    """Refuse spans that are out of the text, out of order, touching or blank.

    Raises:
        SpanOutOfText, SpansNotInOrder, SpanBlank
    """
    edge = -1
    for index, (start, end) in enumerate(spans):
        pointer = f"/spans/{index}"
        if not 0 <= start < end <= len(text):
            raise SpanOutOfText(span=[start, end], length=len(text), pointer=pointer)
        if start <= edge:
            raise SpansNotInOrder(span=[start, end], previous_end=edge, pointer=pointer)
        if text[start:end].isspace():
            raise SpanBlank(span=[start, end], pointer=pointer)
        edge = end


def texts_apart(mark: Mark, schema: LabelSchema) -> tuple[Attributes, Attributes]:
    """The mark's attributes that stay for ever, and those that can be erased."""
    return split_texts(mark.attributes, schema.labels[mark.label].attributes)


def _label(key: str, schema: LabelSchema, *, keeps: bool) -> Label:
    label = schema.labels.get(key)
    if label is None:
        raise LabelUnknown(label=key, known=sorted(schema.labels), pointer="/label")
    if label.retired and not keeps:
        raise LabelIsRetired(label=key, replaced_by=label.replaced_by, pointer="/label")
    return label


def _check_entity(entity_id: str, label: Label, register: Register) -> None:
    if label.entity_type is None:
        raise EntityNotExpected(label=label.key, pointer="/entity")
    entity = living(register, entity_id, pointer="/entity")
    if entity.entity_type != label.entity_type:
        raise EntityTypesDiffer(entity=entity.entity_type, label=label.entity_type, pointer="/entity")
