import hashlib
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from annotator.projections.registry import REGISTRY
from tests.integration.jobs.corpus import a_document, a_mark, jsonl
from tests.integration.jobs.helpers import an_import, counts, seen
from tests.support.people import World

pytestmark = pytest.mark.django_db(transaction=True)


def said(*arguments: str, **options: Any) -> list[dict[str, Any]]:
    """The lines of JSON that a command prints."""
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=StringIO(), **options)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_files_are_imported_from_the_command_line(world: World, tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_bytes(jsonl(a_document("a"), a_mark("a", "Al-Bukamal")))
    (told,) = said("import", "--project", world.project, str(path))
    assert (told["accepted"], told["annotations"], told["format"]) == (1, 1, "jsonl")


def test_a_file_that_does_not_come_in_whole_is_a_failure(world: World, tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_bytes(jsonl(a_document("a"), a_mark("a", "Al-Bukamal", label="planet")))
    with pytest.raises(CommandError, match=r"articles\.jsonl"):
        said("import", "--project", world.project, str(path))
    with pytest.raises(CommandError, match="cannot be read"):
        said("import", "--project", world.project, str(tmp_path / "none"))


def test_an_export_from_the_command_line_is_the_same_each_time(world: World, tmp_path: Path) -> None:
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    for path in (first, second):
        (told,) = said("export", "--project", world.project, "--format", "jsonl", "-o", str(path))
        assert told["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.zip", "1.zip.sig", "2.zip", "2.zip.sig"]


def test_an_export_that_fails_leaves_no_file(world: World, tmp_path: Path) -> None:
    arguments = [
        "--project",
        world.project,
        "--format",
        "jsonl",
        "--at",
        "99999",
        "-o",
        str(tmp_path / "x.zip"),
    ]
    with pytest.raises(CommandError, match="position"):
        said("export", *arguments)
    assert not list(tmp_path.iterdir())


def test_without_a_worker_a_job_waits_and_says_so_and_the_sweep_does_it(world: World) -> None:
    made = an_import(world, jsonl(a_document("a")))
    waiting = seen(world, made)
    assert (waiting["state"], waiting["worker_seen_seconds"]) == ("waiting", None)
    assert "No worker has been seen" in (waiting["notice"] or "")
    call_command("sweep")
    after = seen(world, made)
    assert (after["state"], after["notice"]) == ("done", None)
    assert counts(world)["document_imported"] == 2


def test_the_sweep_brings_read_models_up_to_date(world: World) -> None:

    call_command("sweep")
    assert not [lag for lag in REGISTRY.lags() if lag.position < lag.head]
