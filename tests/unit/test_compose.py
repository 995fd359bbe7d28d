"""The composition for one machine in production keeps to what `make run` does."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from annotator.supervisor import postgres, valkey

ROOT = Path(__file__).resolve().parents[2]
COMPOSITION: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSITION["services"]


def test_one_port_is_open_and_only_on_this_machine() -> None:
    open_ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert open_ports == ["127.0.0.1:${PORT:-8000}:8000"]


def test_the_parts_are_those_of_make_run() -> None:
    assert set(SERVICES) == {"postgres", "valkey", "web", "worker", "beat", "prepare"}


@pytest.mark.parametrize("name", ["postgres", "valkey", "web", "worker"])
def test_each_part_says_whether_it_is_well(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


def test_the_database_is_made_as_ours_is() -> None:
    arguments = SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split()
    assert set(arguments) == {*postgres.locale_options(18), "--data-checksums"}
    assert SERVICES["postgres"]["image"] == "postgres:18"


def test_the_broker_never_throws_a_key_away_and_keeps_a_log() -> None:
    command = SERVICES["valkey"]["command"]
    given = dict(zip(command[1::2], command[2::2], strict=True))
    for name in ("save", "appendonly", "appendfsync", "maxmemory", "maxmemory-policy"):
        assert given[f"--{name}"] == valkey.SETTINGS[name], name


def test_no_password_has_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for name in ("POSTGRES_PASSWORD", "PALIMPSEST_APP_PASSWORD", "PALIMPSEST_SECRET_KEY"):
        assert f"${{{name}:?" in text
        assert f"${{{name}:-" not in text
