"""What the environment says: safe when it says nothing, refused when it says nonsense."""

import stat
from pathlib import Path

import pytest

from annotator.config.database import database
from annotator.config.environment import BadEnvironment, Environment, Process, inherited, read, secret_key

GOOD_KEY = "q8Zt0-Vn4yLr2Xk7Wm1Bc5Jd9Fh3Gs6Ta_PeRuYiOaSdFgHjKlZ"


def a_process(home: Path, process: Process, **variables: str) -> Environment:
    return read({"PALIMPSEST_HOME": str(home), "PALIMPSEST_PROCESS": process, **variables})


def test_an_empty_environment_is_safe() -> None:
    settings = read({"HOME": "/home/alice"})
    assert settings.home == Path("/home/alice/.local/share/palimpsest")
    assert (settings.host, settings.port, settings.port_is_chosen) == ("127.0.0.1", 8000, False)
    assert (settings.database_url, settings.redis_url, settings.without_broker) == ("", "", False)
    assert not settings.https
    assert not settings.encrypt_logs
    assert read({"HOME": "/home/alice", "PALIMPSEST_ENCRYPT_LOGS": "yes"}).encrypt_logs


def test_the_home_follows_the_desktops_convention() -> None:
    assert read({"XDG_DATA_HOME": "/data", "HOME": "/home/alice"}).home == Path("/data/palimpsest")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PALIMPSEST_ENCRYPT_LOGS", "1"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "٨٠٠٠"),
        ("DATABASE_URL", "mysql://host/name"),
        ("DATABASE_OWNER_URL", "host=x"),
        ("REDIS_URL", "amqp://host"),
        ("PALIMPSEST_PUBLIC_URL", "annotate.example"),
        ("PALIMPSEST_PROCESS", "bicycle"),
        ("PALIMPSEST_SECRET_KEY", "short"),
        ("PALIMPSEST_SECRET_KEY", "x" * 60),
        ("PALIMPSEST_SECRET_KEY", f"django-insecure-{GOOD_KEY}"),
    ],
)
def test_nonsense_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(BadEnvironment, match=name):
        read({"HOME": "/home/alice", name: value})


def test_commands_use_the_servers_of_the_running_service() -> None:
    running = {"database_url": "postgresql://embedded/x", "redis_url": "unix:///run/v"}
    settings = read({"HOME": "/h"}, running=running)
    assert (settings.database_url, settings.redis_url) == ("postgresql://embedded/x", "unix:///run/v")


def test_a_database_that_is_given_is_never_mixed_with_the_embedded_ones_owner() -> None:
    running = {
        "database_url": "postgresql://embedded/x",
        "database_owner_url": "postgresql://owner@embedded/x",
    }
    settings = read({"HOME": "/h", "DATABASE_URL": "postgresql://mine/x"}, running=running)
    assert (settings.database_url, settings.database_owner_url) == ("postgresql://mine/x", "")


def test_the_secret_key_is_made_once_and_kept_for_its_owner(tmp_path: Path) -> None:
    key = secret_key(a_process(tmp_path / "home", "web"))
    assert len(key) >= 50
    assert secret_key(a_process(tmp_path / "home", "command")) == key
    assert stat.S_IMODE((tmp_path / "home/secret-key").stat().st_mode) == 0o600


def test_a_command_makes_no_home(tmp_path: Path) -> None:
    assert secret_key(a_process(tmp_path / "home", "command")) != secret_key(
        a_process(tmp_path / "home", "command")
    )
    assert not (tmp_path / "home").exists()


def test_a_kept_key_that_is_well_known_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("changeme" * 10)
    with pytest.raises(BadEnvironment, match="well known"):
        secret_key(a_process(tmp_path, "web"))


def test_only_the_owner_keeps_the_rights_to_change_tables(tmp_path: Path) -> None:
    urls = {"DATABASE_URL": "postgresql://app:a@/x", "DATABASE_OWNER_URL": "postgresql://owner:o@/x"}
    web, owner = (database(a_process(tmp_path, name, **urls)) for name in ("web", "owner"))
    assert (web["USER"], owner["USER"]) == ("app", "owner")
    assert "-c role=palimpsest_app" in web["OPTIONS"]["options"]
    assert "role=" not in owner["OPTIONS"]["options"]


def test_a_request_never_waits_long_for_the_database(tmp_path: Path) -> None:
    options = database(a_process(tmp_path, "web", DATABASE_URL="postgresql://h/x?sslmode=require"))["OPTIONS"]
    assert options["pool"]["timeout"] == options["connect_timeout"] == 2
    assert options["pool"]["reconnect_timeout"] <= 5, (
        "or an outage of a minute is followed by half a minute more"
    )
    assert "statement_timeout=15000" in options["options"]
    assert options["sslmode"] == "require"


def test_a_child_inherits_nothing_that_changes_how_it_speaks_to_the_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGHOST", "elsewhere")
    monkeypatch.setenv("LC_ALL", "C")
    child = inherited(REDIS_URL="none", DATABASE_OWNER_URL="")
    assert {"PGHOST", "LC_ALL", "DATABASE_OWNER_URL"}.isdisjoint(child)
    assert child["REDIS_URL"] == "none"
