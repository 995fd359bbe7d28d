"""``make mutants``: is every small change to the rules of the log noticed by a test?

Each mutant is put into a process forked from this one, which has the servers and all modules ready, and its tests are
run there until the first fails. Survivors are listed; those with a reason in ``spared.py`` are expected.
"""

import importlib
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from tests.mutants import python, sql
from tests.mutants.spared import SPARED

PATIENCE = 300  # seconds; a mutant that takes longer is noticed
EVENTS = (
    *(
        "tests/unit/events/test_request.py",
        "tests/unit/events/test_decider.py",
        "tests/unit/events/test_catalog.py",
    ),
    *("tests/integration/events/test_contract.py", "tests/integration/events/test_handler.py"),
)
UNIT = "tests/unit/domain/test_{}.py"
DOMAIN = (
    *map(
        UNIT.format,
        ("folds", "annotation_set", "links", "document", "project", "label_schema", "curation", "register"),
    ),
    "tests/property/domain/test_deciders.py",
)
NEWER = ("segmentation", "sources", "suggestions", "thread", "webhook")
FOLDS = (UNIT.format("folds"), UNIT.format("release"), UNIT.format("guideline"))
READ_MODELS = ("tests/integration/projections/test_board_model.py",)
PROJECTIONS = ("annotator.projections.board", "annotator.projections.membership")
"""Their statements are changed, and what runs them."""
PYTHON: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "events.request": (EVENTS, ()),
    "events.store": (EVENTS, ("Store",)),
    "events.decider": (("tests/unit/events/test_decider.py", "tests/property/events/test_folds.py"), ()),
    "annotator.domain.annotation_set": (
        DOMAIN,
        ("evolve", "_annotation", "_link", "_with_link", "_without_link"),
    ),
    "annotator.domain.erasure": (FOLDS, ("evolve",)),
    "annotator.domain.guideline": (FOLDS, ("evolve",)),
    "annotator.domain.release": (FOLDS, ("evolve",)),
    **{f"annotator.domain.{name}": (FOLDS, ("evolve", "_with")) for name in NEWER},
    "annotator.domain.maps": (DOMAIN, ()),
    "annotator.domain.document": (DOMAIN, ("evolve",)),
    "annotator.domain.project": (DOMAIN, ("evolve",)),
    "annotator.domain.label_schema": (DOMAIN, ("evolve", "_label", "_link_type")),
    "annotator.domain.curation": (DOMAIN, ("evolve", "_answered", "_decision", "_without")),
    "annotator.projections.board": (READ_MODELS, ()),
    "annotator.projections.membership": (READ_MODELS, ()),
    "annotator.domain.register": (DOMAIN, ("evolve", "_entity")),
}
STATEMENTS = {"conflict": EVENTS}


def main(chosen: list[str]) -> int:
    conftest = importlib.import_module("tests.conftest")
    log = Path(os.environ.get("MUTANTS_LOG", os.devnull))
    begun, survivors, killed = time.monotonic(), list[str](), 0
    with _servers(conftest) as owner:
        for tests in {each for name, each in _tests() if not chosen or name in chosen}:
            assert _survives(tests, lambda: None, log), f"{tests} fail without any mutant"
        for what, tests, change, undo in _all(owner, chosen):
            if _survives(tests, change, log):
                survivors.append(what)
                print(f"{'spared  ' if _reason(what) else 'SURVIVED'} {what} {_reason(what)}", flush=True)
            else:
                killed += 1
            undo()
    open_ = [what for what in survivors if not _reason(what)]
    print(f"{killed} of {killed + len(survivors)} noticed, {len(open_)} without a reason, "
          f"{time.monotonic() - begun:.0f} s")  # fmt: skip
    return 1 if open_ else 0


Put = Callable[[], object]


def _tests() -> Iterator[tuple[str, tuple[str, ...]]]:
    yield from ((module, tests) for module, (tests, _) in PYTHON.items())
    yield from STATEMENTS.items()


def _all(owner: str, chosen: list[str]) -> Iterator[tuple[str, tuple[str, ...], Put, Put]]:
    for module, (tests, only) in PYTHON.items():
        if not chosen or module in chosen:
            for each in python.mutants(module, only=only):
                yield f"{module}: {each.what}", tests, each.put, lambda: None
        if module in PROJECTIONS and (not chosen or module in chosen):
            for fold in sql.folds(module):
                yield f"{module}: {fold.what}", tests, fold.put, lambda: None
    for name, tests in STATEMENTS.items():
        if not chosen or name in chosen:
            whole = (sql.SQL / f"{name}.sql").read_text("utf-8")
            for changed in sql.mutants(name):
                if _replaced(owner, changed.text):
                    yield changed.what, tests, lambda: None, lambda t=whole: _replaced(owner, t)  # type: ignore[misc]


def _replaced(owner: str, text: str) -> bool:
    """Whether it is SQL at all: what the database refuses is no mutant."""
    with psycopg.connect(owner, autocommit=True) as connection, suppress(psycopg.Error):
        connection.execute(text.encode())
        return True
    return False


def _survives(tests: tuple[str, ...], change: Put, log: Path) -> bool:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with open(log, "ab") as out:
                os.dup2(out.fileno(), 1)
                os.dup2(out.fileno(), 2)
            change()
            code = int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *tests]))
        finally:
            os._exit(0 if code == 0 else 1)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


@contextmanager
def _servers(conftest: object) -> Iterator[str]:
    """Started once; every child finds them running, and leaves them so. Yields the owner's address."""
    home, migrate = conftest.HOME, conftest.migrate  # type: ignore[attr-defined]
    with conftest.running_postgres(home) as server, conftest.running_valkey(home) as url:  # type: ignore[attr-defined]
        migrate(server)

        @contextmanager
        def again(_: object, what: object) -> Iterator[object]:
            yield what

        conftest.running_postgres = lambda _: again(_, server)  # type: ignore[attr-defined]
        conftest.running_valkey = lambda _: again(_, url)  # type: ignore[attr-defined]
        conftest.migrate = lambda _: None  # type: ignore[attr-defined]
        unconfigure = conftest.pytest_unconfigure  # type: ignore[attr-defined]
        del conftest.pytest_unconfigure  # type: ignore[attr-defined]
        yield server.url("palimpsest_owner")
    unconfigure()


def _reason(what: str) -> str:
    return next((f"({why})" for pattern, why in SPARED.items() if re.search(pattern, what)), "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
