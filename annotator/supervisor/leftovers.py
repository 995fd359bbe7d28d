"""What a supervisor that was killed may have left running."""

from annotator.supervisor import process
from annotator.supervisor.home import Home

PATIENCE = 5.0  # seconds; the kernel has told them to stop already


def end_leftovers(home: Home) -> None:
    """Ends the children that the last supervisor wrote down; the database's own module ends the database."""
    left = [
        pid
        for name, (pid, birth) in home.state().get("children", {}).items()
        if name != "postgres" and process.is_running(pid) and process.birth(pid) == birth
    ]
    process.wait_until(lambda: not any(map(process.is_running, left)), seconds=PATIENCE)
    for pid in filter(process.is_running, left):
        process.kill_session(pid)
    home.state_file.unlink(missing_ok=True)
