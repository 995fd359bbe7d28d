"""The paths of imports, exports and jobs, below /api/v1/."""

from django.urls import path

from annotator.api.exports import Exports
from annotator.api.imports import Imports
from annotator.api.jobs import JobFile, Jobs, OneJob

_PROJECT = "projects/<uuid:project>"

urlpatterns = [
    path(f"{_PROJECT}/imports", Imports.as_view()),
    path(f"{_PROJECT}/exports", Exports.as_view()),
    path(f"{_PROJECT}/jobs", Jobs.as_view()),
    path(f"{_PROJECT}/jobs/<uuid:job>", OneJob.as_view()),
    path(f"{_PROJECT}/jobs/<uuid:job>/file", JobFile.as_view()),
]
