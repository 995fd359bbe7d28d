"""Requests to addresses that people gave, against real servers: nothing inside is ever called."""

import datetime
import gzip
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from annotator.net import (
    AddressRefused,
    Limits,
    NetFault,
    TooBig,
    TooManyRedirects,
    TooSlow,
    Unreachable,
    exchange,
)
from annotator.net.rules import Rules, parse_rules
from tests.support.web import Told, Web, a_web

LOOPBACK = parse_rules(True, ["127.0.0.0/8"])


@pytest.fixture
def web() -> Iterator[Web]:
    with a_web() as found:
        yield found


class Names:
    """Answers of the resolver as a test sets them, one list a call; the last stays."""

    def __init__(self, real: Callable[..., list[Any]]) -> None:
        self.real = real
        self.answers: dict[str, list[list[str]]] = {}
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        if host not in self.answers:
            return self.real(host, port, *_, **__)  # an address: it stands for itself
        self.asked.append(host)
        known = self.answers[host]
        found = known.pop(0) if len(known) > 1 else known[0]
        return [(socket.AF_INET6 if ":" in ip else socket.AF_INET, 1, 6, "", (ip, port)) for ip in found]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    found = Names(socket.getaddrinfo)
    monkeypatch.setattr("annotator.net.connecting.socket.getaddrinfo", found)
    return found


def get(url: str, *, allowed: Rules = LOOPBACK, **limits: Any) -> Any:
    return exchange("GET", url, limits=Limits(**{"seconds": 5, **limits}), allowed=allowed)


def test_an_answer_is_given_as_it_is(web: Web) -> None:
    web.answers["/a"] = Told(b"hello", 201, {"X-One": "1"})
    answer = exchange("POST", f"{web.url}/a?q=1", body=b"{}", headers={"X-Two": "2"}, allowed=LOOPBACK)
    assert (answer.status, answer.body, answer.headers["x-one"]) == (201, b"hello", "1")
    assert answer.url == f"{web.url}/a?q=1"
    (asked,) = web.asked
    assert (asked.method, asked.path, asked.body) == ("POST", "/a?q=1", b"{}")
    assert asked.headers["x-two"] == "2"
    assert asked.headers["host"] == f"127.0.0.1:{web.port}"
    assert asked.headers["user-agent"].startswith("Palimpsest/")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "[::ffff:127.0.0.1]",
        "0",
        "127.0.0.1.",
    ],
)
def test_this_machine_is_called_by_none_of_its_names(web: Web, host: str) -> None:
    with pytest.raises(NetFault) as caught:
        get(f"http://{host}:{web.port}/", allowed=Rules())
    assert isinstance(caught.value, AddressRefused)
    assert web.asked == []


def test_a_name_that_leads_inside_is_refused_even_if_it_leads_outside_too(web: Web, names: Names) -> None:
    names.answers["mixed.example"] = [["93.184.216.34", "127.0.0.1"]]
    with pytest.raises(AddressRefused):
        get("http://mixed.example/", allowed=Rules())


def test_a_name_is_resolved_once_and_what_was_judged_is_connected_to(web: Web, names: Names) -> None:
    # The second answer would lead elsewhere: it is never asked for.
    names.answers["rebinding.example"] = [["127.0.0.1"], ["10.255.255.1"]]
    web.answers["/"] = Told(b"judged")
    answer = get(f"http://rebinding.example:{web.port}/")
    assert answer.body == b"judged"
    assert names.asked == ["rebinding.example"]
    assert web.asked[0].headers["host"] == f"rebinding.example:{web.port}"


def test_each_redirect_is_judged_anew(web: Web) -> None:
    with a_web() as inside:
        allowed = Rules(hosts=(("127.0.0.1", web.port),))
        for place in (f"http://127.0.0.1:{inside.port}/secret", "http://169.254.169.254/latest/meta-data/"):
            web.answers["/"] = Told(b"", 302, {"Location": place})
            with pytest.raises(AddressRefused):
                get(web.url, allowed=allowed)
        assert inside.asked == []


@pytest.mark.parametrize(
    "place", ["file:///etc/passwd", "gopher://127.0.0.1:6379/_INFO", "http://u:p@example.org/"]
)
def test_redirects_lead_to_the_web_only(web: Web, place: str) -> None:
    web.answers["/"] = Told(b"", 301, {"Location": place})
    with pytest.raises(AddressRefused):
        get(web.url)


def test_redirects_are_followed_so_far_and_no_further(web: Web) -> None:
    for number in range(4):
        web.answers[f"/{number}"] = Told(b"", 302, {"Location": f"/{number + 1}"})
    web.answers["/4"] = Told(b"there")
    assert get(f"{web.url}/1").body == b"there"
    with pytest.raises(TooManyRedirects):
        get(f"{web.url}/0")
    assert get(f"{web.url}/1", redirects=0).status == 302


def test_credentials_do_not_go_along_to_another_host(web: Web) -> None:
    with a_web("127.0.0.2") as other:
        web.answers["/"] = Told(b"", 307, {"Location": f"{other.url}/"})
        other.answers["/"] = Told(b"ok")
        exchange("GET", web.url, headers={"Authorization": "Bearer x"}, allowed=LOOPBACK)
        assert "authorization" in web.asked[0].headers
        assert "authorization" not in other.asked[0].headers


def test_a_big_answer_is_not_taken_in(web: Web) -> None:
    web.answers["/said"] = Told(b"x" * 2000)
    web.answers["/unsaid"] = Told(pieces=iter([b"x" * 1000] * 10))
    web.answers["/bomb"] = Told(gzip.compress(b"\0" * 50_000_000), headers={"Content-Encoding": "gzip"})
    for path in ("/said", "/unsaid", "/bomb"):
        with pytest.raises(TooBig):
            get(web.url + path, size=1500)


def test_a_packed_answer_is_unpacked(web: Web) -> None:
    text = b"hello " * 50_000
    web.answers["/"] = Told(gzip.compress(text), headers={"Content-Encoding": "gzip"})
    web.answers["/twice"] = Told(gzip.compress(text), headers={"Content-Encoding": "gzip, gzip"})
    assert get(web.url).body == text
    with pytest.raises(Unreachable):
        get(f"{web.url}/twice")


def drops() -> Iterator[bytes]:
    while True:
        time.sleep(0.05)
        yield b"."


def test_an_answer_that_trickles_ends_with_its_time(web: Web) -> None:
    web.answers["/"] = Told(pieces=drops())
    began = time.monotonic()
    with pytest.raises(TooSlow):
        get(web.url, seconds=0.4)
    assert time.monotonic() - began < 2


def raw(answer: bytes) -> Callable[[], int]:
    """A server that says one thing, whatever it is asked."""

    def serve() -> int:
        listening = socket.create_server(("127.0.0.1", 0))

        def once() -> None:
            with listening, listening.accept()[0] as one:
                one.recv(1 << 16)
                one.sendall(answer)

        threading.Thread(target=once, daemon=True).start()
        return int(listening.getsockname()[1])

    return serve


@pytest.mark.parametrize(
    "answer", [b"", b"SSH-2.0-x\r\n", b"+PONG\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"]
)
def test_what_does_not_speak_http_is_told_without_what_it_said(answer: bytes) -> None:
    with pytest.raises(Unreachable) as caught:
        get(f"http://127.0.0.1:{raw(answer)()}/")
    assert "SSH" not in str(caught.value)
    assert "PONG" not in str(caught.value)


def test_nobody_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(Unreachable):
        get(f"http://127.0.0.1:{port}/")
    with pytest.raises(Unreachable):
        get("http://no-such-host.invalid/", seconds=20)


def test_proxies_of_the_surroundings_are_not_used(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, web.url)
    with pytest.raises(AddressRefused):
        get("http://169.254.169.254/", allowed=Rules())
    assert web.asked == []


def a_certificate(name: str, folder: Path) -> Path:
    """A certificate that vouches for itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    plain = serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def speaks_tls(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A server that has a certificate for ``vouched.example``: its port and the certificate."""
    path = a_certificate("vouched.example", tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    one = listening.accept()[0]
                except OSError:
                    return
                try:
                    with context.wrap_socket(one, server_side=True) as safe:
                        safe.recv(1 << 16)
                        safe.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsafe")
                except OSError:
                    continue  # the other side does not trust it

        threading.Thread(target=serve, daemon=True).start()
        yield int(listening.getsockname()[1]), path


def test_a_certificate_must_be_trusted_and_made_for_the_name_that_was_typed(
    speaks_tls: tuple[int, Path], names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, path = speaks_tls
    names.answers |= {"vouched.example": [["127.0.0.1"]], "other.example": [["127.0.0.1"]]}
    with pytest.raises(Unreachable, match="certificate"):
        get(f"https://vouched.example:{port}/")
    trusting = ssl.create_default_context(cafile=path)
    monkeypatch.setattr(sys.modules["annotator.net.exchange"], "_tls", lambda: trusting)
    assert get(f"https://vouched.example:{port}/").body == b"safe"
    with pytest.raises(Unreachable, match="certificate"):
        get(f"https://other.example:{port}/")
