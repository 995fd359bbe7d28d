"""Rules of a label schema."""

from annotator.domain.ids import keyed_id
from annotator.domain.label_schema import (
    ChoiceWithoutValues,
    DefineDocumentLabel,
    DefineEntityType,
    DefineLabel,
    DefineLinkType,
    DocumentLabelDefined,
    EntityTypeDefined,
    EntityTypeUnknown,
    KeyTwice,
    LabelDefined,
    LabelRetired,
    LabelUnknown,
    LinkTypeDefined,
    LinkTypeRetired,
    LinkTypeUnknown,
    Published,
    PublishSchema,
    RetireLabel,
    RetireLinkType,
    SchemaPublished,
    VersionPublished,
    in_order,
)
from annotator.domain.project import Project, ProjectUnknown
from annotator.domain.values import Attribute
from tests.support.scenario import LABEL_SCHEMA, given

ACTOR = DefineLabel(key="actor", name="Actor", color="#0072B2")
CLAIM = DefineLabel(key="claim", name="Claim")
TARGET = DefineLinkType(key="target", name="Target", from_label="claim", to_label="actor")


def test_a_label_is_defined_under_an_id_that_follows_from_its_key() -> None:
    scenario = given(LABEL_SCHEMA).when(ACTOR).then_types(LabelDefined)
    assert scenario.events[0].id == keyed_id("label", "actor")  # type: ignore[attr-defined]


def test_a_label_and_a_link_type_of_one_key_are_two_entities() -> None:
    assert keyed_id("label", "location") != keyed_id("link_type", "location")


def test_defining_the_same_label_again_changes_nothing() -> None:
    given(LABEL_SCHEMA, ACTOR).when(ACTOR).then_nothing()


def test_a_changed_label_keeps_its_place() -> None:
    scenario = given(LABEL_SCHEMA, ACTOR, CLAIM).when(DefineLabel(key="actor", name="Who"))
    assert [label.key for label in in_order(scenario.state.labels.values())] == ["actor", "claim"]
    assert scenario.state.labels["actor"].name == "Who"


def test_a_label_cannot_name_an_entity_type_that_is_not_there() -> None:
    label = DefineLabel(key="actor", name="Actor", entity_type="actor")
    given(LABEL_SCHEMA).when(label).then_raises(EntityTypeUnknown, pointer="/entity_type")
    given(LABEL_SCHEMA, DefineEntityType(key="actor", name="Actor")).when(label).then_types(LabelDefined)


def test_attributes_of_a_label_have_different_keys() -> None:
    twice = (Attribute("note", "Note", "text"), Attribute("note", "Other", "text"))
    command = DefineLabel(key="actor", name="Actor", attributes=twice)
    given(LABEL_SCHEMA).when(command).then_raises(KeyTwice, key="note", pointer="/attributes/1/key")


def test_a_choice_needs_something_to_choose_from() -> None:
    command = DefineLabel(key="actor", name="Actor", attributes=(Attribute("mention", "Mention", "choice"),))
    given(LABEL_SCHEMA).when(command).then_raises(ChoiceWithoutValues, pointer="/attributes/0/values")


def test_a_value_is_listed_once() -> None:
    values = Attribute("mention", "Mention", "choice", ("named", "named"))
    command = DefineLabel(key="actor", name="Actor", attributes=(values,))
    given(LABEL_SCHEMA).when(command).then_raises(KeyTwice, pointer="/attributes/0/values/1")


def test_a_retired_label_stays_known_and_can_come_back() -> None:
    scenario = given(LABEL_SCHEMA, ACTOR, CLAIM).when(RetireLabel(key="actor", replaced_by="claim"))
    scenario.then_types(LabelRetired)
    assert scenario.state.labels["actor"].retired
    assert scenario.state.labels["actor"].replaced_by == "claim"
    scenario.when(RetireLabel(key="actor", replaced_by="claim")).then_nothing()
    scenario.when(ACTOR).then_types(LabelDefined)
    assert not scenario.state.labels["actor"].retired


def test_an_unknown_label_cannot_be_retired_nor_replace_one() -> None:
    given(LABEL_SCHEMA).when(RetireLabel(key="actor")).then_raises(LabelUnknown, pointer="/key")
    replaced = RetireLabel(key="actor", replaced_by="other")
    given(LABEL_SCHEMA, ACTOR).when(replaced).then_raises(LabelUnknown, pointer="/replaced_by")
    itself = RetireLabel(key="actor", replaced_by="actor")
    given(LABEL_SCHEMA, ACTOR).when(itself).then_raises(LabelUnknown, pointer="/replaced_by")


def test_the_ends_of_a_link_type_are_labels() -> None:
    given(LABEL_SCHEMA, ACTOR).when(TARGET).then_raises(LabelUnknown, pointer="/from_label")
    given(LABEL_SCHEMA, CLAIM).when(TARGET).then_raises(LabelUnknown, pointer="/to_label")
    given(LABEL_SCHEMA, ACTOR, CLAIM).when(TARGET, TARGET).then_types(LinkTypeDefined)


def test_a_link_type_may_take_any_label_at_an_end() -> None:
    given(LABEL_SCHEMA).when(DefineLinkType(key="see", name="See")).then_types(LinkTypeDefined)


def test_a_link_type_can_be_retired_once() -> None:
    scenario = given(LABEL_SCHEMA, ACTOR, CLAIM, TARGET).when(RetireLinkType(key="target"))
    scenario.then_types(LinkTypeRetired).when(RetireLinkType(key="target")).then_nothing()
    scenario.when(RetireLinkType(key="other")).then_raises(LinkTypeUnknown, known=["target"])


def test_entity_types_and_document_labels_are_defined_once() -> None:
    entity_type = DefineEntityType(key="actor", name="Actor")
    given(LABEL_SCHEMA).when(entity_type, entity_type).then_types(EntityTypeDefined)
    topic = DefineDocumentLabel(key="topic", name="Topic", values=("war", "peace"))
    given(LABEL_SCHEMA).when(topic, topic).then_types(DocumentLabelDefined)
    twice = DefineDocumentLabel(key="topic", name="Topic", values=("war", "war"))
    given(LABEL_SCHEMA).when(twice).then_raises(KeyTwice, pointer="/values/1")


def test_a_published_version_means_one_schema() -> None:
    publish = PublishSchema(name="news", version="1.0")
    scenario = given(LABEL_SCHEMA, ACTOR).when(publish).then(SchemaPublished("news", "1.0"))
    scenario.when(publish).then_nothing()
    scenario.when(CLAIM)
    assert scenario.state.published == Published("news", "1.0", current=False)
    scenario.when(publish).then_raises(VersionPublished)


def test_a_changed_schema_is_published_under_a_new_version() -> None:
    scenario = given(LABEL_SCHEMA, ACTOR, PublishSchema(name="news", version="1.0"), CLAIM)
    scenario.when(PublishSchema(name="news", version="1.1")).then(SchemaPublished("news", "1.1"))


def test_the_schema_belongs_to_a_project_that_exists() -> None:
    context = type(LABEL_SCHEMA.context)(Project())
    given(LABEL_SCHEMA, context=context).when(ACTOR).then_raises(ProjectUnknown)
