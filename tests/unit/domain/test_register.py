"""Rules of the register."""

from typing import Any

import pytest

from annotator.domain.attributes import AttributeRefused, AttributeUnknown
from annotator.domain.label_schema import EntityTypeUnknown
from annotator.domain.register import (
    AddEntity,
    ChangeEntity,
    EntityAdded,
    EntityChanged,
    EntityExists,
    EntityIsMerged,
    EntityMerged,
    EntityRemoved,
    EntitySplit,
    EntityTypesDiffer,
    EntityUnknown,
    MergedIntoItself,
    MergeEntities,
    NewEntity,
    RemoveEntity,
    SplitEntity,
    resolve,
)
from tests.support.builders import a_place, an_actor, an_id
from tests.support.scenario import REGISTER, given

A, B, C = (an_id(name) for name in "abc")


def changed(command: AddEntity, **changes: Any) -> ChangeEntity:
    fields = {name: getattr(command, name) for name in command.__struct_fields__}
    return ChangeEntity(**{**fields, **changes})


def merge(entity: str, into: str) -> MergeEntities:
    return MergeEntities(entity=entity, into=into)


def split(entity: str, new: str, **changes: Any) -> SplitEntity:
    made = {"entity": new, "name": "New", "attributes": {"actor_type": "other"}, **changes}
    return SplitEntity(entity=entity, new=NewEntity(**made), annotations=(an_id("s1"),))


def test_an_entity_is_recorded_whole_with_what_can_be_erased_apart() -> None:
    command = an_actor("a", aliases=("SAA",), attributes={"actor_type": "military", "role": "army"}, note="?")
    added = EntityAdded(
        entity=A,
        entity_type="actor",
        attributes={"actor_type": "military"},
        name="A",
        aliases=("SAA",),
        texts={"role": "army"},
        note="?",
    )
    scenario = given(REGISTER).when(command).then(added)
    assert scenario.state.entities[A].attributes == {"actor_type": "military", "role": "army"}


def test_adding_the_same_again_changes_nothing() -> None:
    given(REGISTER, an_actor("a")).when(an_actor("a")).then_nothing()


def test_an_entity_is_not_overwritten_by_adding() -> None:
    given(REGISTER, an_actor("a")).when(an_actor("a", note="x")).then_raises(EntityExists)


def test_the_type_and_the_attributes_are_those_of_the_schema() -> None:
    unknown = AddEntity(entity=A, entity_type="weapon", name="A")
    given(REGISTER).when(unknown).then_raises(EntityTypeUnknown, known=["actor", "location"])
    given(REGISTER).when(an_actor("a", attributes={"lat": 1.0})).then_raises(AttributeUnknown)
    given(REGISTER).when(an_actor("a", attributes={"actor_type": "terrorist"})).then_raises(AttributeRefused)


@pytest.mark.parametrize(
    ("attributes", "fits"),
    [
        ({"lat": 34.45, "lon": 40, "geonames_id": 174448, "geo_precision": 1}, True),
        ({"geo_precision": 4}, False),
        ({"geonames_id": 1.5}, False),
        ({"geonames_id": True}, False),
        ({"lat": "34"}, False),
        ({"lat": float("inf")}, False),
    ],
)
def test_numbers_are_numbers(attributes: dict[str, Any], fits: bool) -> None:
    scenario = given(REGISTER).when(a_place("a", attributes=attributes))
    scenario.then_types(EntityAdded) if fits else scenario.then_raises(AttributeRefused)


def test_members_of_a_coalition_are_in_the_register() -> None:
    coalition = an_actor("c", attributes={"actor_type": "coalition", "members": [A]})
    given(REGISTER).when(coalition).then_raises(AttributeRefused, pointer="/attributes/members")
    given(REGISTER, an_actor("a")).when(coalition).then_types(EntityAdded)


def test_an_entity_changes_whole_and_once() -> None:
    command = changed(an_actor("a"), name="Bashar")
    given(REGISTER, an_actor("a")).when(command, command).then_types(EntityChanged)
    given(REGISTER).when(command).then_raises(EntityUnknown)


def test_a_merged_entity_stays_and_points_on() -> None:
    scenario = given(REGISTER, an_actor("a"), an_actor("b"), an_actor("c")).when(merge(A, B))
    scenario.then_types(EntityMerged).when(merge(A, B)).then_nothing()
    scenario.when(merge(B, C))
    assert [resolve(scenario.state, id_) for id_ in (A, B, C)] == [C, C, C]
    assert scenario.state.entities[A].name == "A"


def test_a_merge_needs_two_living_entities_of_one_type() -> None:
    past = (an_actor("a"), an_actor("b"), a_place("c"))
    given(REGISTER, *past).when(merge(A, A)).then_raises(MergedIntoItself)
    given(REGISTER, *past).when(merge(A, an_id("x"))).then_raises(EntityUnknown, pointer="/into")
    given(REGISTER, *past).when(merge(an_id("x"), A)).then_raises(EntityUnknown, pointer="/entity")
    given(REGISTER, *past).when(merge(A, C)).then_raises(EntityTypesDiffer)


def test_merges_go_neither_round_nor_twice() -> None:
    past = (an_actor("a"), an_actor("b"), an_actor("c"), merge(A, B))
    given(REGISTER, *past).when(merge(B, A)).then_raises(EntityIsMerged, into=B)
    given(REGISTER, *past).when(merge(A, C)).then_raises(EntityIsMerged, entity=A)
    given(REGISTER, *past).when(changed(an_actor("a"), name="X")).then_raises(EntityIsMerged)


def test_an_entity_that_was_two_is_split() -> None:
    scenario = given(REGISTER, an_actor("a")).when(split(A, B)).then_types(EntityAdded, EntitySplit)
    assert scenario.events[1].annotations == (an_id("s1"),)  # type: ignore[attr-defined]
    assert scenario.state.entities[B].name == "New"
    scenario.when(split(A, B)).then_nothing()


def test_a_split_undoes_a_merge() -> None:
    past = (an_actor("a"), an_actor("b"), merge(B, A))
    again = split(A, B, name="B", attributes={"actor_type": "person"})
    scenario = given(REGISTER, *past).when(again).then_types(EntityAdded, EntitySplit)
    assert resolve(scenario.state, B) == B


def test_a_split_makes_something_new_of_the_same_type() -> None:
    past = (an_actor("a"), an_actor("b"))
    given(REGISTER, *past).when(split(A, A)).then_raises(MergedIntoItself)
    given(REGISTER, *past).when(split(A, B)).then_raises(EntityExists)
    given(REGISTER, *past).when(split(A, C, entity_type="location")).then_raises(EntityTypesDiffer)
    given(REGISTER, *past).when(split(an_id("x"), C)).then_raises(EntityUnknown)


def test_a_removed_entity_resolves_to_nothing_and_can_come_back() -> None:
    scenario = given(REGISTER, an_actor("a"), an_actor("b"), merge(B, A))
    before = scenario.state
    scenario.when(RemoveEntity(entity=A, reason="twice")).then(EntityRemoved(A, "twice"))
    scenario.when(RemoveEntity(entity=A)).then_nothing()
    assert resolve(scenario.state, B) is None
    scenario.when(an_actor("a")).then_types(EntityAdded)
    assert scenario.state == before
