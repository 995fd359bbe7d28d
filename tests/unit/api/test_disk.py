"""A change is refused before the disk is full."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from annotator.api import disk
from annotator.api.problems import Problem


def with_free(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    monkeypatch.setattr("annotator.api.disk.shutil.disk_usage", lambda _: SimpleNamespace(free=free))


def test_there_is_space_until_the_last_that_is_kept_for_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    with_free(monkeypatch, disk.LEAST)
    disk.check_space()
    with pytest.raises(Problem) as told:
        disk.check_space(1)
    assert told.value.status == 507
    assert told.value.facts == {"free": disk.LEAST, "needed": disk.LEAST + 1}
    assert told.value.headers["Retry-After"]


def test_without_a_folder_here_nothing_is_known_and_nothing_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "PALIMPSEST_HOME", tmp_path / "elsewhere")
    disk.check_space(2**60)
