"""The label schema a new project starts with: actors, locations, and who claims what about whom.

Value-laden words of a text are never a type: they stay in the text. Colours are from the Okabe-Ito palette,
which colour-blind eyes can tell apart.
"""

from collections.abc import Mapping

from annotator.domain.label_schema import (
    DefineEntityType,
    DefineLabel,
    DefineLinkType,
    LabelSchemaCommand,
    PublishSchema,
)
from annotator.domain.values import Attribute, AttributeValue, Kind

NAME = "actors-locations-claims"
VERSION = "1.0"

BLUE, GREEN, ORANGE = "#0072B2", "#009E73", "#E69F00"

ACLED_INTER: Mapping[str, tuple[int, ...]] = {
    "government": (1,),
    "military": (1,),
    "police_security": (1,),
    "nonstate_armed": (2,),
    "militia": (3, 4),
    "civilians": (7,),
    "coalition": (8,),
    "igo": (8,),
}
"""ACLED's inter codes by ``actor_type``; forces abroad are 8 whatever their type."""


def default_schema_commands() -> list[LabelSchemaCommand]:
    """The commands that define the whole schema, each after what it refers to."""
    return [*ENTITY_TYPES, *LABELS, *LINK_TYPES, PublishSchema(name=NAME, version=VERSION)]


def _attribute(
    key: str,
    name: str,
    kind: Kind = "choice",
    values: str = "",
    *,
    required: bool = False,
    default: AttributeValue | None = None,
) -> Attribute:
    return Attribute(key, name, kind, tuple(values.split()), required, default)


ACTOR_TYPES = (
    "state government military police_security nonstate_armed militia party_movement igo ngo media "
    "business ethnic_religious_group civilians coalition person other"
)
LOCATION_TYPES = "country admin populated_place border_crossing facility road natural_area region other"

ENTITY_TYPES = (
    DefineEntityType(
        key="actor",
        name="Actor",
        attributes=(
            _attribute("actor_type", "Type", values=ACTOR_TYPES, required=True),
            _attribute("role", "Role", "text"),
            _attribute("country", "Country (ISO 3166-1 alpha-2)", "codebook"),
            _attribute("cameo", "CAMEO code", "codebook"),
            _attribute("wikidata", "Wikidata item", "codebook"),
            _attribute("members", "Members of the coalition", "entities"),
        ),
        description=(
            "One entry per real-world referent, whatever the language or script of its mentions: Isis, "
            "Stato Islamico, ISIS and the terrorist group are one. When unsure, make a new entry and leave "
            "a note; curators merge. Types follow what the actor is, never what a text calls it. ACLED "
            "inter codes: government, military, police_security 1; nonstate_armed 2; militia 3 or 4; "
            "civilians 7; coalition, igo and forces abroad 8."
        ),
    ),
    DefineEntityType(
        key="location",
        name="Location",
        attributes=(
            _attribute("location_type", "Type", values=LOCATION_TYPES, required=True),
            _attribute("geonames_id", "GeoNames id", "integer"),
            _attribute("lat", "Latitude (WGS84)", "number"),
            _attribute("lon", "Longitude (WGS84)", "number"),
            _attribute("geo_precision", "Precision: 1 exact, 2 near, 3 region", "integer", "1 2 3"),
            _attribute("resolution", "Resolved by", values="gazetteer manual nil"),
            _attribute("country", "Country (ISO 3166-1 alpha-2)", "codebook"),
        ),
        description=(
            "Choose the gazetteer entry in the right country first. Nothing fits: nil, and keep type and "
            "country. A spelling that only the context decides: manual, with a note."
        ),
    ),
)

LABELS = (
    DefineLabel(
        key="actor",
        name="Actor",
        color=BLUE,
        shortcut="a",
        entity_type="actor",
        attributes=(
            _attribute(
                "mention", "Mention", values="named nominal pronominal", required=True, default="named"
            ),
            _attribute("reading", "Reading", values="literal metonymic", default="literal"),
        ),
        description=(
            "The longest noun phrase that names or describes who acts, with the title, without article and "
            "without relative clause; an elided article stays out (Isis in l'Isis). Mark nested actors "
            "both (esercito siriano di Assad and Assad). Coordination with a shared head: one annotation "
            "per actor, the second in pieces (reparti speciali … iraniani). A country that acts is an "
            "actor, metonymic; in a list of allies countries are actors; an adjective (libanesi, Syrian) "
            "is part of the larger phrase, never alone. Pronouns only where a claim is linked to them. "
            "Whole words, no space or punctuation at the edges, never across a line end; never repair "
            "typos."
        ),
    ),
    DefineLabel(
        key="location",
        name="Location",
        color=GREEN,
        shortcut="l",
        entity_type="location",
        description=(
            "A place. Take the generic word in where it changes the referent (provincia di Idlib is the "
            "governorate, Idlib the city; Ratka oil field). A country word that stands for an agent is an "
            "actor instead."
        ),
    ),
    DefineLabel(
        key="claim",
        name="Claim",
        color=ORANGE,
        shortcut="c",
        attributes=(
            _attribute(
                "claim_type",
                "Type",
                values="factual evaluative causal predictive demand commitment",
                required=True,
            ),
            _attribute("concept", "Concept", "codebook"),
            _attribute("polarity", "Polarity", values="asserts denies", required=True, default="asserts"),
            _attribute(
                "certainty",
                "Certainty",
                values="certain probable possible unknown",
                required=True,
                default="certain",
            ),
            _attribute(
                "attribution", "Attribution", values="author direct indirect", required=True, default="author"
            ),
            _attribute("cue", "Cue", "text"),
            _attribute("check", "Worth checking", values="CFS UFS NFS"),
            _attribute("note", "Note", "text"),
        ),
        description=(
            "The smallest clause that can be true, false, kept or contested, without the reporting frame; "
            "one predicate with its arguments each, coordinated predicates about the same thing together. "
            "Observable now or past: factual; needs a value judgement: evaluative; because, without which: "
            "causal; future: predictive; should: demand; I will: commitment. Certainty from modals only "
            "(likely, could, si può dire). Reported speech, thought, promise or plan: indirect, a "
            "quotation: direct, each with a claimant and its cue (la promessa di); everything else: "
            "author. Scare quotes are no quotation. Mark the promise inside the praise for keeping it. "
            "Skip a parenthesis only if it carries a claim of its own. Worth checking: CFS a fact a reader "
            "could look up, UFS a fact nobody needs checked or a prediction, NFS opinion; truth is not "
            "judged here. On a repeated sentence copy the annotations and link them as duplicates."
        ),
    ),
)

LINK_TYPES = (
    DefineLinkType(
        key="claimant",
        name="Claimant",
        from_label="claim",
        to_label="actor",
        description="Who makes the claim; without such a link it is the text's author.",
    ),
    DefineLinkType(
        key="target",
        name="Target",
        from_label="claim",
        to_label="actor",
        attributes=(_attribute("stance", "Stance", values="positive negative neutral mixed", required=True),),
        description=(
            "Every actor the claim says something about. Stance from the wording, not from world "
            "knowledge: liberated is positive, captured neutral. Polarity says whether the claimant "
            "affirms the concept, stance how the claim casts one target; the two are independent."
        ),
    ),
    DefineLinkType(
        key="location",
        name="Location",
        from_label="claim",
        to_label="location",
        description="Where what is claimed takes place.",
    ),
    DefineLinkType(
        key="restates",
        name="Restates",
        from_label="claim",
        to_label="claim",
        description="Says the same in other words, also across languages.",
    ),
    DefineLinkType(
        key="duplicate_of",
        name="Duplicate of",
        from_label="claim",
        to_label="claim",
        description="Says the same in the same words.",
    ),
)
