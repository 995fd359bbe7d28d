"""Stored names and shapes of events."""

import dataclasses
from typing import get_args

import pytest

from annotator.domain import (
    annotation_set,
    assignment,
    curation,
    document,
    erasure,
    guideline,
    label_schema,
    project,
    register,
    release,
    segmentation,
    sources,
    suggestions,
    thread,
    webhook,
)
from annotator.domain.annotation_set import AnnotationAdded, LinkAdded
from annotator.domain.catalog import CATALOG, DECIDERS, event_data
from tests.support.builders import an_id

UNIONS = (
    project.ProjectEvent,
    label_schema.LabelSchemaEvent,
    document.DocumentEvent,
    annotation_set.AnnotationSetEvent,
    curation.CurationEvent,
    register.RegisterEvent,
    erasure.ErasureEvent,
    release.ReleaseEvent,
    guideline.GuidelineEvent,
    webhook.WebhookEvent,
    segmentation.SegmentationEvent,
    sources.SourceEvent,
    suggestions.SuggestionsEvent,
    thread.ThreadEvent,
    assignment.AssignmentEvent,
)
EVENTS = list(dict.fromkeys(cls for union in UNIONS for cls in get_args(union)))


def test_every_event_has_one_stored_name() -> None:
    assert sorted(CATALOG.types.values(), key=id) == sorted(EVENTS, key=id)


@pytest.mark.parametrize("cls", EVENTS)
def test_every_erasable_field_has_a_default_and_every_entity_a_field(cls: type) -> None:
    fields = {field.name: field for field in dataclasses.fields(cls)}
    for name in cls.PRIVATE:  # type: ignore[attr-defined]
        field = fields[name]
        assert field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
    assert cls.ENTITY is None or cls.ENTITY in fields  # type: ignore[attr-defined]


def test_only_texts_are_read_when_asked_for() -> None:
    assert CATALOG.lazy_types == {"text_added", "text_segmented", "guideline_written"}


def test_every_kind_of_stream_has_a_decider() -> None:
    assert sorted(decider.kind for decider in DECIDERS) == [
        "annotation_set",
        "assignment",
        "curation",
        "curation_thread",
        "document",
        "erasure",
        "guideline",
        "label_schema",
        "project",
        "register",
        "release",
        "segmentation",
        "source",
        "suggestions",
        "thread",
        "webhook",
    ]


def test_the_payload_carries_what_sql_reads() -> None:
    added = AnnotationAdded(
        annotation=an_id("s1"),
        label="actor",
        spans=((0, 3), (5, 9)),
        attributes={},
        entity=None,
        origin="hand",
        text_version=1,
        texts={"note": "x"},
    )
    encoded = CATALOG.encode(added)
    assert encoded.payload["spans"] == ((0, 3), (5, 9))
    assert encoded.payload["label"] == "actor"
    assert encoded.private == {"texts": {"note": "x"}}


def test_the_outside_sees_texts_among_attributes_and_the_ends_of_links_by_their_names() -> None:
    link = LinkAdded(
        link=an_id("k1"),
        type="target",
        from_annotation=an_id("c1"),
        to_annotation=an_id("s1"),
        attributes={"stance": "mixed"},
        texts={"note": "x"},
    )
    assert event_data(link) == {
        "link": an_id("k1"),
        "type": "target",
        "from": an_id("c1"),
        "to": an_id("s1"),
        "attributes": {"stance": "mixed", "note": "x"},
        "undoes": None,
    }
