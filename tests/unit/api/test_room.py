"""A change is refused before the disk is full."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from annotator.api import room
from annotator.api.problems import Problem


def with_free(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    monkeypatch.setattr("annotator.api.room.shutil.disk_usage", lambda _: SimpleNamespace(free=free))


def test_there_is_room_until_the_last_that_is_kept_for_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    with_free(monkeypatch, room.LEAST)
    room.check_room()
    with pytest.raises(Problem) as told:
        room.check_room(1)
    assert told.value.status == 507
    assert told.value.facts == {"free": room.LEAST, "needed": room.LEAST + 1}
    assert told.value.headers["Retry-After"]


def test_without_a_folder_here_nothing_is_known_and_nothing_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "PALIMPSEST_HOME", tmp_path / "elsewhere")
    room.check_room(2**60)
