"""From a CAS to a draft: what marks a stretch of the text, what links two of them, what describes the document."""

from collections.abc import Iterator, Mapping
from typing import Any

from annotator.domain.offsets import Unit
from annotator.formats.given.details import decoded, merged
from annotator.formats.given.drafts import add_annotation, add_link, draft_of
from annotator.formats.jsonl.draft import Draft
from annotator.formats.uima.model import Cas, Reference, Structure
from annotator.formats.uima.types import LINK, MARK, METADATA, STRETCH

# They make up the document or its words, nobody has marked them.
_NOT_MARKED = frozenset(
    {"Token", "Sentence", "Paragraph", "Heading", "Div", "DocumentMetaData", "DocumentAnnotation", "Sofa", "View",
     "TagsetDescription", "TagDescription", "LayerDefinition", "FeatureDefinition", "Stretch", "SurfaceForm", "NULL"}
)  # fmt: skip
NAMES = ("label", "value", "PosValue", "identifier", "DependencyType", "referenceType", "role")
_OURS = frozenset({"begin", "end", "sofa"})


def draft(cas: Cas, document: str, line: int = 1) -> Draft:
    """The draft of a document; offsets count UTF-16."""
    fields: dict[str, Any] = {"id": document, "text": cas.text or ""}
    for found in cas.structures.values():
        title = found.features.get("documentTitle")
        if found.type == METADATA and isinstance(title, str):
            fields["title"] = title
    made = draft_of(line, fields, Unit.UTF16)
    for code, message, at in cas.faults:
        made.faults.error(code, message, at)
    if cas.text is None:
        made.faults.error("no_text", "The CAS has no text.", line)
    if made.document is not None:
        _add(cas, made)
    return made


def _add(cas: Cas, made: Draft) -> None:
    marks: dict[str, str] = {}  # the annotation that a structure became
    empty = 0
    for found in cas.structures.values():
        place = _place(found, cas)
        if place is None or found.name in _NOT_MARKED or _ends(found):
            continue
        if place[0] == place[1]:
            empty += 1
            continue
        marks[found.id] = _add_mark(cas, made, found, place)
    if empty:
        message = f"{empty} annotations are empty: they mark no character."
        made.faults.warning("span_empty", message, made.line, None, "They are left out.")
    for number, (found, type_, from_, to, told) in enumerate(_links(cas), start=1):
        if from_ in marks and to in marks:
            own = {"id": f"#{number}", "type": type_, "from": marks[from_], "to": marks[to]}
            add_link(made, found.line, **merged(own, told))


def _place(found: Structure, cas: Cas) -> tuple[int, int] | None:
    begin, end = found.features.get("begin"), found.features.get("end")
    if not isinstance(begin, int) or not isinstance(end, int) or isinstance(begin, bool):
        return None
    return (begin, end) if found.sofa in (None, cas.sofa) else None


def _add_mark(cas: Cas, made: Draft, found: Structure, place: tuple[int, int]) -> str:
    if found.type == MARK:
        told = decoded(str(found.features.get("details", "{}"))) or {}
        own: dict[str, Any] = {"id": found.features.get("identifier", found.id)}
        spans = sorted(
            (part.features.get("begin"), part.features.get("end"))
            for part in _referred(cas, found.features.get("stretches"))
            if part.type == STRETCH and _place(part, cas)
        )
        own |= {"label": found.features.get("label", "_"), "spans": spans or [place]}
        fields = merged(own, told)
    else:
        label, attributes = named(found.name, _plain(found.features))
        fields = {"id": found.id, "label": label, "spans": [place], "attrs": attributes}
    add_annotation(made, found.line, **fields)
    return str(fields["id"])


def named(layer: str, features: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The label of an annotation of a layer and its attributes: the value of a feature that names it, or else the
    layer.
    """
    for name in NAMES:
        value = features.get(name)
        if isinstance(value, str) and value.strip() and value != "*":
            return value, {key: features[key] for key in features if key != name}
    return layer, dict(features)


def _plain(features: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in features.items() if key not in _OURS and _is_plain(value)}


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(part, str) for part in value)
    return isinstance(value, str | int | float | bool)


def _ends(found: Structure) -> bool:
    """It is a relation: two ends in the way of DKPro and WebAnno."""
    return {"Governor", "Dependent"} <= found.features.keys() or found.type == LINK


def _links(cas: Cas) -> Iterator[tuple[Structure, str, str, str, dict[str, Any]]]:
    """The structure that tells the link, its type, the ids of its ends, its details."""
    for found in cas.structures.values():
        if _ends(found):
            from_, to = (_id(found.features.get(end)) for end in ("Governor", "Dependent"))
            if found.type == LINK:
                told = decoded(str(found.features.get("details", "{}"))) or {}
                yield found, str(found.features.get("label", "_")), from_, to, told
            else:
                type_, attributes = named(found.name, _plain(found.features))
                yield found, type_, from_, to, {"attrs": attributes}
            continue
        for key, value in found.features.items():
            if key == "next" and isinstance(value, Reference):  # a chain
                yield found, str(found.features.get("referenceRelation", found.name)), found.id, value.id, {}
            elif found.type not in (MARK, STRETCH) and isinstance(value, list | Reference):
                yield from _slots(cas, found, key, value)


def _slots(
    cas: Cas, host: Structure, feature: str, value: Any
) -> Iterator[tuple[Structure, str, str, str, dict[str, Any]]]:
    """Links that a feature of an annotation tells through structures with a role and a target."""
    for link in _referred(cas, value):
        target = link.features.get("target")
        if isinstance(target, Reference):
            role = link.features.get("role")
            yield host, role if isinstance(role, str) and role else feature, host.id, target.id, {}


def _referred(cas: Cas, value: Any) -> list[Structure]:
    parts = value if isinstance(value, list) else [value]
    found = [cas.structures.get(part.id) for part in parts if isinstance(part, Reference)]
    listed: list[Structure] = []
    for structure in found:
        elements = structure.features.get("elements") if structure else None
        if structure and isinstance(elements, list):  # an array that is a structure of its own
            listed += [
                cas.structures[part.id]
                for part in elements
                if isinstance(part, Reference) and part.id in cas.structures
            ]
        elif structure:
            listed.append(structure)
    return listed


def _id(value: Any) -> str:
    return value.id if isinstance(value, Reference) else ""
