"""Where Django looks for tables; the event log has its own, outside the ORM."""

from annotator.accounts.models import (
    Account,
    AccountPreferences,
    ApiToken,
    GuidelineRead,
    NoticeRead,
    SignInFailure,
    SignInLink,
)
from annotator.jobs.models import Heartbeat, Job, JobChunk, JobFile, Webhook

__all__ = [
    "Account",
    "AccountPreferences",
    "ApiToken",
    "GuidelineRead",
    "Heartbeat",
    "Job",
    "JobChunk",
    "JobFile",
    "NoticeRead",
    "SignInFailure",
    "SignInLink",
    "Webhook",
]
