"""Accounts and the ways to prove one. Secrets are stored as hashes only."""

from typing import ClassVar
from uuid import UUID

import uuid_utils.compat as uuid_utils
from django.contrib.auth.models import AbstractUser
from django.db import models


def new_id() -> UUID:
    """A UUIDv7: unique, and newer ones sort last."""
    return uuid_utils.uuid7()


class AuthorClass(models.TextChoices):
    """What kind of author stands behind an account's work; only people's work is a vote."""

    HUMAN = "human"
    MACHINE = "machine"
    IMPORTED = "imported"


class Account(AbstractUser):
    """Somebody, or some program, that can sign in. Its id is the author of its events, for ever."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200, blank=True)
    author_class = models.CharField(max_length=10, choices=AuthorClass.choices, default=AuthorClass.HUMAN)
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    @property
    def shown_name(self) -> str:
        """The name on screens: the display name, or the user name when there is none."""
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.shown_name

    def get_short_name(self) -> str:
        return self.shown_name


class AccountPreferences(models.Model):
    """How an account wants the page to be; no row for who has chosen nothing."""

    account = models.OneToOneField(
        Account, on_delete=models.CASCADE, primary_key=True, related_name="preferences"
    )
    chosen = models.JSONField()


class GuidelineRead(models.Model):
    """The newest version of a project's guideline that an account has read."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="guidelines_read")
    project = models.UUIDField()
    version = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["account", "project"], name="one_guideline_read")
        ]


class NoticeRead(models.Model):
    """Up to which position of a project's log an account has seen what concerns it."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="notices_read")
    project = models.UUIDField()
    position = models.BigIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["account", "project"], name="one_notice_read")
        ]


class ApiToken(models.Model):
    """A program's key to an account, in the header ``Authorization: Bearer``; shown once, when it is made."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=200)
    digest = models.BinaryField(max_length=32, unique=True)
    read_only = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)


class SignInLink(models.Model):
    """A link that signs an account in, once, within its time."""

    digest = models.BinaryField(primary_key=True, max_length=32)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sign_in_links")
    expires_at = models.DateTimeField()


class SignInFailure(models.Model):
    """A wrong password; too many of one key within a while are slowed down."""

    id = models.BigAutoField(primary_key=True)
    key = models.BinaryField(max_length=32)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["key", "at"], name="sign_in_failure_key")
        ]
