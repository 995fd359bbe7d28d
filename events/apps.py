"""Django's entry to the event log."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Installs the log's tables and functions through its migrations."""

    name = "events"
    label = "events"
    verbose_name = "Event log"
