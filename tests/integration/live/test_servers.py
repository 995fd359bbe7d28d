"""The feed through a real server that is killed again and again, and told to stop while it is read."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from annotator.accounts.caller import CALLERS
from tests.support.people import World, a_world, with_token
from tests.support.ports import free_port
from tests.support.servers import ROOT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("valkey_url")]

KILLS = 4
EDITS = 60


@pytest.fixture
def world() -> World:
    CALLERS.clear()
    return a_world()


@contextmanager
def a_server(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The web server on a port; killed at the end if it still runs."""
    environment = {**os.environ, "PALIMPSEST_PROCESS": "web", "PORT": str(port)}
    command = [sys.executable, "-m", "annotator.config.web"]
    started = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    try:
        while started.poll() is None:
            try:
                httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=1.0)
                break
            except httpx.HTTPError:
                time.sleep(0.05)
        yield started
    finally:
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()


class Reader:
    """Follows as a browser does: comes back with the last id it saw."""

    def __init__(self, world: World, port: int) -> None:
        program = with_token(world.alice)
        self.url = f"http://127.0.0.1:{port}/api/v1{world.path}/feed?document={world.document}"
        self.headers = dict(program.headers)
        self.last = ""
        self.positions: list[int] = []

    def read(self, count: int) -> None:
        """Some events more, or as many as come before the server is gone."""
        headers = {**self.headers, **({"Last-Event-ID": self.last} if self.last else {})}
        try:
            with httpx.stream("GET", self.url, headers=headers, timeout=10.0) as answer:
                assert answer.status_code == 200
                for line in answer.iter_lines():
                    self._take(line)
                    if len(self.positions) >= count:
                        return
        except httpx.HTTPError:
            time.sleep(0.05)

    def _take(self, line: str) -> None:
        name, _, value = line.partition(": ")
        if name == "id":
            self.last = value
        elif name == "data" and "position" in (data := json.loads(value)) and "stream" in data:
            self.positions.append(data["position"])


def test_a_reader_misses_nothing_while_servers_are_killed(world: World) -> None:
    port = free_port()
    reader = Reader(world, port)
    reader.last = "0"
    told = [event["position"] for event in world.events(world.alice, f"{world.document_path}/history")]
    for n in range(KILLS):
        with a_server(port) as server:
            marks = [world.annotation("Al-Bukamal") for _ in range(EDITS // KILLS)]
            told += [outcome["last"] for outcome in world.alice.do(world.project, *marks)]
            reader.read(len(told) - (3 if n < KILLS - 1 else 0))
            os.killpg(server.pid, signal.SIGKILL)
    assert reader.positions == told


def test_a_server_that_is_told_to_stop_ends_open_feeds_and_goes_soon(world: World) -> None:
    port = free_port()
    reader = Reader(world, port)
    with a_server(port) as server:
        with httpx.stream("GET", reader.url, headers=reader.headers, timeout=10.0) as answer:
            lines = answer.iter_lines()
            assert next(lines) == "retry: 1000"
            begun = time.monotonic()
            server.send_signal(signal.SIGTERM)
            assert not [line for line in lines if line.startswith("data") and "stream" in line]
        server.wait(10)
        assert time.monotonic() - begun < 2.5
