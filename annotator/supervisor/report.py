"""What the one who started the service reads."""

import json
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAMES = ("web", "worker", "beat", "postgres", "valkey")


@dataclass(frozen=True, slots=True)
class Report:
    """Speaks to people, or with `json` to a program first and to people beside it."""

    json: bool

    def say(self, text: str) -> None:
        """One line about something that happened."""
        with suppress(OSError):  # whoever listened is gone, or the disk that it is written to is full
            print(text, file=sys.stderr if self.json else sys.stdout, flush=True)

    def welcome(self, state: dict[str, Any], home: Path) -> None:
        """Where the service is and how to get in."""
        if self.json:
            print(as_json(state), flush=True)
        self.say(f"Palimpsest is running at {state['url']}")
        if state.get("sign_in_url"):
            self.say(f"Sign in as the manager of the sample (works once): {state['sign_in_url']}")
        self.say(f"Everything is kept in {home}. Ctrl-C stops it.")

    def already_running(self, state: dict[str, Any]) -> None:
        if self.json:
            print(as_json(state), flush=True)
        self.say(f"Palimpsest is already running at {state['url']} (process {state['supervisor'][0]}).")


def as_json(state: dict[str, Any]) -> str:
    """The one line that a program reads: addresses, and the number of each process or null."""
    children = state.get("children", {})
    return json.dumps(
        {
            "url": state["url"],
            "pids": {name: children[name][0] if name in children else None for name in NAMES},
            "dsn_readonly": state.get("dsn_readonly"),
            "redis_url": state.get("redis_url"),
            "sign_in_url": state.get("sign_in_url"),
        }
    )
