"""Import, annotate, follow and export with a Palimpsest server."""

from palimpsest.client import Client
from palimpsest.errors import Failed, Problem
from palimpsest.export import Export
from palimpsest.project import Project
from palimpsest.webhooks import NotVerified, verify

__all__ = ["Client", "Export", "Failed", "NotVerified", "Problem", "Project", "verify"]
