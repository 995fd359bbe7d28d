"""Releases as tests make them."""

import io
import json
import zipfile
from typing import Any
from uuid import UUID

from annotator.jobs import files
from annotator.jobs.work import work_on
from tests.support.people import Person, World, new_id


def release(world: World, name: str = "1.0", **data: Any) -> Any:
    """A release as the API shows it."""
    made = new_id()
    world.mona.do(world.project, {"type": "make_release", "data": {"release": made, "name": name, **data}})
    return world.mona.get(f"{world.path}/releases/{made}").ok()


def download(world: World, person: Person | None = None, **body: Any) -> bytes:
    """The file of an export."""
    asked = (person or world.carol).ask("POST", f"{world.path}/exports", {"format": "jsonl", **body}).ok()
    assert work_on(UUID(asked["id"])) == "done"
    stored = files.find(UUID(asked["id"]), "result")
    assert stored is not None
    return b"".join(files.pieces(stored))


def member(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def manifest(data: bytes) -> Any:
    return json.loads(member(data, "manifest.json"))
