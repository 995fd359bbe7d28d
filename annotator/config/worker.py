"""The Celery workers: one for what people wait for, one for long work, forked from one loaded process.

Long work can therefore never hold up short work, and the two share their memory.
"""

import sys

from celery.utils.nodenames import gethostname, nodename

from annotator.config.celery import app
from annotator.config.prefork import run

WORKERS = {"live": ("live",), "bulk": ("rebuild", "export")}


def main() -> None:
    app.loader.import_default_modules()
    app.finalize()
    run({name: lambda name=name: work(name) for name in WORKERS})  # type: ignore[misc]


def work(name: str) -> None:
    """Takes tasks of these queues, one at a time, until SIGTERM; the task under way is finished."""
    worker = app.Worker(
        hostname=nodename(name, gethostname()),
        quiet=True,
        queues=",".join(WORKERS[name]),
        pool="prefork",
        concurrency=1,
        loglevel="WARNING",
        without_mingle=True,
        without_gossip=True,
        without_heartbeat=True,
    )
    worker.start()
    sys.exit(worker.exitcode)


if __name__ == "__main__":
    main()
