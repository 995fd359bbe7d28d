"""The table of least roles is whole, and roles include those below them."""

from uuid import UUID

import pytest
from immutables import Map

from annotator.application.access import RANK, Access, NotKnown, access_in
from annotator.application.permissions import LEAST_ROLE
from annotator.domain.commands import COMMANDS
from annotator.domain.project import Project
from annotator.domain.values import Role
from tests.support.builders import ALICE, BOB, an_id

PROJECT = UUID(an_id("project"))


def an_access(role: Role, *, blind: bool = True, shared: bool = False) -> Access:
    project = Project(exists=True, blind=blind, shared=shared, members=Map([(ALICE, role)]))
    return access_in(project, PROJECT, UUID(ALICE))


def test_every_command_has_its_least_role() -> None:
    assert set(LEAST_ROLE) | {"create_project"} == set(COMMANDS)


def test_who_is_no_member_knows_nothing() -> None:
    with pytest.raises(NotKnown):
        access_in(Project(exists=True, members=Map([(ALICE, "manager")])), PROJECT, UUID(BOB))
    with pytest.raises(NotKnown):
        access_in(Project(), PROJECT, UUID(ALICE))


@pytest.mark.parametrize("role", RANK)
@pytest.mark.parametrize("other", RANK)
def test_a_role_includes_those_below(role: Role, other: Role) -> None:
    assert an_access(role).is_at_least(other) == (RANK[role] >= RANK[other])


@pytest.mark.parametrize(
    ("role", "blind", "own", "peer", "shared"),
    [
        ("viewer", True, False, False, False),
        ("viewer", False, False, False, False),
        ("annotator", True, True, False, True),
        ("annotator", False, True, True, True),
        ("curator", True, True, True, True),
        ("manager", True, True, True, True),
    ],
)
def test_whose_sets_are_seen(role: Role, *, blind: bool, own: bool, peer: bool, shared: bool) -> None:
    access = an_access(role, blind=blind)
    assert (access.sees_set(UUID(ALICE)), access.sees_set(UUID(BOB)), access.sees_set(None)) == (
        own,
        peer,
        shared,
    )


@pytest.mark.parametrize(
    ("role", "blind", "before", "after"),
    [
        ("viewer", True, True, True),
        ("annotator", True, False, True),
        ("annotator", False, True, True),
        ("curator", True, True, True),
    ],
)
def test_gold_is_hidden_from_a_blind_annotator_until_the_own_set_is_finished(
    role: Role, *, blind: bool, before: bool, after: bool
) -> None:
    access = an_access(role, blind=blind)
    assert access.sees_gold(own_set_finished=False) == before
    assert access.sees_gold(own_set_finished=True) == after
