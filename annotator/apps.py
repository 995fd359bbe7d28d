"""Tells Django about the service's tables and commands, and ties the rooms together at the start of a process."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AnnotatorConfig(AppConfig):
    name = "annotator"
    label = "annotator"
    verbose_name = "Palimpsest"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from annotator import hints
        from events.notifier import subscribe

        hints.install(_send)
        subscribe(hints.project_grew)
        post_migrate.connect(_install_read_models, sender=self)


def _send(task: str, arguments: list[Any], queue: str) -> None:
    # Loaded with the first hint: a process that writes nothing starts without it.
    from annotator.config.celery import app

    app.send_task(task, arguments, queue=queue)


def _install_read_models(**_: Any) -> None:
    from annotator.projections.registry import bring_up_to_date

    bring_up_to_date()
