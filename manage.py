#!/usr/bin/env python
"""The command line of the service; `python manage.py help` lists the commands."""

import os
import sys

from django.core.management import execute_from_command_line

# These change tables, so they connect as the owner of the database; everything
# else, the web server included, connects as a role that cannot alter the log.
OWNER_COMMANDS = {"migrate", "prepare", "sqlmigrate", "showmigrations"}


def main() -> None:
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.config.settings")
    os.environ.setdefault("PALIMPSEST_PROCESS", "owner" if command in OWNER_COMMANDS else "command")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
