"""The paths of the API, below /api/v1/."""

from django.urls import URLPattern, path, re_path

from annotator.api.agreement import Agreement, AgreementCell
from annotator.api.commands import Commands
from annotator.api.curation import Certificate, Curation, Gold
from annotator.api.documents import DocumentCopies, Documents, OneDocument
from annotator.api.erasures import ErasurePreviews, Erasures
from annotator.api.events import Events, History
from annotator.api.exports import Exports
from annotator.api.fallback import no_such_path
from annotator.api.formats import Formats
from annotator.api.gazetteer import Gazetteer
from annotator.api.gold_changes import GoldChanges, GoldDiff
from annotator.api.guideline import Guideline, GuidelineReads, GuidelineVersions
from annotator.api.imports import Imports
from annotator.api.jobs import JobFile, Jobs, OneJob
from annotator.api.label_schema import Schema
from annotator.api.mentions import Mentions
from annotator.api.openapi import OpenApi
from annotator.api.operations import OneRebuild, Rebuilds, Retries
from annotator.api.orphans import Orphans
from annotator.api.policies import Policies, WhatIf
from annotator.api.preferences import MyPreferences
from annotator.api.projects import Authors, Members, OneProject, Projects
from annotator.api.queue import Acceptance, Quality, Queue
from annotator.api.register import Register
from annotator.api.releases import OneRelease, Releases
from annotator.api.restorations import Restorations
from annotator.api.results import Appeals, MyDocuments, OneOfMine, Training
from annotator.api.seats import Assignment, HandOut, Next, Work
from annotator.api.session import Session
from annotator.api.sources import AllSources, SourceFile, SourceRuns
from annotator.api.templates import Templates
from annotator.api.threads import Notices, NoticesRead, Threads
from annotator.api.webhooks import OneWebhook, WebhookRedelivery, Webhooks, WebhookSecret, WebhookTest

_PROJECT = "projects/<uuid:project>"
_DOCUMENT = f"{_PROJECT}/documents/<uuid:document>"
_WEBHOOK = f"{_PROJECT}/webhooks/<uuid:webhook>"

urlpatterns: list[URLPattern] = [
    path("session", Session.as_view()),
    path("session/preferences", MyPreferences.as_view()),
    path("schema", OpenApi.as_view()),
    path("templates", Templates.as_view()),
    path("formats", Formats.as_view()),
    path("notices", Notices.as_view()),
    path("projects", Projects.as_view()),
    path(_PROJECT, OneProject.as_view()),
    path(f"{_PROJECT}/commands", Commands.as_view()),
    path(f"{_PROJECT}/schema", Schema.as_view()),
    path(f"{_PROJECT}/guideline", Guideline.as_view()),
    path(f"{_PROJECT}/guideline/versions", GuidelineVersions.as_view()),
    path(f"{_PROJECT}/guideline/read", GuidelineReads.as_view()),
    path(f"{_PROJECT}/members", Members.as_view()),
    path(f"{_PROJECT}/authors", Authors.as_view()),
    path(f"{_PROJECT}/documents", Documents.as_view()),
    path(_DOCUMENT, OneDocument.as_view()),
    path(f"{_DOCUMENT}/copies", DocumentCopies.as_view()),
    path(f"{_DOCUMENT}/history", History.as_view()),
    path(f"{_PROJECT}/next", Next.as_view()),
    path(f"{_PROJECT}/work", Work.as_view()),
    path(f"{_PROJECT}/assignment", Assignment.as_view()),
    path(f"{_PROJECT}/assignment/shares", HandOut.as_view()),
    path(f"{_PROJECT}/notices/read", NoticesRead.as_view()),
    path(f"{_DOCUMENT}/threads", Threads.as_view()),
    path(f"{_DOCUMENT}/restoration", Restorations.as_view()),
    path(f"{_DOCUMENT}/curation", Curation.as_view()),
    path(f"{_DOCUMENT}/gold", Gold.as_view()),
    path(f"{_DOCUMENT}/gold/<uuid:label>/certificate", Certificate.as_view()),
    path(f"{_PROJECT}/agreement", Agreement.as_view()),
    path(f"{_PROJECT}/agreement/cell", AgreementCell.as_view()),
    path(f"{_DOCUMENT}/my-results", OneOfMine.as_view()),
    path(f"{_DOCUMENT}/appeals", Appeals.as_view()),
    path(f"{_PROJECT}/my-results", MyDocuments.as_view()),
    path(f"{_PROJECT}/training", Training.as_view()),
    path(f"{_PROJECT}/policies", Policies.as_view()),
    path(f"{_PROJECT}/what-if", WhatIf.as_view()),
    path(f"{_PROJECT}/orphans", Orphans.as_view()),
    path(f"{_PROJECT}/queue", Queue.as_view()),
    path(f"{_PROJECT}/quality", Quality.as_view()),
    path(f"{_PROJECT}/quality/suggestions", Acceptance.as_view()),
    path(f"{_PROJECT}/events", Events.as_view()),
    path(f"{_PROJECT}/register", Register.as_view()),
    path(f"{_PROJECT}/register/<uuid:entity>/mentions", Mentions.as_view()),
    path(f"{_PROJECT}/sources", AllSources.as_view()),
    path(f"{_PROJECT}/sources/<uuid:source>/runs", SourceRuns.as_view()),
    path(f"{_PROJECT}/sources/<uuid:source>/file", SourceFile.as_view()),
    path(f"{_PROJECT}/gazetteer", Gazetteer.as_view()),
    path(f"{_PROJECT}/imports", Imports.as_view()),
    path(f"{_PROJECT}/exports", Exports.as_view()),
    path(f"{_PROJECT}/releases", Releases.as_view()),
    path(f"{_PROJECT}/releases/<uuid:release>", OneRelease.as_view()),
    path(f"{_PROJECT}/gold/diff", GoldDiff.as_view()),
    path(f"{_PROJECT}/gold/changes", GoldChanges.as_view()),
    path(f"{_PROJECT}/webhooks", Webhooks.as_view()),
    path(_WEBHOOK, OneWebhook.as_view()),
    path(f"{_WEBHOOK}/secret", WebhookSecret.as_view()),
    path(f"{_WEBHOOK}/test", WebhookTest.as_view()),
    path(f"{_WEBHOOK}/redelivery", WebhookRedelivery.as_view()),
    path(f"{_PROJECT}/erasures", Erasures.as_view()),
    path(f"{_PROJECT}/erasures/preview", ErasurePreviews.as_view()),
    path(f"{_PROJECT}/retries", Retries.as_view()),
    path("rebuilds", Rebuilds.as_view()),
    path("rebuilds/<uuid:job>", OneRebuild.as_view()),
    path(f"{_PROJECT}/jobs", Jobs.as_view()),
    path(f"{_PROJECT}/jobs/<uuid:job>", OneJob.as_view()),
    path(f"{_PROJECT}/jobs/<uuid:job>/file", JobFile.as_view()),
    re_path("", no_such_path),
]
