"""A project: its settings, its people and its authors without a login."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Literal, assert_never

import msgspec
from immutables import Map
from msgspec import Meta

from annotator.domain.ids import keyed_id
from annotator.domain.maps import EMPTY, without
from annotator.domain.policy import LESSON, MAJORITY, ModelPolicy, Policy, lesson_of
from annotator.domain.refusals import Refusal
from annotator.domain.values import AuthorClass, Command, Id, Name, Role
from events.decider import Decider

KIND = "project"

Order = Literal["oldest", "smallest", "random", "priority"]


class CreateProject(Command, frozen=True, kw_only=True):
    """Begin a project; whoever asks becomes its manager."""

    name: Name
    languages: tuple[str, ...] = ()
    blind: bool = True
    shared: bool = False
    anonymous: bool = False


class ChangeProject(Command, frozen=True, kw_only=True):
    """Give the project's settings anew, all of them."""

    name: Name
    languages: tuple[str, ...] = ()
    blind: bool = True
    shared: bool = False
    anonymous: bool = False


class SetMember(Command, frozen=True, kw_only=True):
    """Let an account take part, or change its role."""

    member: Id
    role: Role


class RemoveMember(Command, frozen=True, kw_only=True):
    """End an account's part; its work stays."""

    member: Id


class SetPolicy(Command, frozen=True, kw_only=True):
    """Choose how consensus is computed."""

    policy: Policy


class SetHandingOut(Command, frozen=True, kw_only=True):
    """Choose how documents are handed out, all of it; ``seed`` makes the random order the same again."""

    overlap: Annotated[int, Meta(ge=1, le=100)]
    lease_minutes: Annotated[int, Meta(ge=5, le=40_320)]
    order: Order
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0


class SetSkills(Command, frozen=True, kw_only=True):
    """Say in which languages somebody annotates; none: in all of them."""

    member: Id
    languages: Annotated[tuple[Annotated[str, Meta(max_length=35)], ...], Meta(max_length=50)]


class ArchiveProject(Command, frozen=True, kw_only=True):
    """Close the project for writing."""


class AddAuthor(Command, frozen=True, kw_only=True):
    """Make an author without a login known: one that an import or a machine speaks for."""

    author: Id
    author_class: AuthorClass


ProjectCommand = (
    CreateProject
    | ChangeProject
    | SetMember
    | RemoveMember
    | SetPolicy
    | SetHandingOut
    | SetSkills
    | ArchiveProject
    | AddAuthor
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    """The project's settings, all of them."""

    ENTITY: ClassVar[str | None] = None
    PRIVATE: ClassVar[tuple[str, ...]] = ("name",)
    languages: tuple[str, ...]
    blind: bool
    shared: bool
    name: str = ""
    anonymous: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCreated(_Settings):
    """The project began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectChanged(_Settings):
    """The settings are these now."""


@dataclass(frozen=True, slots=True)
class MemberSet:
    """The account takes part in this role."""

    ENTITY: ClassVar[str | None] = "member"
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    member: str
    role: Role


@dataclass(frozen=True, slots=True)
class MemberRemoved:
    """The account takes no part any more."""

    ENTITY: ClassVar[str | None] = "member"
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    member: str


@dataclass(frozen=True, slots=True)
class PolicySet:
    """Consensus is computed by this policy; ``version`` counts the project's policies, the first is 1."""

    ENTITY: ClassVar[str | None] = None
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    policy: Policy
    version: int = 1


@dataclass(frozen=True, slots=True)
class ReliabilityLearned:
    """From here on consensus uses what the log up to ``learned_from`` teaches about the annotators.

    ``lesson`` is what the policy asked for, ``digest`` commits to what was learned, ``engine`` names the code that
    learned it; ``sets`` finished and ``reviewed`` documents were there to learn from.
    """

    ENTITY: ClassVar[str | None] = None
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    learned_from: int
    digest: str
    engine: int
    sets: int
    reviewed: int
    lesson: ModelPolicy = LESSON


@dataclass(frozen=True, slots=True)
class HandingOutSet:
    """Documents are handed out so: ``overlap`` seats each, with a lease, in this order."""

    ENTITY: ClassVar[str | None] = None
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    overlap: int = 2
    lease_minutes: int = 60
    order: Order = "oldest"
    seed: int = 0


@dataclass(frozen=True, slots=True)
class SkillsSet:
    """The member annotates in these languages. ``id`` differs from ``member``, whose role is another matter."""

    ENTITY: ClassVar[str | None] = "id"
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    id: str
    member: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProjectArchived:
    """The project is closed for writing."""

    ENTITY: ClassVar[str | None] = None
    PRIVATE: ClassVar[tuple[str, ...]] = ()


@dataclass(frozen=True, slots=True)
class AuthorAdded:
    """An author without a login is known. ``id`` differs from ``author``, who may be a member as well."""

    ENTITY: ClassVar[str | None] = "id"
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    id: str
    author: str
    author_class: AuthorClass


ProjectEvent = (
    ProjectCreated
    | ProjectChanged
    | MemberSet
    | MemberRemoved
    | PolicySet
    | ReliabilityLearned
    | HandingOutSet
    | SkillsSet
    | ProjectArchived
    | AuthorAdded
)


@dataclass(frozen=True, slots=True)
class Project:
    """What is decided about a project. ``exists`` is False before its first event.

    ``policy_version`` is 0 while nobody has set a policy; ``learned`` is what consensus knows of annotators.
    """

    exists: bool = False
    name: str = ""
    languages: tuple[str, ...] = ()
    blind: bool = True
    shared: bool = False
    anonymous: bool = False
    archived: bool = False
    policy: Policy = MAJORITY
    policy_version: int = 0
    learned: ReliabilityLearned | None = None
    members: Map[str, Role] = EMPTY
    authors: Map[str, AuthorClass] = EMPTY
    handing_out: HandingOutSet = HandingOutSet()
    skills: Map[str, tuple[str, ...]] = EMPTY

    @property
    def taught(self) -> ReliabilityLearned | None:
        """What was learned last, if it is what the policy asks for."""
        known, lesson = self.learned, lesson_of(self.policy)
        return known if known is not None and known.lesson == lesson else None


@dataclass(frozen=True, slots=True)
class Context:
    """Who gives the command."""

    issued_by: str


class ProjectUnknown(Refusal):
    """There is no such project yet."""


class ProjectExists(Refusal):
    """The project exists already, with other settings."""


class ProjectIsArchived(Refusal):
    """The project is archived; nothing in it can change."""


class LastManager(Refusal):
    """The project would be left without a manager."""


class MemberUnknown(Refusal):
    """This account takes no part in the project."""


class AuthorExists(Refusal):
    """The author is known already, as one of another class."""


def require_open(project: Project) -> None:
    """Refuse to write into a project that does not exist or is archived.

    Raises:
        ProjectUnknown, ProjectIsArchived
    """
    if not project.exists:
        raise ProjectUnknown()
    if project.archived:
        raise ProjectIsArchived()


def evolve(state: Project, event: ProjectEvent) -> Project:
    """The project after one more event."""
    match event:
        case ProjectCreated() | ProjectChanged():
            return replace(
                state,
                exists=True,
                name=event.name,
                languages=event.languages,
                blind=event.blind,
                shared=event.shared,
                anonymous=event.anonymous,
            )
        case MemberSet(member, role):
            return replace(state, members=state.members.set(member, role))
        case MemberRemoved(member):
            return replace(state, members=without(state.members, member))
        case PolicySet(policy, version):
            return replace(state, policy=policy, policy_version=version)
        case ReliabilityLearned():
            return replace(state, learned=event)
        case HandingOutSet():
            return replace(state, handing_out=event)
        case SkillsSet(_, member, languages):
            return replace(state, skills=state.skills.set(member, languages))
        case ProjectArchived():
            return replace(state, archived=True)
        case AuthorAdded(_, author, author_class):
            return replace(state, authors=state.authors.set(author, author_class))
        case _:
            assert_never(event)


def decide(command: ProjectCommand, state: Project, context: Context) -> Sequence[ProjectEvent]:
    """The events that fulfil a command."""
    if isinstance(command, CreateProject):
        return _create(command, state, context)
    if isinstance(command, ArchiveProject) and state.archived:
        return []
    require_open(state)
    match command:
        case ChangeProject():
            return [] if _same_settings(command, state) else [ProjectChanged(**_settings(command))]
        case SetMember(member=member, role=role):
            return _set_member(member, role, state)
        case RemoveMember(member=member) if member not in state.members:
            return []
        case RemoveMember(member=member):
            _require_another_manager(member, state)
            return [MemberRemoved(member)]
        case SetPolicy(policy=policy):
            return [] if policy == state.policy else [PolicySet(policy, state.policy_version + 1)]
        case SetHandingOut():
            wanted = HandingOutSet(**msgspec.structs.asdict(command))
            return [] if wanted == state.handing_out else [wanted]
        case SetSkills(member=member, languages=languages):
            return _set_skills(member, languages, state)
        case ArchiveProject():
            return [ProjectArchived()]
        case AddAuthor(author=author, author_class=author_class):
            return _add_author(author, author_class, state)
        case _:
            assert_never(command)


def _create(command: CreateProject, state: Project, context: Context) -> Sequence[ProjectEvent]:
    if state.exists and _same_settings(command, state):
        return []
    if state.exists:
        raise ProjectExists()
    return [ProjectCreated(**_settings(command)), MemberSet(context.issued_by, "manager")]


def _same_settings(command: CreateProject | ChangeProject, state: Project) -> bool:
    return all(getattr(state, field) == value for field, value in _settings(command).items())


def _settings(command: CreateProject | ChangeProject) -> dict[str, Any]:
    return msgspec.structs.asdict(command)


def _set_member(member: str, role: Role, state: Project) -> Sequence[ProjectEvent]:
    if state.members.get(member) == role:
        return []
    if role != "manager":
        _require_another_manager(member, state)
    return [MemberSet(member, role)]


def _set_skills(member: str, languages: tuple[str, ...], state: Project) -> Sequence[ProjectEvent]:
    if member not in state.members:
        raise MemberUnknown(member=member, pointer="/member")
    known = state.skills.get(member, ())
    return [] if known == languages else [SkillsSet(keyed_id("skills", member), member, languages)]


def _require_another_manager(member: str, state: Project) -> None:
    if state.members.get(member) != "manager":
        return
    if not any(role == "manager" for other, role in state.members.items() if other != member):
        raise LastManager(member=member)


def _add_author(author: str, author_class: AuthorClass, state: Project) -> Sequence[ProjectEvent]:
    known = state.authors.get(author)
    if known == author_class:
        return []
    if known is not None:
        raise AuthorExists(author=author, author_class=known)
    return [AuthorAdded(keyed_id("author", author), author, author_class)]


DECIDER: Decider[Project] = Decider(KIND, Project(), evolve)
