"""The least role that each command asks for, and the rules that a role alone does not tell."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from annotator.accounts.models import Account, AuthorClass
from annotator.application.access import RANK, Access, Forbidden
from annotator.application.envelope import AccountUnknown
from annotator.domain.project import AddAuthor, Project, RemoveMember, SetMember
from annotator.domain.refusals import Refusal
from annotator.domain.sources import DefineSource
from annotator.domain.values import Command, Role
from events.streams import StreamRef

# `create_project` is not here: everybody who is signed in may begin a project and becomes its manager.
LEAST_ROLE: Final[Mapping[str, Role]] = {
    "change_project": "manager",
    "set_member": "manager",
    "remove_member": "manager",
    "set_policy": "manager",
    "archive_project": "manager",
    "add_author": "manager",
    "define_label": "manager",
    "retire_label": "manager",
    "define_link_type": "manager",
    "retire_link_type": "manager",
    "define_entity_type": "manager",
    "define_document_label": "manager",
    "publish_schema": "manager",
    "import_document": "manager",
    "add_text_version": "manager",
    "set_languages": "manager",
    "change_document": "manager",
    "archive_document": "manager",
    "restore_document": "manager",
    "set_training": "manager",
    "add_annotation": "annotator",
    "change_annotation": "annotator",
    "remove_annotation": "annotator",
    "add_link": "annotator",
    "change_link": "annotator",
    "remove_link": "annotator",
    "set_document_label": "annotator",
    "clear_document_label": "annotator",
    "reject_suggestion": "annotator",
    "reoffer_suggestion": "annotator",
    "finish_set": "annotator",
    "reopen_set": "annotator",
    "decide_item": "curator",
    "withdraw_decision": "curator",
    "finish_curation": "curator",
    "reopen_curation": "curator",
    "make_appeal": "annotator",
    "answer_appeal": "curator",
    "add_entity": "annotator",
    "change_entity": "annotator",
    "merge_entities": "curator",
    "split_entity": "curator",
    "remove_entity": "curator",
    "open_thread": "annotator",
    "add_comment": "annotator",
    "edit_comment": "annotator",
    "delete_comment": "annotator",
    "resolve_thread": "annotator",
    "reopen_thread": "annotator",
    "write_guideline": "manager",
    "link_section": "manager",
    "add_webhook": "manager",
    "change_webhook": "manager",
    "remove_webhook": "manager",
    "make_release": "manager",
    "withdraw_release": "manager",
    "set_handing_out": "manager",
    "set_skills": "manager",
    "take_seat": "annotator",
    "return_seat": "annotator",
    "skip_document": "annotator",
    "assign_seat": "manager",
    "unassign_seat": "manager",
    "set_priority": "manager",
    "define_source": "manager",
    "retire_source": "manager",
    "suggest": "manager",
}


class AuthorHasAccount(Refusal):
    """The author is a person with an account, who marks for themselves; make them a member instead."""


def check_command(access: Access, name: str, command: Command) -> None:
    """Refuse a command that is above the account's role.

    Raises:
        Forbidden, AccountUnknown, AuthorHasAccount
    """
    least = LEAST_ROLE.get(name, "manager")
    if not access.is_at_least(least):
        raise Forbidden(role=access.role, needed=least)
    match command:
        case SetMember(member=member, role=role):
            _check_not_above(access, member, role)
            if not Account.objects.filter(id=member, is_active=True).exists():
                raise AccountUnknown(member=member, pointer="/member")
        case RemoveMember(member=member):
            _check_not_above(access, member, None)
        case AddAuthor(author=author):
            _check_no_person(author, "/author")
        case DefineSource(source=source):
            _check_no_person(source, "/source")


def _check_no_person(author: str, pointer: str) -> None:
    if Account.objects.filter(id=author, author_class=AuthorClass.HUMAN).exists():
        raise AuthorHasAccount(author=author, pointer=pointer)


def _check_not_above(access: Access, member: str, role: Role | None) -> None:
    """Nobody grants more than the own role, or touches somebody who has more."""
    held = access.project.members.get(member)
    for each in (role, held):
        if each is not None and RANK[each] > RANK[access.role]:
            raise Forbidden(role=access.role, needed=each)


def check_author(access: Access, owner: UUID | None) -> None:
    """Refuse to write a set that is not the account's own, shared, or that of an author without a login.

    Raises:
        Forbidden
    """
    if owner == access.account:
        return
    if owner is None and access.project.shared:
        return
    if owner is not None and access.is_at_least("manager") and _has_no_login(access.project, str(owner)):
        return
    raise Forbidden(role=access.role)


class RoomIsBlind(Refusal):
    """In a blind project only curators speak to everybody: what annotators say might tell the others of their marks."""


def check_room(access: Access, room: StreamRef) -> None:
    """Refuse to write into a room that the account does not read, or that speaks to annotators who are blind.

    Raises:
        Forbidden, RoomIsBlind
    """
    if not access.sees_room(room):
        raise Forbidden(role=access.role)
    blind = access.project.blind and not access.project.shared and not access.is_at_least("curator")
    if blind and room.kind == "thread" and room.owner is None:
        raise RoomIsBlind(pointer="/room")


def _has_no_login(project: Project, author: str) -> bool:
    return author in project.authors and author not in project.members


def machine_class(member: str) -> AuthorClass:
    """The class of a member's account; only what people mark is a vote."""
    found = Account.objects.filter(id=member).values_list("author_class", flat=True).first()
    return AuthorClass(found or AuthorClass.HUMAN)
