"""Jobs with their files, and signs of life of the workers. None of it is truth: the log is."""

from typing import ClassVar
from uuid import UUID

import uuid_utils.compat as uuid_utils
from django.db import models
from django.db.models.functions import Now


def new_id() -> UUID:
    """A UUIDv7: unique, and newer ones sort last."""
    return uuid_utils.uuid7()


class Job(models.Model):
    """An import, an export or a report of agreement. Project and account are no foreign keys: nothing cascades.

    ``cursor`` is where a resumed job goes on; ``attempts`` counts the starts since it last moved, and is counted
    before the work, so that work that kills its worker is found out. ``runner`` names who is at it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    project = models.UUIDField()
    account = models.UUIDField()
    kind = models.CharField(max_length=10)
    state = models.CharField(max_length=10, default="waiting")
    name = models.CharField(max_length=500, blank=True)
    options = models.JSONField(default=dict)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    cursor = models.JSONField(default=dict)
    report = models.JSONField(null=True)
    error = models.TextField(null=True)  # noqa: DJ001 - null says that nothing went wrong
    attempts = models.IntegerField(default=0)
    runner = models.UUIDField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["project", "-created_at"], name="job_of_project"),
            models.Index(
                fields=["created_at"], name="job_to_do", condition=models.Q(state__in=["waiting", "running"])
            ),
        ]


class JobFile(models.Model):
    """What a job was given (``upload``) or made (``result``); its bytes are in chunks, and may be gone by now."""

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="files")
    role = models.CharField(max_length=10)
    name = models.CharField(max_length=500)
    media_type = models.CharField(max_length=200)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_at = models.DateTimeField(db_default=Now())
    kept = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["job", "role"], name="job_file_role"),
        ]


class JobChunk(models.Model):
    """One mebibyte of a file, or what is left of it."""

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey(JobFile, on_delete=models.CASCADE, related_name="chunks")
    number = models.IntegerField()
    data = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["file", "number"], name="job_chunk_number"),
        ]


class Webhook(models.Model):
    """How far a webhook was told, and with which secret; what it is and wants is in the log.

    ``position`` is the last that was acknowledged. The delivery under way goes up to ``sending``, and in it gold from
    ``place`` on: both are written down before it is sent, so that one that is sent again is the same. ``round`` counts
    redeliveries. The secrets are sealed.
    """

    id = models.BigAutoField(primary_key=True)
    project = models.UUIDField()
    webhook = models.UUIDField()
    secret = models.TextField()
    secret_before = models.TextField(blank=True, default="")
    secret_before_until = models.DateTimeField(null=True)
    position = models.BigIntegerField()
    sending = models.BigIntegerField(null=True)
    place = models.BigIntegerField(default=0)
    round = models.IntegerField(default=0)
    delivered = models.BigIntegerField(default=0)
    attempts = models.IntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    status = models.IntegerField(null=True)
    error = models.TextField(blank=True, default="")
    milliseconds = models.IntegerField(null=True)
    disabled_at = models.DateTimeField(null=True)
    disabled_reason = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["project", "webhook"], name="webhook_of_project"),
        ]


class Heartbeat(models.Model):
    """When work was last looked for, by the clock of the database."""

    name = models.CharField(primary_key=True, max_length=50)
    seen_at = models.DateTimeField()
