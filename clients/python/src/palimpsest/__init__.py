"""Import, annotate, follow and export with a Palimpsest server."""

from palimpsest.client import Client
from palimpsest.errors import Failed, Problem
from palimpsest.export import Export
from palimpsest.project import Project

__all__ = ["Client", "Export", "Failed", "Problem", "Project"]
