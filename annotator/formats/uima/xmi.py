"""XMI: a CAS as XML."""

from collections.abc import Iterator, Mapping
from typing import IO, Any

from annotator.domain.text import utf16_length
from annotator.formats.bundles import Work
from annotator.formats.given.xml import parse as parse_xml
from annotator.formats.records import DocumentRecord
from annotator.formats.uima.model import Cas, Reference, Structure
from annotator.formats.uima.written import SOFA, language, structures, xml_text

_XMI = "http://www.omg.org/XMI"
_ID = f"{_XMI} id"
_SINGLE = frozenset({"Governor", "Dependent", "target", "next", "first"})
_NUMBERS = frozenset({"Byte", "Short", "Integer", "Long"})
_FRACTIONS = frozenset({"Float", "Double"})
_LARGEST = 2**53
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}
)

Ranges = Mapping[str, Mapping[str, str]]


def render(document: DocumentRecord, work: Work) -> str:
    """A document with an author's work."""
    return "".join(_lines(document, work))


def _lines(document: DocumentRecord, work: Work) -> Iterator[str]:
    found = list(structures(document, work))
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<xmi:XMI xmlns:xmi="{_XMI}" xmlns:cas="http:///uima/cas.ecore" '
    yield 'xmlns:tcas="http:///uima/tcas.ecore" xmlns:palimpsest="http:///palimpsest.ecore" xmi:version="2.0">\n'
    yield '  <cas:NULL xmi:id="0"/>\n'
    last = found[-1].id + 1 if found else SOFA + 1
    yield (
        f'  <tcas:DocumentAnnotation xmi:id="{last}" sofa="{SOFA}" begin="0" '
        f'end="{utf16_length(document.text)}" language="{language(document)}"/>\n'
    )
    for item in found:
        features = "".join([f' {name}="{_written(value)}"' for name, value in item.features.items()])
        prefix, _, name = item.type.partition(".")
        yield f'  <{prefix}:{name} xmi:id="{item.id}" sofa="{SOFA}"{features}/>\n'
    yield (
        f'  <cas:Sofa xmi:id="{SOFA}" sofaNum="1" sofaID="_InitialView" mimeType="text" '
        f'sofaString="{_written(document.text)}"/>\n'
    )
    members = " ".join([str(item.id) for item in found] + [str(last)])
    yield f'  <cas:View sofa="{SOFA}" members="{members}"/>\n</xmi:XMI>\n'


def _written(value: Any) -> str:
    match value:
        case Reference():
            return value.id
        case list():
            return " ".join([_written(part) for part in value])
        case _:
            return xml_text(str(value)).translate(_ESCAPES)


def parse(source: IO[bytes], ranges: Ranges, limit: int) -> Cas:
    """The CAS in an XMI file.

    Raises:
        XmlRefused
    """
    cas = Cas(ranges=ranges)
    depth = 0
    current: Structure | None = None

    def start(name: str, attributes: dict[str, str], line: int) -> None:
        nonlocal depth, current
        depth += 1
        if depth == 1 and name != f"{_XMI} XMI":
            cas.faults.append(("wrong_kind_of_file", f"The root is {name!r:.80}, not xmi:XMI.", line))
        if depth == 2:
            current = _structure(cas, _type(name), attributes, line)

    def end(name: str, text: str) -> None:
        nonlocal depth
        if depth == 3 and current is not None:  # a feature with several values, one element for each
            current.features.setdefault(name, [])
            if isinstance(values := current.features[name], list):
                values.append(text)
        depth -= 1

    parse_xml(source, start, end, limit=limit)
    _refer(cas)
    return cas


def _type(name: str) -> str:
    namespace, _, local = name.rpartition(" ")
    path = namespace.removeprefix("http:///").removesuffix(".ecore").replace("/", ".")
    return local if path in ("", "uima.noNamespace") else f"{path}.{local}"


def _structure(cas: Cas, type_: str, attributes: dict[str, str], line: int) -> Structure | None:
    features: dict[str, Any] = {key: value for key, value in attributes.items() if " " not in key}
    id_ = attributes.get(_ID, f"line {line}")
    if type_ == "uima.cas.Sofa":
        cas.take_sofa(id_, attributes.get("sofaString"), attributes.get("sofaID"))
        return None
    if type_ in ("uima.cas.View", "uima.cas.NULL"):
        return None
    found = Structure(id_, type_, features, line, sofa=features.pop("sofa", None))
    known = cas.ranges.get(type_, {})
    for key, value in features.items():
        features[key] = _value(cas, found, key, value, known.get(key))
    cas.add(found)
    return found


def _value(cas: Cas, owner: Structure, key: str, value: str, range_: str | None) -> Any:
    name = (range_ or "").removeprefix("uima.cas.")
    if key in ("begin", "end") or name in _NUMBERS:
        return _number(cas, owner, key, value)
    if name in _FRACTIONS:
        return _fraction(value)
    if name == "Boolean":
        return value in ("true", "1")
    if name == "StringArray":
        return value.split()
    if key in _SINGLE and (range_ is None or not name.startswith("String")):
        return Reference(value)
    if range_ is not None and not range_.startswith("uima.cas.String") and _is_list_of_ids(value):
        references = [Reference(part) for part in value.split()]
        return (
            references if range_.endswith(("Array", "List", "[]")) or len(references) > 1 else references[0]
        )
    return value


def _number(cas: Cas, owner: Structure, key: str, value: str) -> int | str:
    if value.removeprefix("-").isdecimal() and len(value) < 16 and value.isascii():
        return int(value)
    cas.faults.append(("wrong_type", f"The feature {key} is {value!r:.40}, no integer.", owner.line))
    return value


def _fraction(value: str) -> float | str:
    try:
        found = float(value)
    except ValueError:
        return value
    return found if abs(found) < float("inf") else value


def _is_list_of_ids(value: str) -> bool:
    return value.isascii() and value.replace(" ", "").isdigit()


def _refer(cas: Cas) -> None:
    """Without a type system, features are references where all they name are links with a target."""
    if cas.ranges:
        return
    for found in cas.structures.values():
        for key, value in found.features.items():
            if isinstance(value, str) and _is_list_of_ids(value):
                parts = [cas.structures.get(part) for part in value.split()]
                if (
                    all(part is not None and "target" in part.features for part in parts)
                    or key == "stretches"
                ):
                    found.features[key] = [Reference(part) for part in value.split()]
