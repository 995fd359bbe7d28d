"""Arguments that several commands understand."""

from argparse import ArgumentParser, ArgumentTypeError
from uuid import UUID

from django.core.management.base import CommandError

from annotator.accounts.models import Account
from annotator.domain.project import Project
from annotator.log import HANDLER
from events.streams import StreamRef


def add_project(parser: ArgumentParser) -> None:
    """Which project."""
    parser.add_argument("--project", required=True, type=_uuid, help="the project's id")


def add_format_options(parser: ArgumentParser) -> None:
    """Options of a format, one by one."""
    parser.add_argument(
        "--option",
        action="append",
        default=[],
        type=_pair,
        metavar="NAME=VALUE",
        help="an option of the format; may be given more than once",
    )


def state_of(project: UUID) -> Project:
    """The project as it is now.

    Raises:
        CommandError: there is none.
    """
    ref = StreamRef(project, "project")
    state: Project = HANDLER.states([ref])[ref][1]
    if not state.exists:
        raise CommandError(f"There is no project {project}.")
    return state


def manager_of(project: UUID, username: str | None) -> UUID:
    """In whose name the command acts: the account that was named, or else a manager of the project.

    Raises:
        CommandError: it is no manager.
    """
    managers = sorted(member for member, role in state_of(project).members.items() if role == "manager")
    found = Account.objects.filter(id__in=managers, is_active=True).order_by("date_joined", "id")
    chosen = found.filter(username=username).first() if username else found.first()
    if chosen is None:
        who = f"{username} is no manager" if username else "There is no active manager"
        raise CommandError(f"{who} of the project.")
    return chosen.id


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no id") from None


def _pair(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found or not name:
        raise ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value
