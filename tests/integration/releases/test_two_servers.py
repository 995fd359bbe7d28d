"""A release is the same bytes on every server that has the log, in every format."""

import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command

from annotator.application.segmenting import segment_new
from annotator.formats.registry import formats
from annotator.jobs.exporting import Wanted, write_export
from annotator.supervisor.postgres import Postgres
from tests.integration.events.moving import another_database, manage
from tests.integration.releases.releasing import release
from tests.support.people import World, new_id
from tests.support.servers import ROOT

pytestmark = pytest.mark.django_db(transaction=True)

# Said on both servers in the same words.
DIGESTS = """
def digests(project, name):
    return {
        f"{key}/{source}": hashlib.sha256(bytes_of(project, name, key, source)).hexdigest()
        for key, form in formats().items() if form.writer
        for source in ("gold", "sets")
    }

def bytes_of(project, name, key, source):
    target = io.BytesIO()
    write_export(Wanted(project=UUID(project), format=key, source=source, release=name), target)
    return target.getvalue()
"""
THERE = """
import hashlib, io, json, django
from uuid import UUID
django.setup()
from annotator.formats.registry import formats
from annotator.jobs.exporting import Wanted, write_export
{digests}
print(json.dumps(digests({project!r}, {name!r})))
"""


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Path) -> None:
    settings.EVENTS_KEYS = tmp_path / "keys"


def digests_here(project: str, name: str) -> dict[str, str]:
    """SHA-256 of the release in every format that can be written."""
    names: dict[str, Any] = {
        "hashlib": hashlib,
        "io": io,
        "UUID": UUID,
        "formats": formats,
        "Wanted": Wanted,
        "write_export": write_export,
    }
    exec(DIGESTS, names)
    found: dict[str, str] = names["digests"](project, name)
    return found


def test_a_release_is_the_same_on_a_server_that_got_the_log(
    world: World, postgres_server: Postgres, tmp_path: Path
) -> None:
    place = {"entity": new_id(), "entity_type": "location", "name": "Al-Bukamal"}
    world.carol.do(world.project, {"type": "add_entity", "data": place})
    world.alice.do(world.project, world.about("reopen_set", reason=""))
    where = world.annotation("Syrian army", label="actor")
    world.alice.do(world.project, where, world.finish())
    segment_new(UUID(world.project))
    release(world, "1.0", licence="CC-BY-4.0")
    here = digests_here(world.project, "1.0")
    assert len(here) >= 30
    path = tmp_path / "log.zip"
    call_command("log", "export", world.project, str(path))
    with another_database(postgres_server, tmp_path / "home") as there:
        manage({**there, "PALIMPSEST_PROCESS": "owner"}, "migrate", "--verbosity", "0")
        manage(there, "log", "import", str(path))
        script = THERE.format(digests=DIGESTS, project=world.project, name="1.0")
        environment = {**there, "DJANGO_SETTINGS_MODULE": "annotator.config.settings", "REDIS_URL": "none"}
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, cwd=ROOT, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == here
