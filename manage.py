#!/usr/bin/env python
"""The command line of the service; `python manage.py help` lists the commands."""

import os
import sys

from django.core.management import execute_from_command_line

# These change tables, so they connect as the owner of the database; everything
# else, the web server included, connects as a role that cannot alter the log.
OWNER_COMMANDS = {"migrate", "prepare", "sqlmigrate", "showmigrations", "log import"}


def main() -> None:
    command = " ".join(sys.argv[1 : 3 if sys.argv[1:2] == ["log"] else 2])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.config.settings")
    os.environ.setdefault("PALIMPSEST_PROCESS", "owner" if command in OWNER_COMMANDS else "command")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
