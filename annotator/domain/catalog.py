"""The names under which events are stored. A name is for ever; classes may be renamed."""

from typing import Any

import msgspec

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
from events.catalog import Catalog
from events.decider import Decider

CATALOG = Catalog(
    types={
        "project_created@1": project.ProjectCreated,
        "project_changed@1": project.ProjectChanged,
        "member_set@1": project.MemberSet,
        "member_removed@1": project.MemberRemoved,
        "policy_set@1": project.PolicySet,
        "reliability_learned@1": project.ReliabilityLearned,
        "handing_out_set@1": project.HandingOutSet,
        "skills_set@1": project.SkillsSet,
        "project_archived@1": project.ProjectArchived,
        "author_added@1": project.AuthorAdded,
        "label_defined@1": label_schema.LabelDefined,
        "label_retired@1": label_schema.LabelRetired,
        "link_type_defined@1": label_schema.LinkTypeDefined,
        "link_type_retired@1": label_schema.LinkTypeRetired,
        "entity_type_defined@1": label_schema.EntityTypeDefined,
        "document_label_defined@1": label_schema.DocumentLabelDefined,
        "schema_published@1": label_schema.SchemaPublished,
        "document_imported@1": document.DocumentImported,
        "text_added@1": document.TextAdded,
        "languages_set@1": document.LanguagesSet,
        "document_changed@1": document.DocumentChanged,
        "document_archived@1": document.DocumentArchived,
        "document_restored@1": document.DocumentRestored,
        "training_set@1": document.TrainingSet,
        "text_segmented@1": segmentation.TextSegmented,
        "annotation_added@1": annotation_set.AnnotationAdded,
        "annotation_changed@1": annotation_set.AnnotationChanged,
        "annotation_removed@1": annotation_set.AnnotationRemoved,
        "link_added@1": annotation_set.LinkAdded,
        "link_changed@1": annotation_set.LinkChanged,
        "link_removed@1": annotation_set.LinkRemoved,
        "document_label_set@1": annotation_set.DocumentLabelSet,
        "document_label_cleared@1": annotation_set.DocumentLabelCleared,
        "set_finished@1": annotation_set.SetFinished,
        "set_reopened@1": annotation_set.SetReopened,
        "decision_made@1": curation.DecisionMade,
        "decision_withdrawn@1": curation.DecisionWithdrawn,
        "curation_finished@1": curation.CurationFinished,
        "curation_reopened@1": curation.CurationReopened,
        "appeal_made@1": curation.AppealMade,
        "appeal_answered@1": curation.AppealAnswered,
        "entity_added@1": register.EntityAdded,
        "entity_changed@1": register.EntityChanged,
        "entity_merged@1": register.EntityMerged,
        "entity_split@1": register.EntitySplit,
        "entity_removed@1": register.EntityRemoved,
        "release_made@1": release.ReleaseMade,
        "release_withdrawn@1": release.ReleaseWithdrawn,
        "guideline_written@1": guideline.GuidelineWritten,
        "section_linked@1": guideline.SectionLinked,
        "webhook_added@1": webhook.WebhookAdded,
        "webhook_changed@1": webhook.WebhookChanged,
        "webhook_removed@1": webhook.WebhookRemoved,
        "thread_opened@1": thread.ThreadOpened,
        "thread_resolved@1": thread.ThreadResolved,
        "thread_reopened@1": thread.ThreadReopened,
        "comment_added@1": thread.CommentAdded,
        "comment_edited@1": thread.CommentEdited,
        "comment_deleted@1": thread.CommentDeleted,
        "erasure_ordered@1": erasure.ErasureOrdered,
        "content_erased@1": erasure.ContentErased,
        "suggestion_answered@1": annotation_set.SuggestionAnswered,
        "suggestion_reoffered@1": annotation_set.SuggestionReoffered,
        "source_defined@1": sources.SourceDefined,
        "source_retired@1": sources.SourceRetired,
        "suggestions_made@1": suggestions.SuggestionsMade,
        "seat_taken@1": assignment.SeatTaken,
        "seat_assigned@1": assignment.SeatAssigned,
        "seat_returned@1": assignment.SeatReturned,
        "seat_unassigned@1": assignment.SeatUnassigned,
        "document_skipped@1": assignment.DocumentSkipped,
        "priority_set@1": assignment.PrioritySet,
    },
    upcasters={},
)

DECIDERS: tuple[Decider[Any], ...] = (
    project.DECIDER,
    label_schema.DECIDER,
    document.DECIDER,
    segmentation.DECIDER,
    annotation_set.DECIDER,
    curation.DECIDER,
    register.DECIDER,
    erasure.DECIDER,
    release.DECIDER,
    webhook.DECIDER,
    guideline.DECIDER,
    sources.DECIDER,
    suggestions.DECIDER,
    thread.DECIDER,
    thread.CURATION,
    assignment.DECIDER,
)

STREAM_KINDS = frozenset(decider.kind for decider in DECIDERS)
EVENT_TYPES = frozenset(name.partition("@")[0] for name in CATALOG.types)

_SHOWN = {"from_annotation": "from", "to_annotation": "to"}


def event_data(event: object) -> dict[str, Any]:
    """An event as the outside sees it: texts among the attributes, a link's ends as ``from`` and ``to``."""
    data: dict[str, Any] = msgspec.to_builtins(event)
    texts = data.pop("texts", {})
    if isinstance(data.get("attributes"), dict):  # a label's attributes are definitions, not values
        data["attributes"] = {**data["attributes"], **texts}
    return {_SHOWN.get(key, key): value for key, value in data.items()}
