"""How soon gold follows an edit, and how long it takes to judge everything anew: ``python -m tests.bench.bench_gold``.

An edit here is a finished set: from its acknowledgement to the moment in which another session of the database sees
the document's gold of that position. On the sample project, and in one of 10,000 documents (or so many as asked).
"""

import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import uuid_utils.compat as uuid_utils

from tests.bench.bench_service import Bench, _words
from tests.bench.figures import head, milliseconds, row
from tests.support.client import Client
from tests.support.service import Service, service

ANNOTATORS = ("ada", "ben", "cleo")
MARKS = 6  # places in a document
EDITS = 20
SENTENCE = (
    "The minister of the interior said in Rome that troops had left the border villages near the river. "
)


def main(documents: int = 10_000) -> None:
    """Print the rows."""
    head()
    with service(quiet=True) as running, psycopg.connect(running.dsn_readonly, autocommit=True) as reader:
        bench = Bench(running)
        row("edit to gold, the sample project", _follows(_sample(running), reader), "≤ 1 s")
        a_big_project(bench, documents)
        whole = f"{documents:,} documents"
        _until(lambda: _judged(reader, bench) == documents)
        row(f"edit to gold, {whole}", _follows(_seat(bench, bench.manager, reader), reader), "≤ 1 s")
        begun, spent = time.perf_counter(), running.processor_seconds("worker")
        at = bench.command("set_policy", {"policy": {"kind": "model", "text": False}})["last"]
        _until(lambda: _judged(reader, bench, policy=1) == documents)
        row(f"{whole} by another policy", f"{time.perf_counter() - begun:.1f} s", "–")
        _until(lambda: _learned(reader, bench, at) is not None)
        begun, first = time.perf_counter(), running.processor_seconds("worker")
        learned = _learned(reader, bench, at)
        _until(lambda: _judged(reader, bench, learned=learned) == documents)
        row(f"{whole} after a new learning", f"{time.perf_counter() - begun:.1f} s", "–")
        both = f"{first - spent:.1f} and {running.processor_seconds('worker') - first:.1f} s"
        row("processor time of the worker for the last two", both, "–")
        row(f"edit to gold, {whole}, model", _follows(_seat(bench, bench.manager, reader), reader), "≤ 1 s")


def a_big_project(bench: Bench, documents: int) -> None:
    """Documents that three annotators have finished."""
    body = "\n".join(_lines(documents)).encode()
    answer = bench.manager.raw("POST", f"{bench.path}/imports?format=jsonl&name=many.jsonl", body)
    bench._finished(json.loads(answer)["id"])


def _lines(documents: int) -> Iterator[str]:
    rng = random.Random(7)
    for n in range(documents):
        text = f"{n:06d} {SENTENCE * 8}".rstrip()
        yield json.dumps({"kind": "document", "id": f"d{n}", "text": text, "title": f"Article {n:,}"})
        places = _words(text, MARKS)
        for author in ANNOTATORS:
            yield json.dumps({"kind": "set", "author": author, "name": author, "status": "finished"})
            for start, end in places:
                if rng.random() < 0.8:
                    label = "actor" if rng.random() < 0.8 else "location"
                    mark = {"kind": "annotation", "author": author, "label": label, "spans": [[start, end]]}
                    yield json.dumps(mark)


def _sample(running: Service) -> Callable[[bool], tuple[str, str, int]]:
    """Finishes and reopens the set of a member in the sample; project, document and the position acknowledged."""
    client = Client(running.url, running.token("alice"))
    path = f"/api/v1/projects/{client.get('/api/v1/projects')['results'][0]['id']}"
    document = client.get(f"{path}/documents?limit=1")["results"][0]["document"]
    return _switch(client, path, document)


def _seat(bench: Bench, client: Client, reader: Any) -> Callable[[bool], tuple[str, str, int]]:
    sql = "SELECT document FROM read.gold_document WHERE project = %s ORDER BY imported DESC LIMIT 1"
    (document,) = reader.execute(sql, [bench.project]).fetchone()
    return _switch(client, bench.path, str(document))


def _switch(client: Client, path: str, document: str) -> Callable[[bool], tuple[str, str, int]]:
    def send(finish: bool) -> tuple[str, str, int]:
        name, data = ("finish_set", {}) if finish else ("reopen_set", {"reason": "slip"})
        body = {"id": str(uuid_utils.uuid7()), "type": name, "document": document, "data": data}
        outcome = client.post(f"{path}/commands", {"commands": [body]})["outcomes"][0]
        if outcome["status"] != "accepted":
            raise RuntimeError(str(outcome))
        return path.rpartition("/")[2], document, outcome["last"]

    return send


def _follows(send: Callable[[bool], tuple[str, str, int]], reader: Any) -> str:
    taken = []
    for n in range(EDITS):
        project, document, position = send(n % 2 == 0)
        begun = time.perf_counter()
        sql = "SELECT position FROM read.gold_document WHERE project = %s AND document = %s"
        while True:
            found = reader.execute(sql, [project, document]).fetchone()
            if found and found[0] >= position:
                break
            time.sleep(0.002)
        taken.append(time.perf_counter() - begun)
    return f"{milliseconds(taken)}, worst {1000 * max(taken):.0f} ms"


def _judged(reader: Any, bench: Bench, *, policy: int | None = None, learned: int | None = None) -> int:
    sql = """SELECT count(*) FROM read.gold_document WHERE project = %s
                AND (%s::int IS NULL OR policy_version = %s) AND (%s::bigint IS NULL OR learned_from = %s)"""
    found = reader.execute(sql, [bench.project, policy, policy, learned, learned]).fetchone()
    return int(found[0])


def _learned(reader: Any, bench: Bench, after: int) -> int | None:
    sql = """SELECT (payload ->> 'learned_from')::bigint FROM es.event
              WHERE project = %s AND position > %s AND type = 'reliability_learned' LIMIT 1"""
    found = reader.execute(sql, [bench.project, after]).fetchone()
    return int(found[0]) if found else None


def _until(done: Callable[[], bool]) -> None:
    while not done():
        time.sleep(0.05)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
