"""Type systems: ours as it is written, others' as far as a reader has to know them."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

PACKAGE = "palimpsest"
MARK, LINK, STRETCH = f"{PACKAGE}.Mark", f"{PACKAGE}.Link", f"{PACKAGE}.Stretch"
ANNOTATION, ARRAY = "uima.tcas.Annotation", "uima.cas.FSArray"
METADATA = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
TOKEN = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token"  # noqa: S105 - a word, no secret
SENTENCE = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence"


class Feature(NamedTuple):
    name: str
    range: str
    element: str = ""


OURS: Mapping[str, tuple[str, str, tuple[Feature, ...]]] = {
    MARK: (
        ANNOTATION,
        "An annotation; it covers everything from its first stretch to its last.",
        (
            Feature("label", "uima.cas.String"),
            Feature("identifier", "uima.cas.String"),
            Feature("entity", "uima.cas.String"),
            Feature("details", "uima.cas.String"),
            Feature("stretches", ARRAY, STRETCH),
        ),
    ),
    STRETCH: (ANNOTATION, "One of several stretches of an annotation.", ()),
    LINK: (
        ANNOTATION,
        "From one annotation to another; it covers the one it goes to.",
        (
            Feature("label", "uima.cas.String"),
            Feature("Governor", MARK),
            Feature("Dependent", MARK),
            Feature("details", "uima.cas.String"),
        ),
    ),
}


def as_xml() -> str:
    """``TypeSystem.xml``."""
    return "".join(_xml())


def _xml() -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier">\n  <types>\n'
    for name, (supertype, about, features) in OURS.items():
        yield f"    <typeDescription>\n      <name>{name}</name>\n      <description>{about}</description>\n"
        yield f"      <supertypeName>{supertype}</supertypeName>\n"
        if features:
            yield "      <features>\n"
            for feature in features:
                yield f"        <featureDescription>\n          <name>{feature.name}</name>\n"
                yield "          <description/>\n"
                yield f"          <rangeTypeName>{feature.range}</rangeTypeName>\n"
                if feature.element:
                    yield f"          <elementType>{feature.element}</elementType>\n"
                yield "        </featureDescription>\n"
            yield "      </features>\n"
        yield "    </typeDescription>\n"
    yield "  </types>\n</typeSystemDescription>\n"


def as_json() -> dict[str, dict[str, object]]:
    """The value of ``%TYPES`` in a JSON CAS."""
    return {
        name: {
            "%NAME": name,
            "%SUPER_TYPE": supertype,
            **{feature.name: _json(feature) for feature in features},
        }
        for name, (supertype, _, features) in OURS.items()
    }


def _json(feature: Feature) -> dict[str, str]:
    told = {"%NAME": feature.name, "%RANGE": feature.range}
    if feature.element:
        told = {"%NAME": feature.name, "%RANGE": f"{feature.element}[]", "%ELEMENT_TYPE": feature.element}
    return told
