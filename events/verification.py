"""Is the log what it was? Every break is named with its position and with what is wrong there."""

import queue
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from events import chain
from events.chain import Break, check_stretch, hash_at, head_of
from events.diagnosis import diagnose
from events.left_out import left_out_of
from events.proofs import check_signatures
from events.store import projects
from events.streams import StreamRef

__all__ = ["BEGINNING", "Break", "Checked", "Start", "around", "logs", "verify", "verify_all"]

Task = Callable[[Any], list[Break]]


@dataclass(frozen=True, slots=True)
class Start:
    """Where a verification begins: behind a position whose hash is known to be sound."""

    position: int
    hash: bytes


BEGINNING = Start(0, b"")


@dataclass(frozen=True, slots=True)
class Checked:
    """How far a project's chain was checked, and the breaks found since the last report."""

    project: UUID
    position: int
    head: int
    breaks: tuple[Break, ...]
    is_last: bool = False


def verify(project: UUID, *, start: Start = BEGINNING, workers: int = 1) -> Generator[Checked, None, None]:
    """Check one project's log, with a report for each stretch and one at the end for what is around the chain.

    The chain shows changed, missing, moved and added events. A tail that was cut off shows by commands that are known
    to have written further, and by signed checkpoints; a chain that was made anew shows by these alone. What is wrong
    with versions, with the registry of streams, with contents and with erasures is told after the chain.
    """
    return verify_all([(project, start)], workers=workers)


def verify_all(chosen: Sequence[tuple[UUID, Start]], *, workers: int = 1) -> Generator[Checked, None, None]:
    """Check several logs, one after the other, with so many connections at once: the database does the work."""
    with _at_work(workers) as submit:
        plans = [_plan(project, start) for project, start in chosen]
        begun = [[(upto, submit(task)) for upto, task in plan.tasks] for plan in plans]
        for plan, tasks in zip(plans, begun, strict=True):
            yield from _reports(plan, tasks)


def logs() -> list[UUID]:
    """Every project of which anything is left: one that was taken off the list of logs is found, too."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT project FROM es.stream UNION SELECT project FROM es.command
               UNION SELECT project FROM es.chain_checkpoint"""
        )
        others = {row[0] for row in cursor.fetchall()}
    listed = projects()
    return [*listed, *sorted(others.difference(listed))]


@dataclass(frozen=True, slots=True)
class _Plan:
    project: UUID
    head: int
    tasks: list[tuple[int, Task]]


def _plan(project: UUID, start: Start) -> _Plan:
    """The stretches of a log, each checked by the hash that the log has before it, so that they need no order."""
    with connection.cursor() as cursor:
        head = head_of(cursor, project)
        if hash_at(cursor, project, start.position) != start.hash:
            start = BEGINNING  # nothing may be taken for granted
        tasks: list[tuple[int, Task]] = []
        after, known = start.position, start.hash or None if start.position else b""
        while after < head:
            upto = min(after + chain.CHUNK, head)
            tasks.append((upto, _stretch(project, after, upto, known)))
            after, known = upto, hash_at(cursor, project, upto)
    tasks.append((head, _around(project, start.position, head)))
    return _Plan(project, head, tasks)


def _stretch(project: UUID, after: int, upto: int, known: bytes | None) -> Task:
    def check(cursor: Any) -> list[Break]:
        found = list(check_stretch(cursor, project, after, upto, known))
        if hash_at(cursor, project, upto) is None:
            found.append(_without_end(cursor, project, after, upto))
        if found:
            found[0] = diagnose(cursor, found[0], [each.position for each in found])
        return found

    return check


def _without_end(cursor: Any, project: UUID, after: int, upto: int) -> Break:
    cursor.execute(
        "SELECT max(position) FROM es.event WHERE project = %s AND position > %s AND position <= %s",
        [project, after, upto],
    )
    last = cursor.fetchone()[0] or after
    return Break(project, last + 1, "missing", f"there are no events from here to {upto}")


def around(cursor: Any, project: UUID, *, after: int = 0) -> list[Break]:
    """What is wrong around a project's chain: versions, names, erasures, contents of events behind ``after``."""
    left_out = left_out_of(project)
    values = [project, after, left_out.position, list(left_out.contents)]
    cursor.execute("SELECT * FROM es.verify_rest(%s, %s, %s, %s)", values)
    rest = [Break(project, *row) for row in cursor.fetchall()]
    return [*rest, *_names(cursor, project)]


def _around(project: UUID, after: int, head: int) -> Task:
    def check(cursor: Any) -> list[Break]:
        return [*around(cursor, project, after=after), *check_signatures(cursor, project, head)]

    return check


def _names(cursor: Any, project: UUID) -> Iterator[Break]:
    """A stream's id follows from its name, and the chain covers the id: so the registry is proven with it."""
    sql = """SELECT s.kind, s.subject, s.owner, s.stream, coalesce(e.position, 0) FROM es.stream s
               LEFT JOIN es.event e ON e.project = s.project AND e.stream = s.stream AND e.version = 1
              WHERE s.project = %s"""
    cursor.execute(sql, [project])
    for kind, subject, owner, stream, position in cursor.fetchall():
        if StreamRef(project, kind, subject, owner).id != stream:
            yield Break(project, position, "changed", f"stream {stream} is registered under another name")


def _reports(plan: _Plan, tasks: list[tuple[int, "Future[list[Break]]"]]) -> Iterator[Checked]:
    for n, (upto, future) in enumerate(tasks, 1):
        yield Checked(plan.project, upto, plan.head, tuple(future.result()), is_last=n == len(tasks))


Submit = Callable[[Task], "Future[list[Break]]"]


@contextmanager
def _at_work(workers: int) -> Iterator[Submit]:
    """Threads with a connection each; with one worker, the caller's own, when a result is asked for."""
    if workers < 2:
        yield _later
        return
    waiting: queue.SimpleQueue[tuple[Task, Future[list[Break]]] | None] = queue.SimpleQueue()
    threads = [threading.Thread(target=_work, args=[waiting], daemon=True) for _ in range(workers)]
    for thread in threads:
        thread.start()

    def submit(task: Task) -> "Future[list[Break]]":
        future: Future[list[Break]] = Future()
        waiting.put((task, future))
        return future

    try:
        yield submit
    finally:
        while not waiting.empty():  # what nobody waits for any more
            waiting.get()
        for _ in threads:
            waiting.put(None)


def _work(waiting: "queue.SimpleQueue[tuple[Task, Future[list[Break]]] | None]") -> None:
    try:
        while (job := waiting.get()) is not None:
            task, future = job
            _run(task, future)
    finally:
        connection.close()


def _run(task: Task, future: "Future[list[Break]]") -> None:
    try:
        with connection.cursor() as cursor:
            future.set_result(task(cursor))
    except BaseException as error:
        future.set_exception(error)


class _Lazy(Future[list[Break]]):
    """Done when it is asked for: so the caller's progress is the work's."""

    def __init__(self, task: Task) -> None:
        super().__init__()
        self._task = task

    def result(self, timeout: float | None = None) -> list[Break]:
        if not self.done():
            _run(self._task, self)
        return super().result(timeout)


def _later(task: Task) -> "Future[list[Break]]":
    return _Lazy(task)
