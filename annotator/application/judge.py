"""Gives each decider what it judges by: the states of the streams that its rules look at, and the text."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast
from uuid import UUID

from annotator.application.envelope import Envelope
from annotator.application.permissions import machine_class
from annotator.domain import (
    annotation_set,
    assignment,
    curation,
    document,
    guideline,
    label_schema,
    project,
    register,
    release,
    sources,
    suggestions,
    thread,
    webhook,
)
from annotator.domain.catalog import EVENT_TYPES, STREAM_KINDS
from annotator.domain.gold import Item, LinkItem
from annotator.domain.refusals import Refusal
from annotator.domain.values import Command
from annotator.log import STORE
from annotator.projections.rules import judged
from annotator.queries.gold import judged_document
from annotator.queries.guideline import section_keys
from annotator.queries.seats import standing
from annotator.queries.text import TextId, text_of
from events.handler import States
from events.streams import StreamRef


class TextErased(Refusal):
    """The document's text was erased; it can be marked no more."""


def stream_of(project_id: UUID, kind: str, document_id: UUID | None, owner: UUID | None) -> StreamRef:
    """The stream of a kind that a command writes."""
    match kind:
        case "annotation_set" | "suggestions" | "thread":
            return StreamRef(project_id, kind, document_id, owner)
        case "document" | "curation" | "curation_thread" | "assignment":
            return StreamRef(project_id, kind, document_id)
        case _:
            return StreamRef(project_id, kind)


class Judge:
    """Calls the deciders for the commands of one batch."""

    def __init__(self, account: UUID, project_id: UUID) -> None:
        self._issued_by = str(account)
        self._project = StreamRef(project_id, "project")
        self._schema = StreamRef(project_id, "label_schema")
        self._register = StreamRef(project_id, "register")
        self._sources = StreamRef(project_id, "source")
        # Texts that earlier commands of the batch brought, as of the judgement that goes on.
        self._texts: dict[tuple[UUID | None, int], str] = {}
        self._states: States | None = None
        self.began = False
        """Whether the batch began the project, as of the judgement that goes on."""

    def reads(self, envelope: Envelope, writes: StreamRef) -> tuple[StreamRef, ...]:
        """The streams that the judgement relies on; should one grow before the append, it is judged again."""
        match writes.kind:
            case "project":
                return ()
            case "label_schema" | "document" | "release" | "webhook":
                return (self._project,)
            case "register" | "guideline" | "source":
                return (self._project, self._schema)
        document_ref = StreamRef(writes.project, "document", writes.subject)
        if writes.kind == assignment.KIND:
            return (self._project, document_ref)
        if writes.kind in (thread.KIND, thread.CURATION_KIND):
            return (self._project, document_ref, *_spoken_of(envelope.command, writes))
        common: tuple[StreamRef, ...] = (self._project, self._schema, document_ref)
        if isinstance(envelope.command, suggestions.Suggest):
            return (*common, self._sources)
        if isinstance(envelope.command, curation.MakeAppeal):
            common = (*common, *self._own_sets(writes))
        return (*common, self._register) if _names_entities(envelope.command) else common

    def _own_sets(self, writes: StreamRef) -> tuple[StreamRef, StreamRef]:
        """The account's set of the document, and the shared one."""
        own = StreamRef(writes.project, "annotation_set", writes.subject, UUID(self._issued_by))
        return own, StreamRef(writes.project, "annotation_set", writes.subject)

    def begin(self, states: States) -> None:
        """Forget what an earlier judgement of the whole batch learnt; `decide` does it too."""
        if states is not self._states:
            self._texts.clear()
            self.began = False
            self._states = states

    def decide(self, command: Command, writes: StreamRef, states: States) -> Sequence[object]:
        """The events that fulfil the command.

        Raises:
            Refusal: a rule is against it.
        """
        self.begin(states)
        events = self._call(command, writes, states)
        for event in events:
            if isinstance(event, project.ProjectCreated):
                self.began = True
            if isinstance(event, document.TextAdded):
                self._texts[writes.subject, event.text_version] = event.text
        return events

    def _call(self, command: Command, writes: StreamRef, states: States) -> Sequence[object]:
        state = states[writes]
        match writes.kind:
            case "project":
                return self._decide_project(cast(project.ProjectCommand, command), state)
            case "label_schema":
                schema_context = label_schema.Context(states[self._project])
                return label_schema.decide(
                    cast(label_schema.LabelSchemaCommand, command), state, schema_context
                )
            case "document":
                return self._decide_document(cast(document.DocumentCommand, command), writes, states)
            case "annotation_set":
                return self._decide_set(cast(annotation_set.AnnotationSetCommand, command), writes, states)
            case "curation":
                return self._decide_curation(cast(curation.CurationCommand, command), writes, states)
            case "source":
                source_context = sources.Context(states[self._project], states[self._schema])
                return sources.decide(cast(sources.SourceCommand, command), state, source_context)
            case "suggestions":
                return self._decide_suggestions(cast(suggestions.SuggestionsCommand, command), writes, states)
            case "release":
                # Positions are never taken back, so one that is reached now is reached when the event is written.
                release_context = release.Context(states[self._project], STORE.head(writes.project))
                return release.decide(cast(release.ReleaseCommand, command), state, release_context)
            case "webhook":
                webhook_context = webhook.Context(states[self._project], STREAM_KINDS, EVENT_TYPES)
                return webhook.decide(cast(webhook.WebhookCommand, command), state, webhook_context)
            case "thread" | "curation_thread":
                return self._decide_thread(cast(thread.ThreadCommand, command), writes, states)
            case "assignment":
                return self._decide_assignment(cast(assignment.AssignmentCommand, command), writes, states)
            case "guideline":
                return self._decide_guideline(
                    cast(guideline.GuidelineCommand, command), state, writes, states
                )
            case _:
                register_context = register.Context(states[self._project], states[self._schema])
                return register.decide(cast(register.RegisterCommand, command), state, register_context)

    def _decide_project(self, command: project.ProjectCommand, state: project.Project) -> Sequence[object]:
        context = project.Context(self._issued_by)
        events = project.decide(command, state, context)
        if events and isinstance(command, project.SetMember) and machine_class(command.member) == "machine":
            author = project.AddAuthor(author=command.member, author_class="machine")
            return [*project.decide(author, state, context), *events]
        return events

    def _decide_document(
        self, command: document.DocumentCommand, writes: StreamRef, states: States
    ) -> Sequence[object]:
        state: document.Document = states[writes]
        compared = isinstance(command, document.ImportDocument | document.AddTextVersion) and state.exists
        text = self._text(writes, state) if compared and not state.text_erased else None
        return document.decide(command, state, document.Context(states[self._project], text))

    def _decide_set(
        self, command: annotation_set.AnnotationSetCommand, writes: StreamRef, states: States
    ) -> Sequence[object]:
        found: document.Document = states[StreamRef(writes.project, "document", writes.subject)]
        context = annotation_set.Context(
            schema=states[self._schema],
            document=found,
            text=self._required_text(writes, found) if _checks_text(command) else "",
            register=states.get(self._register) or register.Register(),
            project=states[self._project],
        )
        return annotation_set.decide(command, states[writes], context)

    def _decide_suggestions(
        self, command: suggestions.SuggestionsCommand, writes: StreamRef, states: States
    ) -> Sequence[object]:
        context = suggestions.Context(
            project=states[self._project],
            schema=states[self._schema],
            document=states[StreamRef(writes.project, "document", writes.subject)],
            sources=states[self._sources],
        )
        return suggestions.decide(command, states[writes], context)

    def _decide_curation(
        self, command: curation.CurationCommand, writes: StreamRef, states: States
    ) -> Sequence[object]:
        found: document.Document = states[StreamRef(writes.project, "document", writes.subject)]
        context = curation.Context(
            schema=states[self._schema],
            document=found,
            text=self._required_text(writes, found) if isinstance(command, curation.DecideItem) else "",
            register=states.get(self._register) or register.Register(),
            project=states[self._project],
            issued_by=self._issued_by,
            voted=any(states[ref].finished for ref in self._own_sets(writes) if ref in states),
            open=_open_items(writes, states[writes]) if isinstance(command, curation.FinishCuration) else (),
        )
        return curation.decide(command, states[writes], context)

    def _decide_thread(
        self, command: thread.ThreadCommand, writes: StreamRef, states: States
    ) -> Sequence[object]:
        found: project.Project = states[self._project]
        marked: frozenset[str] = frozenset()
        for ref in _spoken_of(command, writes):
            known: annotation_set.AnnotationSet = states[ref]
            marked |= frozenset(known.annotations) | frozenset(known.links)
        context = thread.Context(
            project=found,
            document=states[StreamRef(writes.project, "document", writes.subject)],
            issued_by=self._issued_by,
            leads=found.members.get(self._issued_by) in ("curator", "manager"),
            owner=str(writes.owner) if writes.owner else None,
            marked=marked,
        )
        return thread.decide(command, states[writes], context)

    def _decide_assignment(
        self, command: assignment.AssignmentCommand, writes: StreamRef, states: States
    ) -> Sequence[object]:
        assert writes.subject is not None
        now, sets, done = standing(writes.project, writes.subject)
        context = assignment.Context(
            project=states[self._project],
            document=states[StreamRef(writes.project, "document", writes.subject)],
            subject=str(writes.subject),
            issued_by=self._issued_by,
            now=now,
            sets=sets,
            done=done,
        )
        return assignment.decide(command, states[writes], context)

    def _decide_guideline(
        self,
        command: guideline.GuidelineCommand,
        state: guideline.Guideline,
        writes: StreamRef,
        states: States,
    ) -> Sequence[object]:
        asked = isinstance(command, guideline.LinkSection) and command.section is not None
        known = section_keys(writes.project, state.version) if asked else frozenset()
        context = guideline.Context(states[self._project], states[self._schema], known)
        return guideline.decide(command, state, context)

    def _required_text(self, writes: StreamRef, found: document.Document) -> str:
        document.require_document(found)
        if found.text_erased:
            raise TextErased()
        text = self._text(writes, found)
        if text is None:
            raise TextErased()
        return text

    def _text(self, writes: StreamRef, found: document.Document) -> str | None:
        brought = self._texts.get((writes.subject, found.text_version))
        if brought is not None:
            return brought
        assert writes.subject is not None
        return text_of(TextId(writes.project, writes.subject, found.text_version))


def _open_items(writes: StreamRef, state: curation.Curation) -> tuple[str, ...]:
    """What waits for a curator now, with the decisions that earlier commands of the batch made."""
    assert writes.subject is not None
    found = judged_document(writes.project, writes.subject)
    if found is None:
        return ()
    result = judged(replace(found.found, curation=state), found.rules)
    items: list[Item | LinkItem] = [*result.items, *result.link_items]
    return tuple(item.key for item in items if item.status == "disputed" or item.stale)


def _spoken_of(command: object, writes: StreamRef) -> tuple[StreamRef, ...]:
    """The set that a new thread says something of."""
    if not isinstance(command, thread.OpenThread) or command.about.kind not in ("annotation", "link"):
        return ()
    return (StreamRef(writes.project, "annotation_set", writes.subject, writes.owner),)


def _checks_text(command: annotation_set.AnnotationSetCommand) -> bool:
    return isinstance(command, annotation_set.AddAnnotation | annotation_set.ChangeAnnotation)


def _names_entities(command: object) -> bool:
    """Whether the rules may have to look into the register: it grows often, so it guards only those."""
    match command:
        case curation.DecideItem(annotation=None):
            return False
        case curation.DecideItem(annotation=marked) if marked is not None:
            return _refers(marked.entity, marked.attributes)
        case annotation_set.AddAnnotation() | annotation_set.ChangeAnnotation():
            return _refers(command.entity, command.attributes)
        case annotation_set.AddLink() | annotation_set.ChangeLink():
            return _refers(None, command.attributes)
        case _:
            return False


def _refers(entity: str | None, attributes: dict[str, object] | object) -> bool:
    values = attributes.values() if isinstance(attributes, dict) else ()
    return entity is not None or any(isinstance(value, list) for value in values)
