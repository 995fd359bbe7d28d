"""How commands show how far they are."""

import io
from unittest.mock import patch

from events.management.arguments import LINE_SECONDS, Bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO, *steps: tuple[float, int]) -> str:
    """What a bar writes that is told at these seconds that so many of 100 events are done."""
    with patch("time.monotonic", return_value=100.0) as clock:
        bar = Bar("board", stream)
        for seconds, done in steps:
            clock.return_value = 100.0 + seconds
            bar.show(done, 100)
        bar.end()
    return stream.getvalue()


def test_a_terminal_has_one_line_that_is_drawn_anew() -> None:
    said = shown(Terminal(), (1.0, 50), (1.01, 51), (2.0, 100))
    assert said.count("\r") == 2
    assert said.count("\n") == 1
    assert "100% 100 of 100 events, 50/s" in said


def test_a_file_gets_a_line_now_and_then() -> None:
    said = shown(
        io.StringIO(), (1.0, 10), (LINE_SECONDS, 50), (LINE_SECONDS + 1, 60), (2 * LINE_SECONDS, 100)
    )
    assert said.splitlines() == ["board 50% 50 of 100 events, 10/s", "board 100% 100 of 100 events, 10/s"]
    assert shown(io.StringIO(), (1.0, 100)) == ""
