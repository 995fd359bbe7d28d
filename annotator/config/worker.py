"""The Celery workers: one for what people wait for, one for long work, forked from one loaded process.

Long work can therefore never hold up short work, and the two share their memory. Each does
its tasks itself, without a pool of its own: one that crashes is forked again at once, so a
further process each would only take memory.
"""

import os
import resource
import signal
import sys
from typing import Any

from celery.signals import task_postrun
from celery.utils.nodenames import gethostname, nodename

from annotator.config.celery import app
from annotator.config.prefork import run

# In the order in which they are looked at: a rebuild, of which nobody sees anything, comes after what people wait for.
WORKERS = {"live": ("live",), "bulk": ("export", "rebuild")}
LARGEST = 400_000  # KiB of memory; one that has held more makes room after its task
_UNIT = 1024 if sys.platform == "darwin" else 1


def main() -> None:
    app.loader.import_default_modules()
    app.finalize()
    run({name: lambda name=name: work(name) for name in WORKERS})  # type: ignore[misc]


def work(name: str) -> None:
    """Takes tasks of these queues, one at a time, until SIGTERM; the task under way is finished."""
    task_postrun.connect(_leave_if_grown)
    worker = app.Worker(
        hostname=nodename(name, gethostname()),
        quiet=True,
        queues=",".join(WORKERS[name]),
        pool="solo",
        loglevel="WARNING",
        without_mingle=True,
        without_gossip=True,
        without_heartbeat=True,
    )
    worker.start()
    sys.exit(worker.exitcode)


def _leave_if_grown(**_: Any) -> None:
    if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _UNIT > LARGEST:
        os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
