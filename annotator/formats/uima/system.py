"""Another's type system, as far as it says what features hold."""

from io import BytesIO

from annotator.formats.given.xml import parse as parse_xml

_NAMESPACE = "http://uima.apache.org/resourceSpecifier "


def ranges_of(data: bytes) -> dict[str, dict[str, str]]:
    """By type and feature, inherited ones as well.

    Raises:
        XmlRefused
    """
    own: dict[str, dict[str, str]] = {}
    supers: dict[str, str] = {}
    current = {"type": "", "feature": "", "super": ""}
    inside: list[str] = []

    def start(name: str, attributes: dict[str, str], line: int) -> None:
        inside.append(name.removeprefix(_NAMESPACE))

    def end(name: str, text: str) -> None:
        path = "/".join(inside[-2:])
        inside.pop()
        said = text.strip()
        match path:
            case "typeDescription/name":
                current["type"] = said
                own.setdefault(said, {})
            case "typeDescription/supertypeName":
                supers[current["type"]] = said
            case "featureDescription/name":
                current["feature"] = said
            case "featureDescription/rangeTypeName":
                own.setdefault(current["type"], {})[current["feature"]] = said

    parse_xml(BytesIO(data), start, end, limit=len(data) + 1)
    return inherited(own, supers)


def inherited(own: dict[str, dict[str, str]], supers: dict[str, str]) -> dict[str, dict[str, str]]:
    """Each type with the features of those above it."""
    found: dict[str, dict[str, str]] = {}
    for name in own:
        features: dict[str, str] = {}
        seen: set[str] = set()
        above: str | None = name
        while above is not None and above not in seen and len(seen) < 100:
            seen.add(above)
            features = {**own.get(above, {}), **features}
            above = supers.get(above)
        found[name] = features
    return found
