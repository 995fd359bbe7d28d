"""Asks the running service how it is, as a browser would."""

import http.client
import json
from dataclasses import dataclass

SECONDS = 2.0  # that an answer may take


@dataclass(frozen=True, slots=True)
class Watch:
    """`host` and `port` are where it listens, `name` is what it answers to."""

    host: str
    port: int
    name: str = "localhost"

    def is_alive(self) -> bool:
        """Whether the web server answers at all."""
        status, _ = self._get("/healthz")
        return 0 < status < 500

    def worker_seen(self) -> float | None:
        """Seconds since a worker last gave a sign of life; None when that is not known."""
        _, body = self._get("/readyz")
        try:
            seen = json.loads(body)["worker_seen_seconds"]
        except (ValueError, KeyError, TypeError):
            return None
        return float(seen) if isinstance(seen, (int, float)) else None

    def _get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=SECONDS)
        try:
            connection.request("GET", path, headers={"Host": self.name, "Connection": "close"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()
