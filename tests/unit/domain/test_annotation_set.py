"""Rules of an annotation set: annotations and the set as a whole."""

from dataclasses import replace
from typing import Any

import pytest
from immutables import Map

from annotator.domain.annotation_set import (
    AnnotationAdded,
    AnnotationChanged,
    AnnotationExists,
    AnnotationRemoved,
    AnnotationUnknown,
    ChangeAnnotation,
    ClearDocumentLabel,
    DocumentLabelCleared,
    DocumentLabelRefused,
    DocumentLabelSet,
    DocumentLabelUnknown,
    FinishSet,
    LabelHoldsLinks,
    LinkRemoved,
    RemoveAnnotation,
    ReopenSet,
    SetDocumentLabel,
    SetFinished,
    SetIsFinished,
    SetReopened,
    TextVersionOld,
)
from annotator.domain.attributes import AttributeRefused, AttributeUnknown, missing
from annotator.domain.document import Document, DocumentIsArchived, DocumentUnknown
from annotator.domain.ids import keyed_id
from annotator.domain.label_schema import LabelUnknown
from annotator.domain.marking import (
    EntityNotExpected,
    LabelIsRetired,
    QuoteDiffers,
    SpanBlank,
    SpanOutOfText,
    SpansNotInOrder,
)
from annotator.domain.project import ProjectIsArchived
from annotator.domain.register import EntityIsMerged, EntityTypesDiffer, EntityUnknown, Register
from tests.support.builders import (
    TEXT,
    a_claim,
    a_document,
    a_link,
    a_project,
    a_register,
    a_schema,
    a_set_context,
    an_annotation,
    an_id,
    spans_of,
)
from tests.support.scenario import ANNOTATION_SET, given

ASSAD = an_id("assad")


def changed(command: Any, **changes: Any) -> ChangeAnnotation:
    fields = {name: getattr(command, name) for name in ChangeAnnotation.__struct_fields__}
    return ChangeAnnotation(**{**fields, **changes})


def test_a_mark_is_recorded_whole() -> None:
    command = an_annotation("s1", "Assad", attributes={"mention": "named"}, entity=ASSAD)
    added = AnnotationAdded(
        annotation=an_id("s1"),
        label="actor",
        spans=((19, 24),),
        attributes={"mention": "named"},
        entity=ASSAD,
        origin="hand",
        text_version=1,
    )
    given(ANNOTATION_SET).when(command).then(added)


def test_free_text_is_kept_apart_so_that_it_can_be_erased() -> None:
    scenario = given(ANNOTATION_SET).when(a_claim(attributes={"claim_type": "factual", "note": "seen it"}))
    event = scenario.events[0]
    assert isinstance(event, AnnotationAdded)
    assert (event.attributes, event.texts) == ({"claim_type": "factual"}, {"note": "seen it"})
    state = scenario.state.annotations[an_id("c1")]
    assert state.attributes == {"claim_type": "factual", "note": "seen it"}


def test_marking_the_same_again_changes_nothing() -> None:
    given(ANNOTATION_SET, an_annotation()).when(an_annotation()).then_nothing()


def test_an_annotation_is_not_overwritten_by_adding() -> None:
    given(ANNOTATION_SET, an_annotation("s1", "Assad")).when(an_annotation("s1", "Putin")).then_raises(
        AnnotationExists, pointer="/annotation"
    )


def test_an_annotation_may_stand_in_pieces() -> None:
    scenario = given(ANNOTATION_SET).when(an_annotation("s1", "Iran…forces"))
    assert scenario.state.annotations[an_id("s1")].spans == ((44, 48), (51, 57))


def test_annotations_may_nest_and_overlap() -> None:
    given(ANNOTATION_SET).when(
        an_annotation("s1", "Syrian army of Assad"),
        an_annotation("s2", "Assad"),
        an_annotation("s3", "of Assad took"),
    ).then_types(AnnotationAdded, AnnotationAdded, AnnotationAdded)


def test_offsets_count_code_points() -> None:
    scenario = given(ANNOTATION_SET).when(an_annotation("s1", "🚀"))
    assert scenario.state.annotations[an_id("s1")].spans == ((41, 42),)


@pytest.mark.parametrize(
    ("spans", "refusal", "pointer"),
    [
        (((5, 5),), SpanOutOfText, "/spans/0"),
        (((9, 4),), SpanOutOfText, "/spans/0"),
        (((80, 999),), SpanOutOfText, "/spans/0"),
        (((19, 24), (4, 10)), SpansNotInOrder, "/spans/1"),
        (((4, 10), (8, 15)), SpansNotInOrder, "/spans/1"),
        (((4, 10), (10, 15)), SpansNotInOrder, "/spans/1"),
        (((3, 4),), SpanBlank, "/spans/0"),
        (((4, 10), (16, 17), (19, 24)), None, ""),
        (((0, len(TEXT)),), None, ""),
    ],
)
def test_spans_stand_in_order_apart_in_the_text_and_are_not_blank(
    spans: tuple[tuple[int, int], ...], refusal: Any, pointer: str
) -> None:
    scenario = given(ANNOTATION_SET).when(an_annotation(spans=spans))
    if refusal:
        scenario.then_raises(refusal, pointer=pointer)
    else:
        scenario.then_types(AnnotationAdded)


def test_white_space_at_an_edge_is_the_annotators_business() -> None:
    given(ANNOTATION_SET).when(an_annotation(spans=((18, 25),))).then_types(AnnotationAdded)


def test_the_quote_must_be_what_the_text_says() -> None:
    given(ANNOTATION_SET).when(an_annotation(quote="assad")).then_raises(
        QuoteDiffers, expected="Assad", found="assad", pointer="/quote"
    )


def test_offsets_of_another_text_version_are_refused() -> None:
    context = a_set_context(document=a_document(text_version=2))
    given(ANNOTATION_SET, context=context).when(an_annotation()).then_raises(
        TextVersionOld, found=1, current=2
    )


def test_the_label_must_be_known() -> None:
    given(ANNOTATION_SET).when(an_annotation(label="person")).then_raises(
        LabelUnknown, known=["actor", "claim", "location"], pointer="/label"
    )


def retired(key: str) -> Any:
    labels = a_schema().labels
    return replace(
        a_schema(), labels=labels.set(key, replace(labels[key], retired=True, replaced_by="location"))
    )


def test_a_retired_label_is_not_given_any_more() -> None:
    context = a_set_context(schema=retired("actor"))
    given(ANNOTATION_SET, context=context).when(an_annotation()).then_raises(
        LabelIsRetired, replaced_by="location"
    )


def test_an_annotation_keeps_its_retired_label_when_it_changes() -> None:
    past = given(ANNOTATION_SET, an_annotation()).state
    scenario = given(ANNOTATION_SET, context=a_set_context(schema=retired("actor")))
    scenario.state = past
    scenario.when(changed(an_annotation("s1", "of Assad"))).then_types(AnnotationChanged)


def test_unknown_attributes_are_refused_with_the_known_ones() -> None:
    given(ANNOTATION_SET).when(an_annotation(attributes={"mood": "x"})).then_raises(
        AttributeUnknown, attribute="mood", known=["mention", "reading"], pointer="/attributes/mood"
    )


@pytest.mark.parametrize(
    "attributes", [{"mention": "nom"}, {"mention": True}, {"mention": ["named"]}, {"reading": 1}]
)
def test_a_choice_is_one_of_its_values(attributes: dict[str, Any]) -> None:
    given(ANNOTATION_SET).when(an_annotation(attributes=attributes)).then_raises(AttributeRefused)


def test_a_codebook_without_values_takes_any_code_but_the_empty_one() -> None:
    given(ANNOTATION_SET).when(a_claim(attributes={"concept": "war-won"})).then_types(AnnotationAdded)
    given(ANNOTATION_SET).when(a_claim(attributes={"concept": ""})).then_raises(AttributeRefused)


def test_a_required_attribute_may_be_missing_and_is_named() -> None:
    given(ANNOTATION_SET).when(a_claim(attributes={"polarity": "denies"})).then_types(AnnotationAdded)
    defined = a_schema().labels["claim"].attributes
    assert missing({"polarity": "denies"}, defined) == ["claim_type", "certainty", "attribution"]


def test_an_entity_must_be_in_the_register() -> None:
    given(ANNOTATION_SET).when(an_annotation(entity=an_id("nobody"))).then_raises(
        EntityUnknown, pointer="/entity"
    )


def test_an_entity_is_of_the_labels_type() -> None:
    given(ANNOTATION_SET).when(an_annotation(entity=an_id("bukamal"))).then_raises(
        EntityTypesDiffer, entity="location", label="actor"
    )


def test_a_label_without_entities_names_none() -> None:
    given(ANNOTATION_SET).when(a_claim(entity=ASSAD)).then_raises(EntityNotExpected, label="claim")


def test_a_merged_entity_points_to_the_one_that_stands() -> None:
    entities = a_register().entities
    other = replace(entities[ASSAD], id=an_id("bashar"))
    merged = replace(entities[ASSAD], merged_into=other.id)
    register = Register(entities.update({ASSAD: merged, other.id: other}))
    given(ANNOTATION_SET, context=a_set_context(register=register)).when(
        an_annotation(entity=ASSAD)
    ).then_raises(EntityIsMerged, into=other.id)


def test_an_annotation_keeps_an_entity_that_was_removed_meanwhile() -> None:
    past = given(ANNOTATION_SET, an_annotation(entity=ASSAD)).state
    scenario = given(ANNOTATION_SET, context=a_set_context(register=Register(Map())))
    scenario.state = past
    scenario.when(changed(an_annotation("s1", "of Assad"), entity=ASSAD)).then_types(AnnotationChanged)


def test_a_change_gives_the_whole_annotation() -> None:
    first = an_annotation(attributes={"mention": "named"}, entity=ASSAD)
    scenario = given(ANNOTATION_SET, first).when(changed(first, attributes={}, entity=None))
    scenario.then_types(AnnotationChanged)
    assert scenario.state.annotations[an_id("s1")].attributes == {}
    scenario.when(changed(first, attributes={}, entity=None)).then_nothing()


def test_an_unknown_annotation_cannot_change() -> None:
    given(ANNOTATION_SET).when(changed(an_annotation())).then_raises(AnnotationUnknown)


def test_removing_an_annotation_removes_its_links_first() -> None:
    past = (an_annotation(), a_claim(), a_link("k1"), a_link("k2", "claimant"))
    links = sorted([an_id("k1"), an_id("k2")])
    scenario = given(ANNOTATION_SET, *past).when(RemoveAnnotation(annotation=an_id("s1")))
    scenario.then(*(LinkRemoved(link) for link in links), AnnotationRemoved(an_id("s1")))
    assert not scenario.state.links
    scenario.when(RemoveAnnotation(annotation=an_id("s1"))).then_nothing()


def test_a_removed_annotation_comes_back_under_its_id() -> None:
    command = an_id("command")
    scenario = given(ANNOTATION_SET, an_annotation())
    before = scenario.state
    scenario.when(RemoveAnnotation(annotation=an_id("s1")), an_annotation(undoes=command))
    assert scenario.state == before
    assert scenario.events[-1].undoes == command  # type: ignore[attr-defined]


def test_a_label_is_not_changed_under_links_that_need_it() -> None:
    past = (an_annotation(), a_claim(), a_link("k1"))
    command = changed(an_annotation(), label="location")
    given(ANNOTATION_SET, *past).when(command).then_raises(LabelHoldsLinks, link=an_id("k1"), allowed="actor")


def test_a_finished_set_refuses_edits_until_it_is_reopened() -> None:
    scenario = given(ANNOTATION_SET, an_annotation(), a_claim()).when(FinishSet()).then(SetFinished())
    scenario.when(FinishSet()).then_nothing()
    scenario.when(a_link()).then_raises(SetIsFinished)
    scenario.refusal = None
    scenario.when(ReopenSet(reason="missed one")).then(SetReopened(reason="missed one"))
    scenario.when(ReopenSet()).then_nothing()
    scenario.when(RemoveAnnotation(annotation=an_id("s1"))).then_types(AnnotationRemoved)


def test_a_repeated_edit_of_a_finished_set_changes_nothing() -> None:
    given(ANNOTATION_SET, an_annotation(), FinishSet()).when(an_annotation()).then_nothing()


def test_an_empty_set_can_be_finished() -> None:
    given(ANNOTATION_SET).when(FinishSet()).then(SetFinished())


def test_a_document_label_is_set_and_cleared_once() -> None:
    id_ = keyed_id("document_label", "topic")
    scenario = given(ANNOTATION_SET).when(SetDocumentLabel(label="topic", value="war"))
    scenario.then(DocumentLabelSet(id_, "topic", "war"))
    scenario.when(SetDocumentLabel(label="topic", value="war")).then_nothing()
    scenario.when(ClearDocumentLabel(label="topic")).then(DocumentLabelCleared(id_, "topic"))
    scenario.when(ClearDocumentLabel(label="topic")).then_nothing()


def test_document_labels_and_their_values_are_those_of_the_schema() -> None:
    given(ANNOTATION_SET).when(SetDocumentLabel(label="mood", value="x")).then_raises(
        DocumentLabelUnknown, known=["topic"]
    )
    given(ANNOTATION_SET).when(SetDocumentLabel(label="topic", value="x")).then_raises(
        DocumentLabelRefused, allowed=["war", "peace"]
    )


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"document": Document()}, DocumentUnknown),
        ({"document": a_document(archived=True)}, DocumentIsArchived),
        ({"project": a_project(archived=True)}, ProjectIsArchived),
    ],
)
def test_nothing_is_marked_where_the_door_is_closed(changes: dict[str, Any], refusal: Any) -> None:
    given(ANNOTATION_SET, context=a_set_context(**changes)).when(an_annotation()).then_raises(refusal)


def test_spans_of_the_test_text_are_what_they_seem() -> None:
    assert spans_of("Assad") == ((19, 24),)
    assert TEXT[41] == "🚀"
