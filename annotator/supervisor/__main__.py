"""`python -m annotator.supervisor`: the whole service, until Ctrl-C."""

import sys
import time

from annotator.config.environment import BadEnvironment, stated_environment
from annotator.supervisor import ports, process
from annotator.supervisor.home import Home
from annotator.supervisor.leftovers import end_leftovers
from annotator.supervisor.refusal import Exit, Refusal
from annotator.supervisor.report import Report
from annotator.supervisor.service import STARTING_SECONDS, Service

LEFTOVERS_SECONDS = 6  # longer than a web server takes to end with feeds open


def main() -> int:
    """Runs the service; returns the exit code. A start beside a running service succeeds and names it."""
    try:
        settings = stated_environment()
        home, report = Home(settings.home), Report(settings.json)
        home.prepare()
        if _running_beside(home, report):
            return 0
        # What a killed run left behind may hold the port still, and its children a moment longer.
        patience = LEFTOVERS_SECONDS if home.state() else 0
        end_leftovers(home)
        listener = ports.listen(
            settings.host, settings.port, is_chosen=settings.port_is_chosen, patience=patience
        )
        if (port := listener.getsockname()[1]) != settings.port:
            report.say(f"Port {settings.port} is taken, so this runs on {port}. (PORT=… chooses another.)")
        Service(settings, home, listener, report).run()
    except BadEnvironment as error:
        return _refuse(str(error), Exit.USAGE)
    except Refusal as refusal:
        return _refuse(str(refusal), refusal.code)
    return 0


def _running_beside(home: Home, report: Report) -> bool:
    """Whether another supervisor runs in this home; else its lock is ours as long as this process lives."""
    end = time.monotonic() + STARTING_SECONDS
    while home.lock() is None:
        state = home.state()
        pid, birth = state.get("supervisor", (0, ""))
        if state.get("ready") and process.is_running(pid) and process.birth(pid) == birth:
            report.already_running(state)
            return True
        if time.monotonic() > end:
            raise Refusal(
                f"Another start in {home.path} does not get ready; stop it, or set PALIMPSEST_HOME to "
                "another folder.",
                Exit.CHILD_FAILED,
            )
        time.sleep(0.1)
    return False


def _refuse(message: str, code: Exit) -> int:
    print(f"palimpsest: {message}", file=sys.stderr, flush=True)
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
