"""Files in and out of the whole product: ``python -m tests.bench.bench_io [--documents N]``.

Prints the time, the processor seconds of worker and database, and the highest memory of web and worker, for an import of
N articles with four spans each and for the export in every format. Memory that does not grow with N is constant: give
another N and compare.
"""

import argparse
import json
import threading
import time
from collections.abc import Callable
from typing import Any

from annotator.formats.registry import formats
from tests.bench.bench_service import Bench, _text, _words
from tests.bench.figures import head, row
from tests.support.service import Service, _pss, _tree, service

GOALS = {"import": "≤ 5 s", "jsonl": "≤ 1.5 s", "conll2003": "≤ 3 s"}  # of 10,000 documents
WATCHED = ("web", "worker")


def main() -> None:
    """Print the rows of import and export."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=10_000)
    count = parser.parse_args().documents
    head()
    with service() as running:
        bench = Bench(running)
        body = "\n".join(_line(n) for n in range(count)).encode()

        def imported() -> None:
            path = f"{bench.path}/imports?format=jsonl&name=marked.jsonl"
            bench._finished(json.loads(bench.manager.raw("POST", path, body))["id"])

        name = f"import {count:,} articles with {4 * count:,} spans ({len(body) / 1e6:.0f} MB)"
        _measured(running, name, imported, GOALS["import"] if count == 10_000 else "")
        for key in [key for key, form in formats().items() if form.writer]:
            _measured(
                running,
                f"export {count:,} as {key}",
                lambda key=key: bench._finished(_export(bench, key)),  # type: ignore[misc]
                GOALS.get(key, "") if count == 10_000 else "",
            )


def _export(bench: Bench, key: str) -> str:
    job: dict[str, Any] = bench.manager.post(f"{bench.path}/exports", {"format": key, "source": "sets"})
    return str(job["id"])


def _line(number: int) -> str:
    """An article of 2,700 characters, none a copy of another: each has words of its own."""
    text = " ".join(
        f"{word}{number % 9973 * (k % 7 == 0) or ''}" for k, word in enumerate(_text(2_500).split(" "))
    )
    marks = [{"start": start, "end": end, "label": "actor"} for start, end in _words(text, 4)]
    return json.dumps({"id": f"m-{number}", "title": f"marked {number + 1:,}", "text": text, "spans": marks})


def _measured(running: Service, work: str, do: Callable[[], None], goal: str) -> None:
    """Time, processor seconds and the highest memory while it was done."""
    before = {name: running.processor_seconds(name) for name in ("worker", "postgres")}
    begun = time.perf_counter()
    with _Peaks(running) as peaks:
        do()
    seconds = time.perf_counter() - begun
    spent = ", ".join(f"{name} {running.processor_seconds(name) - was:.1f}" for name, was in before.items())
    memory = ", ".join(f"{name} {peak / 2**20:.0f} MB" for name, peak in peaks.highest.items())
    row(work, f"{seconds:.1f} s (processor: {spent} s; peak {memory})", goal)


class _Peaks:
    """The highest memory of some processes with their children, looked at ten times a second."""

    def __init__(self, running: Service) -> None:
        self._pids = running.pids_now()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.highest = dict.fromkeys(WATCHED, 0)

    def __enter__(self) -> "_Peaks":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            for name in WATCHED:
                used = sum(_pss(pid) for pid in _tree(self._pids[name]))
                self.highest[name] = max(self.highest[name], used)


if __name__ == "__main__":
    main()
