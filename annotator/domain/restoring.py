"""Bringing back a set as it stood: the ordinary commands that lead there from what is.

Nothing of what happened since is taken out of the log; it is outlived by new events.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from annotator.domain.annotation_set import (
    AddAnnotation,
    AddLink,
    Annotation,
    AnnotationSet,
    AnnotationSetCommand,
    ChangeAnnotation,
    ChangeLink,
    ClearDocumentLabel,
    Link,
    RemoveAnnotation,
    RemoveLink,
    SetDocumentLabel,
)
from annotator.domain.text import quote


@dataclass(frozen=True, slots=True)
class Restoration:
    """What would change. ``changed`` are pairs of before and after; ``impossible`` stood in another text version.

    ``labels`` are keys of document labels with their value now and then, None for none.
    """

    added: Sequence[Annotation] = ()
    changed: Sequence[tuple[Annotation, Annotation]] = ()
    removed: Sequence[Annotation] = ()
    links_added: Sequence[Link] = ()
    links_changed: Sequence[Link] = ()
    links_removed: Sequence[Link] = ()
    labels: Sequence[tuple[str, str | None, str | None]] = ()
    impossible: Sequence[Annotation] = ()


def restoration(
    now: AnnotationSet, then: AnnotationSet, *, text_version: int, only: str | None = None
) -> Restoration:
    """From the set as it is to the set as it was; with ``only``, of one annotation and its links."""
    concerned = [key for key in {**now.annotations, **then.annotations} if only in (None, key)]
    old = {key: then.annotations[key] for key in concerned if key in then.annotations}
    impossible = [mark for mark in old.values() if _differs(now, mark) and mark.text_version != text_version]
    lost = {mark.id for mark in impossible}
    wanted = {key: mark for key, mark in old.items() if key not in lost}
    removed = [now.annotations[key] for key in concerned if key in now.annotations and key not in old]
    gone = {mark.id for mark in removed}
    stays = ({*now.annotations} - gone) | {*wanted}
    new, changed, superfluous = _links(now, then, stays, gone, only)
    return Restoration(
        added=[mark for key, mark in wanted.items() if key not in now.annotations],
        changed=[
            (now.annotations[key], mark)
            for key, mark in wanted.items()
            if key in now.annotations and _differs(now, mark)
        ],
        removed=removed,
        links_added=new,
        links_changed=changed,
        links_removed=superfluous,
        labels=[] if only else _labels(now, then),
        impossible=impossible,
    )


def commands(found: Restoration, text: str) -> Iterator[AnnotationSetCommand]:
    """The commands that bring it about, in an order in which each is allowed."""
    gone = {mark.id for mark in found.removed}
    for link in found.links_removed:
        if not {link.from_annotation, link.to_annotation} & gone:  # the others go with their ends
            yield RemoveLink(link=link.id)
    for mark in found.removed:
        yield RemoveAnnotation(annotation=mark.id)
    for _, mark in found.changed:
        yield _given(ChangeAnnotation, mark, text)
    for mark in found.added:
        yield _given(AddAnnotation, mark, text)
    for link in found.links_changed:
        yield _linked(ChangeLink, link)
    for link in found.links_added:
        yield _linked(AddLink, link)
    for key, _, value in found.labels:
        yield ClearDocumentLabel(label=key) if value is None else SetDocumentLabel(label=key, value=value)


def _differs(now: AnnotationSet, mark: Annotation) -> bool:
    return now.annotations.get(mark.id) != mark


def _links(
    now: AnnotationSet, then: AnnotationSet, stays: set[str], gone: set[str], only: str | None
) -> tuple[list[Link], list[Link], list[Link]]:
    def concerns(link: Link) -> bool:
        return only is None or only in (link.from_annotation, link.to_annotation)

    wanted = {
        key: link
        for key, link in then.links.items()
        if concerns(link) and {link.from_annotation, link.to_annotation} <= stays
    }
    new = [link for key, link in wanted.items() if key not in now.links]
    changed = [link for key, link in wanted.items() if key in now.links and now.links[key] != link]
    superfluous = [link for key, link in now.links.items() if key not in wanted and concerns(link)]
    return new, changed, superfluous


def _labels(now: AnnotationSet, then: AnnotationSet) -> list[tuple[str, str | None, str | None]]:
    pairs = [
        (key, now.document_labels.get(key), then.document_labels.get(key))
        for key in sorted({*now.document_labels, *then.document_labels})
    ]
    return [(key, before, after) for key, before, after in pairs if before != after]


def _given(
    kind: type[AddAnnotation] | type[ChangeAnnotation], mark: Annotation, text: str
) -> AddAnnotation | ChangeAnnotation:
    return kind(
        annotation=mark.id,
        label=mark.label,
        spans=mark.spans,
        quote=quote(text, mark.spans),
        text_version=mark.text_version,
        attributes=dict(mark.attributes),
        entity=mark.entity,
        origin=mark.origin,
    )


def _linked(kind: type[AddLink] | type[ChangeLink], link: Link) -> AddLink | ChangeLink:
    return kind(
        link=link.id,
        type=link.type,
        from_=link.from_annotation,
        to=link.to_annotation,
        attributes=dict(link.attributes),
    )
