"""`manage.py prepare`: everything between a database that answers and a service that can start."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, OperationalError, ProgrammingError, connection
from psycopg import errors

OLDEST_SERVER = 15


class Command(BaseCommand):
    help = (
        "Checks the server, brings the tables up to date and loads the sample into a new database; "
        "the last line is then the one-time way to sign in."
    )
    # A start must be quick; `make check` runs them.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        _refuse_unfit_server()
        _migrate()
        # The owner could do more; what is loaded goes through the same rights as the service's own work.
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {settings.APPLICATION_ROLE}")
        if not get_user_model()._default_manager.exists():
            call_command("load-sample", stdout=self.stdout, stderr=self.stderr)


def _refuse_unfit_server() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int / 10000, "
                "current_setting('server_version'), current_setting('server_encoding')"
            )
            major, version, encoding = cursor.fetchone()
    except OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        raise CommandError(
            f"The database does not answer ({reason}); start it, or correct DATABASE_URL."
        ) from error
    if major < OLDEST_SERVER:
        raise CommandError(
            f"The database is PostgreSQL {version}; {OLDEST_SERVER} or later is needed. Point DATABASE_URL "
            "to such a server, or leave it out to use the one that comes with the service."
        )
    if encoding != "UTF8":
        raise CommandError(
            f"The database is encoded in {encoding}, which cannot hold every text; make one with "
            "`CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0` and name it in DATABASE_URL."
        )


def _migrate() -> None:
    try:
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    except ProgrammingError as error:
        if not isinstance(error.__cause__, errors.InsufficientPrivilege):
            raise
        reason, role = str(error).strip().splitlines()[0], settings.APPLICATION_ROLE
        raise CommandError(
            f"The user of the database may not prepare it ({reason}); let its administrator run "
            f"`CREATE ROLE {role}; GRANT {role} TO <user> WITH ADMIN OPTION; "
            "GRANT CREATE ON DATABASE <name> TO <user>`."
        ) from error
    except DatabaseError as error:
        if not isinstance(error.__cause__, errors.DiskFull):
            raise
        raise CommandError("The disk of the database is full; free some space and start again.") from error
