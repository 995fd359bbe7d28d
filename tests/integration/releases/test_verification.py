"""The file of an export proves itself, and whatever is done to it shows."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from django.core.management import CommandError, call_command

from annotator.formats.sink import Archive
from annotator.jobs.verification import verify
from events.configured import keys
from events.keys import Keys, parsed
from tests.integration.releases.releasing import download, release
from tests.support.people import World
from tests.support.service import ROOT

pytestmark = pytest.mark.django_db(transaction=True)

Members = dict[str, bytes]


def members(data: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Members) -> bytes:
    target = io.BytesIO()
    archive = Archive(target)
    for name, data in parts.items():
        with archive.file(name) as output:
            output.write(data)
    archive.close()
    return target.getvalue()


def renamed(parts: Members) -> Members:
    return {("gold.jsonl" if name == "data.jsonl" else name): data for name, data in parts.items()}


TAMPERED: dict[str, tuple[Callable[[Members], Members], str]] = {
    "changed": (
        lambda parts: {**parts, "data.jsonl": parts["data.jsonl"].replace(b"Iran", b"Iraq")},
        "data.jsonl: it is not what the manifest says",
    ),
    "missing": (
        lambda parts: {name: data for name, data in parts.items() if name != "README.txt"},
        "README.txt: it is missing",
    ),
    "extra": (lambda parts: {**parts, "more.txt": b"x"}, "more.txt: the manifest does not know it"),
    "renamed": (renamed, "data.jsonl: it is named gold.jsonl here"),
    "manifest": (
        lambda parts: {**parts, "manifest.json": parts["manifest.json"].replace(b'"gold"', b'"sets"')},
        "manifest.json: it is not signed by key",
    ),
    "unsigned": (
        lambda parts: {name: data for name, data in parts.items() if name != "manifest.sig"},
        "there is no signature",
    ),
    "bad signature": (lambda parts: {**parts, "manifest.sig": b"{}"}, "the signature cannot be read"),
}


@pytest.fixture
def data(world: World) -> bytes:
    release(world)
    return download(world, release="1.0", source="gold")


def test_whatever_is_done_to_a_file_is_told(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "gold.zip"
    path.write_bytes(data)
    assert verify(path).problems == []
    assert packed(members(data)) == data
    for name, (change, words) in TAMPERED.items():
        path.write_bytes(packed(change(members(data))))
        assert any(problem.startswith(words) for problem in verify(path).problems), name
    for more in (data[:-1], data[: len(data) // 2], b"", b"x" + data, data + b"x"):
        path.write_bytes(more)
        assert verify(path).problems


def test_no_byte_can_be_changed_unnoticed(data: bytes, tmp_path: Path) -> None:
    path, random = tmp_path / "gold.zip", Random(7)
    for place in [*range(30), *random.sample(range(len(data)), 150), *range(len(data) - 60, len(data))]:
        changed = bytearray(data)
        changed[place] ^= 1 << random.randrange(8)
        path.write_bytes(bytes(changed))
        assert verify(path).problems, place


def test_a_pinned_key_tells_who_signed(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "gold.zip"
    path.write_bytes(data)
    own, other = keys().current(), Keys(tmp_path / "other").current()
    assert verify(path, trusted=[own]).problems == []
    (problem,) = verify(path, trusted=[other]).problems
    assert "not the one asked for" in problem


def test_the_command_and_the_program_that_stands_alone_say_the_same(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    release(world)
    path, key = tmp_path / "gold.zip", tmp_path / "key.json"
    key.write_text(keys().current().to_json())
    assert parsed(key.read_text()) == keys().current()
    export = ["export", "--project", world.project, "--format", "jsonl", "--release", "1.0", "-o", str(path)]
    call_command(*export, stdout=io.StringIO())
    proof = tmp_path / "gold.zip.sig"
    for sound in (True, False):
        call = ["verify-export", str(path), "--key", str(key)]
        if sound:
            call_command(*call)
            assert capsys.readouterr().out.startswith("whole: 3 files, signed by key ")
        else:
            proof.write_bytes(proof.read_bytes().replace(b'"signature":"', b'"signature":"AA'))
            with pytest.raises(SystemExit) as ended:
                call_command(*call)
            assert ended.value.code == 1
            assert "manifest.json: it is not signed" in capsys.readouterr().out
        alone = [sys.executable, str(ROOT / "tools" / "verify_log.py"), str(path), str(key)]
        assert (subprocess.run(alone, capture_output=True, check=False).returncode == 0) == sound
    with pytest.raises(CommandError, match="is no public key"):
        call_command("verify-export", str(path), "--key", str(path))
