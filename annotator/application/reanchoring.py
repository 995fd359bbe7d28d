"""After a corrected text: every set's annotations are found again in it, and what cannot be found stays for a person.

The moves are events of whoever gave the text, in the annotators' sets; an annotation that no rule lets move, or that is
not found for sure, stays on the text version it was made on: an orphan.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any, cast
from uuid import UUID, uuid5

from annotator.application.judge import Judge
from annotator.domain.anchoring import Anchoring
from annotator.domain.annotation_set import Annotation, AnnotationSet, ChangeAnnotation
from annotator.domain.document import Document
from annotator.domain.refusals import Refusal
from annotator.domain.text import quote
from annotator.log import HANDLER
from annotator.queries.log import streams_about
from annotator.queries.text import TextId, text_of
from events.handler import Busy, Planned, States
from events.streams import StreamRef

logger = logging.getLogger(__name__)

_GUARDS = ("project", "label_schema", "register")


def reanchor(project: UUID, account: UUID, document: UUID) -> None:
    """Move what is found for sure to the text as it stands; done again it changes nothing."""
    about = StreamRef(project, "document", document)
    sets = [ref for ref in streams_about(project, document) if ref.kind == "annotation_set"]
    states = HANDLER.states([about, *sets])
    state = cast(Document, states[about][1])
    text = text_of(TextId(project, document, state.text_version))
    if text is None or state.text_erased:
        return
    plans = []
    for ref in sets:
        moved = list(_moved(about, cast(AnnotationSet, states[ref][1]), state.text_version, text))
        if moved:
            plans.append(_plan(ref, about, account, state.text_version, moved))
    try:
        if plans:
            HANDLER.handle(project, account, plans)
    except Busy:
        logger.warning("Annotations of %s were not moved to its new text: others kept writing", document)


def _moved(about: StreamRef, state: AnnotationSet, version: int, text: str) -> Iterator[ChangeAnnotation]:
    """The annotations that are found for sure, as they are to be."""
    anchorings: dict[int, Anchoring | None] = {}
    for mark in state.annotations.values():
        if mark.text_version == version:
            continue
        if mark.text_version not in anchorings:
            assert about.subject is not None
            old = text_of(TextId(about.project, about.subject, mark.text_version))
            anchorings[mark.text_version] = None if old is None else Anchoring(old, text)
        anchoring = anchorings[mark.text_version]
        spans = None if anchoring is None else anchoring.spans(mark.spans)
        if spans is not None:
            yield _changed(mark, spans, version, text)


def _changed(mark: Annotation, spans: Any, version: int, text: str) -> ChangeAnnotation:
    return ChangeAnnotation(
        annotation=mark.id,
        label=mark.label,
        spans=spans,
        quote=quote(text, spans),
        text_version=version,
        attributes=dict(mark.attributes),
        entity=mark.entity,
        origin=mark.origin,
    )


def _plan(
    ref: StreamRef, about: StreamRef, account: UUID, version: int, moved: Sequence[ChangeAnnotation]
) -> Planned:
    judge = Judge(account, ref.project)
    reads = (about, *(StreamRef(ref.project, kind) for kind in _GUARDS))
    request = sha256(f"{ref.id} {version} {[(it.annotation, it.spans) for it in moved]}".encode()).digest()

    def decide(states: States) -> Sequence[object]:
        # A finished set moves along, too: what it says stays the same.
        scratch: dict[StreamRef, Any] = {**states, ref: replace(states[ref], finished=False)}
        events: list[object] = []
        for command in moved:
            known = scratch[ref].annotations.get(command.annotation)
            if known is None or known.text_version == version:
                continue
            try:
                found = judge.decide(command, ref, scratch)
            except Refusal:
                continue  # its label or entity went meanwhile: a person has to look
            scratch[ref] = HANDLER.deciders[ref.kind].fold(found, scratch[ref])
            events += found
        return events

    return Planned(uuid5(ref.id, f"reanchored/{request.hex()}"), request, ref, reads, decide)
