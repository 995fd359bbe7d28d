"""`manage.py erase`: a document, a person or an entity, for good."""

from argparse import ArgumentParser
from typing import Any, get_args
from uuid import UUID

import msgspec
import uuid_utils.compat as uuid_utils
from django.core.management.base import BaseCommand, CommandError

from annotator.accounts.erasing import erase_account
from annotator.accounts.models import Account
from annotator.application.access import NotKnown, access_to
from annotator.domain.erasure import Basis, Scope
from annotator.domain.refusals import Refusal
from annotator.jobs.erasure import Wish, carry_out, preview
from annotator.management.options import manager_of
from annotator.queries.erasure import contents_of
from events.store import projects


class Command(BaseCommand):
    """Shows what would go; only with ``--yes`` it goes."""

    help = (
        "Erase a document or an entity of a project, or a person in all projects, for good. Without --yes it only "
        "shows what would go. The log keeps the reason, and that something was there; backups have to be dealt with "
        "where they lie."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--document", metavar="ID")
        what.add_argument("--entity", metavar="ID")
        what.add_argument(
            "--account", metavar="USERNAME", help="name, addresses and own words, in all projects"
        )
        parser.add_argument("--project", metavar="ID", help="whose document or entity")
        parser.add_argument("--basis", choices=get_args(Basis), help="the legal reason")
        parser.add_argument("--note", default="", help="more on the reason, for the log; name nobody")
        parser.add_argument("--as", dest="manager", metavar="USERNAME", help="which manager orders it")
        parser.add_argument("--yes", action="store_true", help="do it")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["yes"] and not options["basis"]:
            raise CommandError(f"Say why: --basis {' | '.join(get_args(Basis))}.")
        if options["account"]:
            self._person(options)
        elif not options["project"]:
            raise CommandError("Say of which project: --project ID.")
        else:
            scope: Scope = "document" if options["document"] else "entity"
            self._one(_id(options["project"]), scope, _id(options[scope]), options)
        if not options["yes"]:
            self.stdout.write("Nothing was erased; --yes erases it.")

    def _person(self, options: dict[str, Any]) -> None:
        account = Account.objects.filter(username=options["account"]).first()
        if account is None:
            raise CommandError(f"There is no account {options['account']}.")
        for project in projects():
            if contents_of(project, "account", account.id):
                self._one(project, "account", account.id, options)
        self.stdout.write(f"account {account.id}: name, user name, addresses and every way in")
        if options["yes"]:
            erase_account(account.id)

    def _one(self, project: UUID, scope: Scope, subject: UUID, options: dict[str, Any]) -> None:
        manager = manager_of(project, options["manager"])
        try:
            shown = preview(access_to(project, manager), scope, subject)
            self.stdout.write(f"project {project}: {scope} {subject} {shown.name!r}")
            for export in shown.exports:
                self.stdout.write(
                    f"  to call back: {export.name} of job {export.job}, sha256 {export.sha256}"
                )
            kinds = ", ".join(f"{count} of {kind}" for kind, count in sorted(shown.kinds.items()))
            self.stdout.write(
                f"  {shown.contents} contents, {shown.size:,} bytes ({kinds}); {shown.marks} marks lose their quote"
            )
            if options["yes"]:
                wish = Wish(
                    id=uuid_utils.uuid7(),
                    scope=scope,
                    subject=subject,
                    basis=msgspec.convert(options["basis"], Basis),
                    note=options["note"],
                )
                done = carry_out(project, manager, wish, takes_record=False)
                self.stdout.write(f"  erased at position {done.last}")
        except NotKnown:
            raise CommandError(f"The project has no such {scope}.") from None
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise CommandError(f"{text!r} is no id.") from None
