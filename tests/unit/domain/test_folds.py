"""What each event leaves in the state of its stream, field by field.

The events hold the names of their fields in place of values, so whatever ends up in the wrong place, or nowhere, shows.
"""

from dataclasses import fields, replace
from typing import Any

import pytest
from immutables import Map

from annotator.domain import (
    annotation_set,
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
from annotator.domain.annotation_set import Annotation, AnnotationSet, Link
from annotator.domain.catalog import DECIDERS
from annotator.domain.curation import Appeal, Curation, Decision
from annotator.domain.document import Document
from annotator.domain.erasure import ContentErased, Erasures
from annotator.domain.guideline import Guideline
from annotator.domain.label_schema import DocumentLabel, EntityType, Label, LabelSchema, LinkType, Published
from annotator.domain.project import Project
from annotator.domain.register import Entity, Register
from annotator.domain.release import Releases
from events.decider import Decider

APART = {"attributes": {"attributes": "kept"}, "texts": {"texts": "erasable"}}
TOGETHER = {"attributes": {"attributes": "kept", "texts": "erasable"}}
PLAIN = {"attributes": "attributes"}


def told(cls: Any, **values: Any) -> Any:
    """An event, or what is remembered of one: every field that is not said holds its own name."""
    names = getattr(cls, "__struct_fields__", None) or [field.name for field in fields(cls)]
    given = {**{name: APART.get(name, name) for name in names}, **values}
    return cls(**given)


def left(decider: Decider[Any], **changes: Any) -> Any:
    """The state of a new stream but for these fields."""
    return replace(decider.initial, **changes)


def after(decider: Decider[Any], *events: Any) -> Any:
    return decider.fold(events)


ANNOTATION = told(Annotation, id="annotation", **TOGETHER)
OLD_LINK = told(Link, id="link", from_annotation="a", to_annotation="b", **TOGETHER)
LINK = told(Link, id="link", **TOGETHER)
DECISION = told(Decision, id="decision", **TOGETHER)
APPEAL = Appeal("appeal", "item", "author", "note")
ANSWERED = told(Appeal, id="appeal")
ENTITY = told(Entity, id="entity", merged_into=None, **TOGETHER)
ENDS = Map({"from_annotation": frozenset({"link"}), "to_annotation": frozenset({"link"})})


def a_set(**changes: Any) -> AnnotationSet:
    return replace(AnnotationSet(), **changes)


def test_annotations_of_a_set() -> None:
    set_ = annotation_set.DECIDER
    added, changed = (told(cls) for cls in (annotation_set.AnnotationAdded, annotation_set.AnnotationChanged))
    there = a_set(annotations=Map({"annotation": ANNOTATION}))
    assert after(set_, added) == there
    assert after(set_, replace(added, label="other", texts={}), changed) == there
    gone = annotation_set.AnnotationRemoved("annotation")
    assert after(set_, added, gone) == after(set_, gone) == AnnotationSet()


def test_links_of_a_set_and_the_annotations_that_have_them() -> None:
    set_ = annotation_set.DECIDER
    added, changed = (told(cls) for cls in (annotation_set.LinkAdded, annotation_set.LinkChanged))
    there = a_set(links=Map({"link": LINK}), links_of=ENDS)
    assert after(set_, added) == there
    elsewhere = replace(added, from_annotation="a", to_annotation="b")
    assert after(set_, elsewhere).links["link"] == OLD_LINK
    assert after(set_, elsewhere, changed) == there
    second = replace(added, link="second")
    both = after(set_, added, second)
    assert both.links_of["to_annotation"] == {"link", "second"}
    assert after(set_, added, second, annotation_set.LinkRemoved("second")) == there
    gone = annotation_set.LinkRemoved("link")
    assert after(set_, added, gone) == after(set_, gone) == AnnotationSet()


def test_labels_and_the_end_of_a_set() -> None:
    set_ = annotation_set.DECIDER
    labelled = told(annotation_set.DocumentLabelSet)
    assert after(set_, labelled) == a_set(document_labels=Map({"label": "value"}))
    cleared = told(annotation_set.DocumentLabelCleared)
    assert after(set_, labelled, cleared) == after(set_, cleared) == AnnotationSet()
    finished = annotation_set.SetFinished()
    assert after(set_, finished) == a_set(finished=True)
    assert after(set_, finished, annotation_set.SetReopened()) == AnnotationSet()


def test_decisions_of_a_curation_and_the_items_that_they_decide() -> None:
    made = told(curation.DecisionMade)
    there = Curation(Map({"decision": DECISION}), Map({"item": frozenset({"decision"})}))
    assert after(curation.DECIDER, made) == there
    assert after(curation.DECIDER, replace(made, item="other", label=None), made) == there
    second = replace(made, decision="second")
    assert after(curation.DECIDER, made, second).by_item["item"] == {"decision", "second"}
    gone = curation.DecisionWithdrawn("decision")
    assert after(curation.DECIDER, made, gone) == after(curation.DECIDER, gone) == Curation()


def test_appeals_and_the_end_of_a_curation() -> None:
    appealed = told(curation.AppealMade)
    assert after(curation.DECIDER, appealed) == Curation(appeals=Map({"appeal": APPEAL}))
    answered = told(curation.AppealAnswered)
    assert after(curation.DECIDER, appealed, answered) == Curation(appeals=Map({"appeal": ANSWERED}))
    assert after(curation.DECIDER, answered) == Curation(appeals=Map({"appeal": ANSWERED}))
    finished = curation.CurationFinished()
    assert after(curation.DECIDER, finished) == Curation(finished=True)
    assert after(curation.DECIDER, finished, curation.CurationReopened()) == Curation()


ENTITY_EVENTS = (register.EntityAdded, register.EntityChanged, register.EntitySplit)


@pytest.mark.parametrize("cls", ENTITY_EVENTS)
def test_an_entity_as_it_was_said_last(cls: Any) -> None:
    before = told(register.EntityAdded, name="", aliases=(), texts={})
    assert after(register.DECIDER, before, told(cls)) == Register(Map({"entity": ENTITY}))
    assert after(register.DECIDER, told(cls), register.EntityRemoved("entity")) == Register()
    assert after(register.DECIDER, register.EntityRemoved("entity")) == Register()


def test_a_merged_entity_says_into_which() -> None:
    merged = told(register.EntityMerged)
    assert after(register.DECIDER, merged) == Register(Map({"entity": replace(ENTITY, merged_into="into")}))


SCHEMA_EVENTS: list[tuple[Any, dict[str, Any], str, Any]] = [
    (label_schema.LabelDefined, {}, "labels", told(Label, **PLAIN)),
    (label_schema.LabelRetired, {}, "labels", told(Label, **PLAIN)),
    (label_schema.LinkTypeDefined, {}, "link_types", told(LinkType, **PLAIN)),
    (label_schema.LinkTypeRetired, {}, "link_types", told(LinkType, **PLAIN)),
    (label_schema.EntityTypeDefined, {}, "entity_types", told(EntityType, **PLAIN)),
    (label_schema.DocumentLabelDefined, {}, "document_labels", told(DocumentLabel)),
]


@pytest.mark.parametrize(("cls", "values", "where", "expected"), SCHEMA_EVENTS)
def test_what_a_schema_defines_stands_under_its_key(
    cls: Any, values: dict[str, Any], where: str, expected: Any
) -> None:
    plain = PLAIN if any(field.name == "attributes" for field in fields(cls)) else {}
    event = told(cls, **plain)
    assert after(label_schema.DECIDER, event) == left(label_schema.DECIDER, **{where: Map({"key": expected})})
    again = after(label_schema.DECIDER, replace(event, name="old"), event)
    assert getattr(again, where) == Map({"key": expected})


def test_a_published_schema_is_current_until_it_is_changed() -> None:
    published = label_schema.SchemaPublished("name", "version")
    defined = told(label_schema.LabelDefined)
    assert after(label_schema.DECIDER, published) == LabelSchema(published=Published("name", "version"))
    state = after(label_schema.DECIDER, published, defined)
    assert state.published == Published("name", "version", current=False)
    assert after(label_schema.DECIDER, published, defined, published).published == Published(
        "name", "version"
    )


def test_a_document_as_it_was_described_last() -> None:
    imported = told(document.DocumentImported)
    there = left(
        document.DECIDER,
        exists=True,
        id="document",
        title="title",
        source_url="source_url",
        published="published",
        client_key="client_key",
        meta="meta",
    )
    assert after(document.DECIDER, imported) == there
    blank = replace(imported, title="", source_url=None, published=None, meta=None)
    assert after(document.DECIDER, blank, told(document.DocumentChanged)) == there


def test_texts_and_languages_of_a_document() -> None:
    added = told(document.TextAdded)
    state = after(document.DECIDER, ContentErased("erasure", ()), added)
    assert not state.text_erased
    assert (state.text_version, state.length, state.languages) == ("text_version", "length", "languages")
    assert state.utf16_length == getattr(added, added.__match_args__[2])
    assert after(document.DECIDER, told(document.LanguagesSet)) == left(
        document.DECIDER, languages="languages"
    )


def test_documents_that_are_put_away_or_train() -> None:
    archived, restored = document.DocumentArchived(), document.DocumentRestored()
    assert after(document.DECIDER, archived) == Document(archived=True)
    assert after(document.DECIDER, archived, restored) == Document()
    train = [document.TrainingSet(training) for training in (True, False)]
    assert after(document.DECIDER, train[0]) == Document(training=True)
    assert after(document.DECIDER, *train) == Document()


def test_a_project_as_it_was_set_last() -> None:
    names = ("name", "languages", "blind", "shared", "anonymous")
    there = left(project.DECIDER, exists=True, **{name: name for name in names})
    for cls in (project.ProjectCreated, project.ProjectChanged):
        assert after(project.DECIDER, told(cls)) == there
    old = project.ProjectCreated(languages=(), blind=False, shared=False)
    assert after(project.DECIDER, old, told(project.ProjectChanged)) == there
    assert after(project.DECIDER, project.ProjectArchived()) == Project(archived=True)


def test_people_and_rules_of_a_project() -> None:
    member, removed = told(project.MemberSet), project.MemberRemoved("member")
    assert after(project.DECIDER, member) == left(project.DECIDER, members=Map({"member": "role"}))
    assert after(project.DECIDER, member, removed) == after(project.DECIDER, removed) == Project()
    author = told(project.AuthorAdded)
    assert after(project.DECIDER, author) == left(project.DECIDER, authors=Map({"author": "author_class"}))
    assert after(project.DECIDER, told(project.PolicySet)) == left(
        project.DECIDER, policy="policy", policy_version="version"
    )
    learned = told(project.ReliabilityLearned)
    assert after(project.DECIDER, learned) == Project(learned=learned)


def test_releases_and_their_withdrawal() -> None:
    made, withdrawn = told(release.ReleaseMade), told(release.ReleaseWithdrawn)
    assert after(release.DECIDER, made, withdrawn) == Releases(
        Map({"release": made}), Map({"release": withdrawn})
    )


def test_the_guideline_that_holds_and_its_sections() -> None:
    written, linked = told(guideline.GuidelineWritten), told(guideline.SectionLinked)
    assert after(guideline.DECIDER, written) == left(guideline.DECIDER, version="version", sha256="sha256")
    assert after(guideline.DECIDER, linked) == Guideline(links=Map({"label": "section"}))
    unlinked = replace(linked, section=None)
    assert after(guideline.DECIDER, linked, unlinked) == after(guideline.DECIDER, unlinked) == Guideline()


def test_erasures_that_were_ordered() -> None:
    ordered = told(erasure.ErasureOrdered)
    assert after(erasure.DECIDER, ordered) == Erasures(Map({"erasure": ordered}))


def test_sources_as_they_were_defined_last() -> None:
    defined, retired = told(sources.SourceDefined), told(sources.SourceRetired)
    there = told(sources.Source, id="source", retired=False)
    assert after(sources.DECIDER, replace(defined, name=""), defined).sources == Map({"source": there})
    assert after(sources.DECIDER, retired).sources == Map({"source": replace(there, retired=True)})


def test_suggestions_take_the_place_of_those_before() -> None:
    made = told(suggestions.SuggestionsMade)
    there = told(suggestions.Suggestions)
    assert after(suggestions.DECIDER, replace(made, suggestions=(), basis=""), made) == there


def test_segmentations_by_what_they_are_of() -> None:
    made = told(segmentation.TextSegmented)
    assert after(segmentation.DECIDER, made) == segmentation.Segmentation(Map({"segmentation": "tool"}))


@pytest.mark.parametrize("decider", [thread.DECIDER, thread.CURATION])
def test_threads_and_their_comments(decider: Decider[Any]) -> None:
    opened, resolved, reopened = (
        told(cls) for cls in (thread.ThreadOpened, thread.ThreadResolved, thread.ThreadReopened)
    )
    there = told(thread.Thread, id="thread", resolved=False)
    assert (
        after(decider, opened)
        == after(decider, resolved, reopened)
        == left(decider, threads=Map({"thread": there}))
    )
    assert after(decider, opened, resolved).threads == Map({"thread": replace(there, resolved=True)})
    comment = told(thread.Comment, id="comment")
    for cls in (thread.CommentAdded, thread.CommentEdited):
        before = told(thread.CommentAdded, body="", mentions=())
        assert after(decider, before, told(cls)) == left(decider, comments=Map({"comment": comment}))
    gone = left(decider, deleted=Map({"comment": "author"}))
    deleted = told(thread.CommentDeleted)
    assert after(decider, told(thread.CommentAdded), deleted) == after(decider, deleted) == gone


def test_webhooks_as_they_were_set_last() -> None:
    added, changed = told(webhook.WebhookAdded), told(webhook.WebhookChanged)
    assert after(webhook.DECIDER, added) == left(webhook.DECIDER, found=Map({"webhook": added}))
    assert after(webhook.DECIDER, added, changed).found == Map({"webhook": changed})
    removed = told(webhook.WebhookRemoved)
    gone = left(webhook.DECIDER, removed=frozenset({"webhook"}))
    assert after(webhook.DECIDER, added, removed) == after(webhook.DECIDER, removed) == gone


REMEMBERED: dict[str, Any] = {
    "annotation_set": told(annotation_set.AnnotationAdded, texts={}),
    "curation": told(curation.AppealMade, note=""),
    "register": told(register.EntityAdded, texts={}, name="", note="", aliases=()),
    "erasure": told(erasure.ErasureOrdered, note=""),
    "release": told(release.ReleaseMade, note=""),
    "guideline": told(guideline.GuidelineWritten, text="", note=""),
    "source": told(sources.SourceDefined, name="", settings=None),
    "suggestions": told(suggestions.SuggestionsMade),
    "segmentation": told(segmentation.TextSegmented, boundaries=""),
    "thread": told(thread.CommentAdded, body=""),
    "webhook": told(webhook.WebhookAdded, name="", url=""),
}


@pytest.mark.parametrize("kind", REMEMBERED)
def test_an_erasure_leaves_what_the_events_before_it_still_say(kind: str) -> None:
    """Folded anew, they come without what was erased; the event itself takes nothing that stays."""
    (decider,) = [each for each in DECIDERS if each.kind == kind]
    state = after(decider, REMEMBERED[kind])
    assert decider.fold([ContentErased("erasure", ("content",))], state) == state != decider.initial


def test_an_erased_document_says_so_and_keeps_what_is_not_erasable() -> None:
    events = [told(document.DocumentImported), told(document.TextAdded)]
    state = after(document.DECIDER, *events)
    erased = after(document.DECIDER, *events, ContentErased("erasure", ()))
    assert erased == replace(state, title="", source_url=None, meta=None, text_erased=True)


@pytest.mark.parametrize("decider", DECIDERS, ids=[each.kind for each in DECIDERS])
def test_what_is_no_event_of_the_stream_is_not_passed_over(decider: Decider[Any]) -> None:
    with pytest.raises((AssertionError, AttributeError)):
        decider.fold([object()])
