"""Django's entry to the event log."""

from typing import Any

from django.apps import AppConfig
from django.db import connection
from django.db.models.signals import post_migrate


class EventsConfig(AppConfig):
    """Installs the log's tables and functions through its migrations."""

    name = "events"
    label = "events"
    verbose_name = "Event log"

    def ready(self) -> None:
        """At each start of the service its migrations run, and with them this."""
        post_migrate.connect(_begin_epoch_after_restore, sender=self)


def _begin_epoch_after_restore(**_: Any) -> None:
    """A restored or forked database is another history: clients that are ahead of it have to notice."""
    sql = "UPDATE es.epoch SET id = gen_random_uuid(), since = now(), server = es.server() WHERE server <> es.server()"
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('es.epoch') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute(sql)
