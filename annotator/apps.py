"""Tells Django about the service's tables and commands."""

from django.apps import AppConfig


class AnnotatorConfig(AppConfig):
    name = "annotator"
    label = "annotator"
    verbose_name = "Palimpsest"
    default_auto_field = "django.db.models.BigAutoField"
