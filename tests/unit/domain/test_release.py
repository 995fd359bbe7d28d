"""Rules of releases."""

from typing import Any

import pytest

from annotator.domain.commands import CommandMalformed, decode_command
from annotator.domain.project import ProjectIsArchived
from annotator.domain.release import (
    Context,
    MakeRelease,
    PositionNotReached,
    ReleaseExists,
    ReleaseMade,
    ReleaseNameTaken,
    ReleaseUnknown,
    ReleaseWithdrawn,
    WithdrawRelease,
)
from tests.support.builders import a_project, an_id
from tests.support.scenario import RELEASE, given

ONE, TWO = an_id("one"), an_id("two")


def make(**changes: Any) -> MakeRelease:
    return MakeRelease(**{"release": ONE, "name": "1.0", **changes})


def test_a_release_freezes_what_was_decided() -> None:
    command = make(position=40, licence="CC-BY-4.0", note="The first one.")
    made = ReleaseMade(release=ONE, name="1.0", position=40, licence="CC-BY-4.0", note="The first one.")
    given(RELEASE).when(command).then(made)


def test_made_again_it_changes_nothing_and_otherwise_it_is_refused() -> None:
    given(RELEASE, make()).when(make()).then()
    given(RELEASE, make()).when(make(note="Other")).then_raises(ReleaseExists)


@pytest.mark.parametrize("name", ["1.0", "１.０"])
def test_a_name_is_given_once_even_if_it_is_written_otherwise(name: str) -> None:
    given(RELEASE, make()).when(make(release=TWO, name=name)).then_raises(ReleaseNameTaken)


def test_a_withdrawn_release_keeps_its_name() -> None:
    scenario = given(RELEASE, make(), WithdrawRelease(release=ONE, reason="A wrong schema."))
    scenario.when(make(release=TWO)).then_raises(ReleaseNameTaken)


def test_withdrawing_says_why_and_leaves_the_release_as_it_was_made() -> None:
    scenario = given(RELEASE, make(position=3)).when(WithdrawRelease(release=ONE, reason="Wrong."))
    (event,) = scenario.events
    assert isinstance(event, ReleaseWithdrawn)
    assert (event.release, event.reason) == (ONE, "Wrong.")
    assert scenario.state.made[ONE].position == 3
    scenario.when(WithdrawRelease(release=ONE)).then()


def test_what_is_not_there_cannot_be_withdrawn() -> None:
    given(RELEASE).when(WithdrawRelease(release=ONE)).then_raises(ReleaseUnknown)


def test_a_position_beyond_the_log_is_refused() -> None:
    given(RELEASE).when(make(position=101)).then_raises(PositionNotReached)
    given(RELEASE).when(make(position=100)).then(
        ReleaseMade(release=ONE, name="1.0", position=100, licence="")
    )


def test_an_archived_project_gets_no_release() -> None:
    context = Context(a_project(archived=True), 100)
    given(RELEASE, context=context).when(make()).then_raises(ProjectIsArchived)


@pytest.mark.parametrize("name", ["", " 1", "1 ", "a\nb", "a\tb", "1\n", "x" * 101])
def test_a_name_stands_on_one_line(name: str) -> None:
    with pytest.raises(CommandMalformed) as refused:
        decode_command("make_release", {"release": ONE, "name": name})
    assert refused.value.details["pointer"] == "/name"
