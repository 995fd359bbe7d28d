"""JSON CAS 0.4: a CAS as JSON."""

from typing import Any

import msgspec

from annotator.domain.text import utf16_length
from annotator.formats.bundles import Work
from annotator.formats.given.files import Unreadable
from annotator.formats.records import DocumentRecord
from annotator.formats.uima.model import Cas, Reference, Structure
from annotator.formats.uima.types import STRETCH, as_json
from annotator.formats.uima.written import SOFA, language, structures


def render(document: DocumentRecord, work: Work) -> bytes:
    """A document with an author's work."""
    found: list[dict[str, Any]] = [
        {
            "%ID": SOFA,
            "%TYPE": "uima.cas.Sofa",
            "sofaNum": 1,
            "sofaID": "_InitialView",
            "mimeType": "text",
            "sofaString": document.text,
        }
    ]
    members, arrays = [], []
    last = SOFA
    for item in structures(document, work):
        told: dict[str, Any] = {"%ID": item.id, "%TYPE": item.type, "@sofa": SOFA}
        for name, value in item.features.items():
            if isinstance(value, list):
                arrays.append((told, name, [int(part.id) for part in value]))
            else:
                told |= {f"@{name}": int(value.id)} if isinstance(value, Reference) else {name: value}
        found.append(told)
        members.append(item.id)
        last = item.id
    for told, name, ids in arrays:
        last += 1
        told[f"@{name}"] = last
        found.append({"%ID": last, "%TYPE": f"{STRETCH}[]", "%ELEMENTS": ids})
    last += 1
    whole = {"%ID": last, "%TYPE": "uima.tcas.DocumentAnnotation", "@sofa": SOFA, "begin": 0}
    found.append({**whole, "end": utf16_length(document.text), "language": language(document)})
    views = {"_InitialView": {"%SOFA": SOFA, "%INDEX": last, "%MEMBERS": [*members, last]}}
    cas = {"%TYPES": as_json(), "%FEATURE_STRUCTURES": found, "%VIEWS": views}
    return msgspec.json.format(msgspec.json.encode(cas), indent=1) + b"\n"


def parse(data: bytes) -> Cas:
    """The CAS in a JSON file.

    Raises:
        Unreadable: it is no JSON, or no CAS.
    """
    try:
        value = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable("broken_json", f"This is not JSON: {error}.") from None
    is_cas = isinstance(value, dict) and any(key.startswith("%") for key in value)
    given = value.get("%FEATURE_STRUCTURES", []) if is_cas else None
    if isinstance(given, dict):
        given = [{"%ID": key, **part} for key, part in given.items() if isinstance(part, dict)]
    if not isinstance(given, list):
        raise Unreadable("wrong_kind_of_file", "The file has no list %FEATURE_STRUCTURES, as a JSON CAS has.")
    cas = Cas()
    for number, part in enumerate(given):
        if isinstance(part, dict):
            _add(cas, part, number)
        else:
            cas.faults.append(("wrong_type", f"The feature structure {number} is no object.", 1))
    return cas


def _add(cas: Cas, given: dict[str, Any], number: int) -> None:
    id_, type_ = str(given.get("%ID", f"#{number}")), given.get("%TYPE")
    if not isinstance(type_, str):
        cas.faults.append(("wrong_type", f"The feature structure {id_} has no %TYPE.", 1))
        return
    if type_ == "uima.cas.Sofa":
        text, name = given.get("sofaString"), given.get("sofaID")
        cas.take_sofa(id_, text if isinstance(text, str) else None, name if isinstance(name, str) else None)
        return
    sofa = given.get("@sofa")
    found = Structure(id_, type_, {}, 1, None if sofa is None else str(sofa))
    for key, value in given.items():
        if key == "%ELEMENTS" and isinstance(value, list):
            found.features["elements"] = [
                Reference(str(part)) if isinstance(part, int) else part for part in value
            ]
        elif key.startswith("@") and key != "@sofa":
            parts = value if isinstance(value, list) else [value]
            found.features[key[1:]] = (
                [Reference(str(part)) for part in parts] if parts != [value] else Reference(str(value))
            )
        elif not key.startswith(("%", "@", "^", "#")):
            found.features[key] = value
    cas.add(found)
