"""Each process of the running product is killed once amid a thousand writes; nothing acknowledged is lost."""

import json
import os
import signal
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
import pytest
import uuid_utils.compat as uuid_utils

from tests.support.client import Client
from tests.support.service import Service, service

WRITES = 1_000
WRITERS = 4
PATIENCE = 60  # seconds until a write must have been answered
KILLED = ("web", "worker", "valkey", "postgres")
TEXT = "Hezbollah entered the city. " * 1_000


@pytest.fixture(scope="module")
def running() -> Iterator[Service]:
    with service() as started:
        yield started


@dataclass
class Writer:
    """One annotator: sends each command until it is answered, as the browser's outbox does."""

    url: str
    token: str
    project: UUID
    document: UUID
    sent: list[str] = field(default_factory=list)
    acknowledged: dict[str, int] = field(default_factory=dict)
    resent: int = 0

    def run(self) -> None:
        for n in range(WRITES // WRITERS):
            body = self._command(n)
            self.sent.append(body["id"])
            self.acknowledged[body["id"]] = self._until_answered(body)

    def _until_answered(self, body: dict[str, Any]) -> int:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                with Client(self.url, self.token) as client:
                    answer = client.post(f"/api/v1/projects/{self.project}/commands", {"commands": [body]})
            except (OSError, RuntimeError):
                self.resent += 1
                time.sleep(0.05)
                continue
            outcome = answer["outcomes"][0]
            assert outcome["status"] in ("accepted", "duplicate"), outcome
            return int(outcome["last"])
        raise TimeoutError(f"no answer in {PATIENCE} s")

    def _command(self, n: int) -> dict[str, Any]:
        start = 28 * n
        data: dict[str, Any] = {
            "annotation": str(uuid_utils.uuid7()),
            "label": "actor",
            "spans": [[start, start + 9]],
            "quote": TEXT[start : start + 9],
            "attributes": {},
            "entity": None,
            "origin": "hand",
            "text_version": 1,
        }
        command = str(uuid_utils.uuid7())
        return {"id": command, "type": "add_annotation", "document": str(self.document), "data": data}


def test_nothing_acknowledged_is_lost_when_each_process_is_killed_once(running: Service) -> None:
    project, writers = _prepare(running)
    threads = [threading.Thread(target=writer.run) for writer in writers]
    for thread in threads:
        thread.start()
    for name in KILLED:
        _wait_for(lambda: True, seconds=1)
        _kill(running, name)
        time.sleep(3)
    for thread in threads:
        thread.join(PATIENCE * 4)
    assert not any(thread.is_alive() for thread in threads)

    acknowledged = {key: at for writer in writers for key, at in writer.acknowledged.items()}
    assert len(acknowledged) == WRITES
    assert sum(writer.resent for writer in writers) > 0, "no kill was felt: the test proves nothing"
    # The last kill may have come after the last answer: the server may still be on its way back.
    _wait_for(lambda: _database_answers(running), seconds=30)
    rows = _log(running, project)
    assert [position for position, _, _ in rows] == list(range(1, len(rows) + 1))
    written = {str(command): position for position, command, type_ in rows if type_ == "annotation_added"}
    assert len([type_ for _, _, type_ in rows if type_ == "annotation_added"]) == WRITES, "each once"
    assert written == acknowledged
    _everything_recovers(running, project, len(rows))


def _everything_recovers(running: Service, project: UUID, head: int) -> None:
    def current() -> bool:
        try:
            with urllib.request.urlopen(f"{running.url}/readyz", timeout=5) as answer:
                told = json.load(answer)
        except OSError:
            return False
        return bool(told["ok"]) and all(each["lag_events"] == 0 for each in told["projections"])

    _wait_for(current, seconds=60)
    running.manage("verify", "--project", str(project))
    live = running.manage("state-hash", "--project", str(project), "--from", "live")
    assert live == running.manage("state-hash", "--project", str(project), "--from", "replay")
    assert head > WRITES


def _prepare(running: Service) -> tuple[UUID, list[Writer]]:
    project, document = uuid_utils.uuid7(), uuid_utils.uuid7()
    manager = Client(running.url, running.token("fault-manager"))
    path = f"/api/v1/projects/{project}/commands"
    _accepted(manager, path, "create_project", {"name": "Faults", "languages": ["en"]})
    label = {"key": "actor", "name": "Actor", "color": "#0072B2", "shortcut": "a", "attributes": []}
    _accepted(manager, path, "define_label", label)
    article = {
        "document": str(document),
        "title": "Faults",
        "text": TEXT,
        "languages": [{"start": 0, "end": len(TEXT), "lang": "en"}],
    }
    _accepted(manager, path, "import_document", article, document=document)
    writers = []
    for n in range(WRITERS):
        token = running.token(f"fault-writer-{n}")
        me = Client(running.url, token).get("/api/v1/session")["account"]["id"]
        _accepted(manager, path, "set_member", {"member": me, "role": "annotator"})
        writers.append(Writer(running.url, token, project, document))
    return project, writers


def _accepted(
    client: Client, path: str, name: str, data: dict[str, Any], document: UUID | None = None
) -> None:
    body = {"id": str(uuid_utils.uuid7()), "type": name, "data": data}
    if document:
        body["document"] = str(document)
    outcome = client.post(path, {"commands": [body]})["outcomes"][0]
    assert outcome["status"] == "accepted", outcome


def _kill(running: Service, name: str) -> None:
    """SIGKILL of a process and, for the web server, of its children too: a whole crash."""
    pids = running.pids_now()
    os.kill(pids[name], signal.SIGKILL)


def _log(running: Service, project: UUID) -> list[tuple[int, UUID, str]]:
    with psycopg.connect(running.dsn_readonly) as connection:
        sql = "SELECT position, command_id, type FROM es.event WHERE project = %s ORDER BY position"
        return connection.execute(sql, [project]).fetchall()


def _database_answers(running: Service) -> bool:
    try:
        psycopg.connect(running.dsn_readonly, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _wait_for(condition: Any, *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come back in time"
        time.sleep(0.2)
