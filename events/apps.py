"""Django's entry to the event log."""

from typing import Any

from django.apps import AppConfig
from django.db import connection
from django.db.models.signals import post_migrate

from events.configured import catalog
from events.epoch import begin_after_restore
from events.evolution import install


class EventsConfig(AppConfig):
    """Installs the log's tables and functions through its migrations, which run at each start of the service."""

    name = "events"
    label = "events"
    verbose_name = "Event log"

    def ready(self) -> None:
        post_migrate.connect(_after_migrations, sender=self)


def _after_migrations(**_: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('es.epoch') IS NOT NULL")
        if cursor.fetchone()[0]:
            begin_after_restore(cursor)
            install(cursor, catalog())
