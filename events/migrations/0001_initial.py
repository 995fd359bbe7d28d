"""Lay down the log: tables, functions, triggers, rights."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"
FILES = (
    "tables",
    "refuse",
    "guard",
    "immutability",
    "lock_key",
    "event_line",
    "event_hash",
    "known",
    "conflict",
    "append",
    "tails",
    "attempt",
    "erase",
    "erase_ordered",
    "verify",
    "verify_rest",
    "roles",
)


class Migration(migrations.Migration):
    """Each SQL file holds one function or one group of tables; they are for ever, so there is no way back."""

    initial = True
    dependencies = ()
    operations = [migrations.RunSQL((SQL / f"{name}.sql").read_text("utf-8")) for name in FILES]
