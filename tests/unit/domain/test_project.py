"""Rules of a project."""

from annotator.domain.policy import MAJORITY, MajorityPolicy
from annotator.domain.project import (
    AddAuthor,
    ArchiveProject,
    AuthorAdded,
    AuthorExists,
    ChangeProject,
    CreateProject,
    LastManager,
    MemberRemoved,
    MemberSet,
    PolicySet,
    ProjectArchived,
    ProjectChanged,
    ProjectCreated,
    ProjectExists,
    ProjectIsArchived,
    ProjectUnknown,
    RemoveMember,
    SetMember,
    SetPolicy,
)
from tests.support.builders import ALICE, BOB, CAROL
from tests.support.scenario import PROJECT, given

CREATE = CreateProject(name="News", languages=("it", "en"))


def test_whoever_creates_a_project_becomes_its_manager() -> None:
    created = ProjectCreated(name="News", languages=("it", "en"), blind=True, shared=False)
    given(PROJECT).when(CREATE).then(created, MemberSet(ALICE, "manager"))


def test_creating_it_again_changes_nothing() -> None:
    given(PROJECT, CREATE).when(CREATE).then_nothing()


def test_a_project_cannot_be_created_over_another() -> None:
    given(PROJECT, CREATE).when(CreateProject(name="Other")).then_raises(ProjectExists)


def test_nothing_can_be_done_to_a_project_that_does_not_exist() -> None:
    given(PROJECT).when(SetMember(member=BOB, role="viewer")).then_raises(ProjectUnknown)


def test_settings_are_given_whole() -> None:
    changed = ProjectChanged(name="News", languages=(), blind=False, shared=True)
    given(PROJECT, CREATE).when(ChangeProject(name="News", blind=False, shared=True)).then(changed)


def test_the_same_settings_again_change_nothing() -> None:
    given(PROJECT, CREATE).when(ChangeProject(name="News", languages=("it", "en"))).then_nothing()


def test_a_member_gets_a_role_and_another_one_later() -> None:
    scenario = given(PROJECT, CREATE).when(
        SetMember(member=BOB, role="annotator"), SetMember(member=BOB, role="curator")
    )
    scenario.then(MemberSet(BOB, "annotator"), MemberSet(BOB, "curator"))
    scenario.when(SetMember(member=BOB, role="curator")).then_nothing()


def test_a_member_can_be_removed_once() -> None:
    scenario = given(PROJECT, CREATE, MemberSet(BOB, "viewer"))
    scenario.when(RemoveMember(member=BOB)).then(MemberRemoved(BOB))
    scenario.when(RemoveMember(member=BOB)).then_nothing()


def test_the_last_manager_can_neither_leave_nor_step_down() -> None:
    given(PROJECT, CREATE).when(RemoveMember(member=ALICE)).then_raises(LastManager, member=ALICE)
    given(PROJECT, CREATE).when(SetMember(member=ALICE, role="curator")).then_raises(LastManager)


def test_a_manager_may_leave_when_there_is_another() -> None:
    given(PROJECT, CREATE, MemberSet(CAROL, "manager")).when(RemoveMember(member=ALICE)).then(
        MemberRemoved(ALICE)
    )


def test_a_policy_is_set_once() -> None:
    policy = MajorityPolicy(threshold=0.6)
    scenario = given(PROJECT, CREATE).when(SetPolicy(policy=policy)).then(PolicySet(policy))
    scenario.when(SetPolicy(policy=policy)).then_nothing()
    scenario.when(SetPolicy(policy=MAJORITY)).then(PolicySet(MAJORITY, 2))


def test_an_author_without_a_login_becomes_known_once() -> None:
    scenario = given(PROJECT, CREATE).when(AddAuthor(author=BOB, author_class="machine"))
    scenario.then_types(AuthorAdded).when(AddAuthor(author=BOB, author_class="machine")).then_nothing()
    scenario.when(AddAuthor(author=BOB, author_class="human")).then_raises(
        AuthorExists, author_class="machine"
    )


def test_an_author_who_becomes_a_member_is_another_entity_of_the_log() -> None:
    events = given(PROJECT, CREATE).when(AddAuthor(author=BOB, author_class="human")).events
    assert isinstance(events[0], AuthorAdded)
    assert events[0].id != BOB


def test_an_archived_project_cannot_change() -> None:
    scenario = given(PROJECT, CREATE).when(ArchiveProject()).then(ProjectArchived())
    scenario.when(ArchiveProject()).then_nothing()
    scenario.when(SetMember(member=BOB, role="viewer")).then_raises(ProjectIsArchived)
