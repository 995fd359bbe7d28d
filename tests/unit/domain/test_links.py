"""Rules of links in an annotation set."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from annotator.domain.annotation_set import (
    AnnotationUnknown,
    ChangeLink,
    LinkAdded,
    LinkChanged,
    LinkedToItself,
    LinkEndDiffers,
    LinkExists,
    LinkRemoved,
    LinkTwice,
    LinkTypeIsRetired,
    LinkUnknown,
    RemoveLink,
    touches,
)
from annotator.domain.attributes import AttributeRefused, AttributeUnknown
from annotator.domain.label_schema import LinkTypeUnknown
from tests.support.builders import a_claim, a_link, a_schema, a_set_context, an_annotation, an_id
from tests.support.scenario import ANNOTATION_SET, Scenario, given

PAST = (
    an_annotation("s1", "Assad"),
    an_annotation("s2", "Putin"),
    a_claim("c1"),
    a_claim("c2", "Iran’s forces helped"),
)


def linked(*more: Any, context: Any = None) -> Scenario:
    return given(ANNOTATION_SET, *PAST, *more, context=context)


def relink(**changes: Any) -> ChangeLink:
    given_ = {"link": an_id("k1"), "type": "target", "from_": an_id("c1"), "to": an_id("s1"), **changes}
    return ChangeLink(**given_)


def test_a_link_is_recorded_whole() -> None:
    added = LinkAdded(
        link=an_id("k1"),
        type="target",
        from_annotation=an_id("c1"),
        to_annotation=an_id("s1"),
        attributes={"stance": "positive"},
    )
    linked().when(a_link(attributes={"stance": "positive"})).then(added)


def test_linking_the_same_again_changes_nothing() -> None:
    linked(a_link()).when(a_link()).then_nothing()


def test_a_link_is_not_overwritten_by_adding() -> None:
    linked(a_link()).when(a_link(to="s2")).then_raises(LinkExists, pointer="/link")


@pytest.mark.parametrize(("ends", "pointer"), [({"from_": "c9"}, "/from"), ({"to": "s9"}, "/to")])
def test_both_ends_are_in_the_set(ends: dict[str, str], pointer: str) -> None:
    linked().when(a_link(**ends)).then_raises(AnnotationUnknown, pointer=pointer)


def test_the_ends_have_the_labels_that_the_type_asks_for() -> None:
    linked().when(a_link(from_="s1", to="s2")).then_raises(LinkEndDiffers, expected="claim", pointer="/from")
    linked().when(a_link(to="c2")).then_raises(LinkEndDiffers, expected="actor", found="claim", pointer="/to")


def test_two_annotations_have_one_link_of_a_type() -> None:
    linked(a_link("k1")).when(a_link("k2")).then_raises(LinkTwice, link=an_id("k1"))
    linked(a_link("k1")).when(a_link("k2", "claimant")).then_types(LinkAdded)
    linked(a_link("k1", "restates", "c1", "c2")).when(a_link("k2", "restates", "c2", "c1")).then_types(
        LinkAdded
    )


def test_a_changed_link_may_not_double_another() -> None:
    linked(a_link("k1"), a_link("k2", to="s2")).when(relink(to=an_id("s2"))).then_raises(LinkTwice)


def test_an_annotation_is_not_linked_to_itself() -> None:
    linked().when(a_link("k1", "restates", "c1", "c1")).then_raises(LinkedToItself)


def test_the_type_is_known_and_not_retired() -> None:
    linked().when(a_link(type_="likes")).then_raises(LinkTypeUnknown, pointer="/type")
    types = a_schema().link_types
    schema = replace(a_schema(), link_types=types.set("target", replace(types["target"], retired=True)))
    linked(context=a_set_context(schema=schema)).when(a_link()).then_raises(LinkTypeIsRetired)


def test_a_link_keeps_its_retired_type_when_it_changes() -> None:
    types = a_schema().link_types
    schema = replace(a_schema(), link_types=types.set("target", replace(types["target"], retired=True)))
    scenario = linked(a_link())
    scenario.context = a_set_context(schema=schema)
    scenario.when(relink(attributes={"stance": "mixed"})).then_types(LinkChanged)


def test_attributes_of_links_are_checked_like_those_of_labels() -> None:
    linked().when(a_link(attributes={"mood": "x"})).then_raises(AttributeUnknown, known=["stance"])
    linked().when(a_link(attributes={"stance": "x"})).then_raises(
        AttributeRefused, pointer="/attributes/stance"
    )


def test_a_link_changes_whole_and_once() -> None:
    scenario = linked(a_link()).when(relink(to=an_id("s2"))).then_types(LinkChanged)
    scenario.when(relink(to=an_id("s2"))).then_nothing()
    assert an_id("s1") not in scenario.state.links_of
    scenario.when(relink(link=an_id("k9"))).then_raises(LinkUnknown)


def test_a_link_is_removed_once_and_comes_back_under_its_id() -> None:
    scenario = linked(a_link())
    before = scenario.state
    scenario.when(RemoveLink(link=an_id("k1"))).then(LinkRemoved(an_id("k1")))
    scenario.when(RemoveLink(link=an_id("k1"))).then_nothing()
    scenario.when(a_link())
    assert scenario.state == before


def test_a_link_relies_on_its_ends() -> None:
    (event,) = linked().when(a_link()).events
    assert touches(event) == (UUID(an_id("c1")), UUID(an_id("s1")))
    assert touches(LinkRemoved(an_id("k1"))) == ()
