"""The way from the asynchronous server to a synchronous application and back."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from annotator.config.bridge import LONG, Bridge

Start = Callable[[str, list[tuple[str, str]]], None]


class Response:
    """What a WSGI application of Django's gives back."""

    def __init__(self, pieces: Iterable[bytes], *, streaming: bool = False) -> None:
        self._pieces = pieces
        self.streaming = streaming
        self.closed = False

    def __iter__(self) -> Any:
        return iter(self._pieces)

    def close(self) -> None:
        self.closed = True


class Asked:
    """An application that remembers what it was asked."""

    def __init__(self, response: Response | None = None) -> None:
        self.environ: dict[str, Any] = {}
        self.body = b""
        self.response = response or Response([b"he", b"llo"])

    def __call__(self, environ: dict[str, Any], start: Start) -> Response:
        self.environ, self.body = environ, environ["wsgi.input"].read()
        start("202 Accepted", [("Content-Type", "text/plain"), ("Set-Cookie", " a=b")])
        return self.response


def ask(app: Any, *messages: dict[str, Any], **scope: Any) -> list[dict[str, Any]]:
    """Everything that is sent for one request."""
    sent: list[dict[str, Any]] = []
    waiting = list(messages or [{"type": "http.request", "body": b"", "more_body": False}])
    whole = {
        "type": "http",
        "method": "POST",
        "path": "/x",
        "query_string": b"",
        "http_version": "1.1",
        "headers": [],
        "client": ("10.0.0.1", 9),
        **scope,
    }

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(dict(message))

    asyncio.run(Bridge(app, threads=1)(whole, receive, send))
    return sent


def test_a_request_comes_whole_and_so_does_the_answer() -> None:
    app = Asked()
    sent = ask(
        app,
        {"type": "http.request", "body": b"one ", "more_body": True},
        {"type": "http.request", "body": b"two", "more_body": False},
        query_string=b"q=1",
        path="/caf\u00e9",
        headers=[
            (b"content-type", b"text/x"),
            (b"x-one", b"1"),
            (b"x-one", b"2"),
            (b"cookie", b"a=1"),
            (b"cookie", b"b=2"),
        ],
    )
    assert app.body == b"one two"
    environ = app.environ
    assert (environ["CONTENT_LENGTH"], environ["CONTENT_TYPE"], environ["QUERY_STRING"]) == (
        "7",
        "text/x",
        "q=1",
    )
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/caf\u00e9"
    assert (environ["HTTP_X_ONE"], environ["HTTP_COOKIE"], environ["REMOTE_ADDR"]) == (
        "1,2",
        "a=1; b=2",
        "10.0.0.1",
    )
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[0]["status"] == 202
    assert (b"set-cookie", b"a=b") in sent[0]["headers"]
    assert sent[1]["body"] == b"hello"
    assert app.response.closed


def test_a_header_cannot_pass_for_another() -> None:
    app = Asked()
    ask(app, headers=[(b"x_forwarded_proto", b"https"), (b"x-forwarded-for", b"1.2.3.4")])
    assert "HTTP_X_FORWARDED_PROTO" not in app.environ
    assert app.environ["HTTP_X_FORWARDED_FOR"] == "1.2.3.4"


def test_any_bytes_may_stand_in_the_query() -> None:
    app = Asked()
    assert ask(app, query_string=b"q=\xff")[0]["status"] == 202
    assert app.environ["QUERY_STRING"] == "q=\xff"


def test_a_streamed_answer_goes_out_piece_by_piece() -> None:
    sent = ask(Asked(Response([b"a", b"b"], streaming=True)))
    assert [message.get("body") for message in sent] == [None, b"a", b"b", b""]
    assert [message.get("more_body", False) for message in sent] == [False, True, True, False]


def test_a_long_body_is_read_while_it_comes() -> None:
    app = Asked()
    sent = ask(
        app,
        {"type": "http.request", "body": b"x" * 10, "more_body": True},
        {"type": "http.request", "body": b"y" * 10, "more_body": False},
        headers=[(b"content-length", str(LONG + 1).encode())],
        server=("h", 80),
    )
    assert app.body == b"x" * 10 + b"y" * 10
    assert sent[0]["status"] == 202
    assert b"".join(message.get("body", b"") for message in sent) == b"hello"


def test_who_leaves_early_is_not_answered() -> None:
    app = Asked()
    assert (
        ask(app, {"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}) == []
    )
    assert app.environ == {}
