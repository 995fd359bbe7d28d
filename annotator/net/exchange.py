"""One request and its answer, through redirects, within bounds."""

import ssl
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urljoin

import certifi
import httpcore
from django.conf import settings

from annotator.net.connecting import Clock, JudgedBackend
from annotator.net.faults import TooBig, TooManyRedirects, TooSlow, Unreachable
from annotator.net.rules import Rules, rules
from annotator.net.target import Target, target_of

_LEADS_ON = (301, 302, 303, 307, 308)
_PIECE = 1 << 16  # bytes that are unpacked at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """``seconds`` for everything together, ``size`` in bytes of the unpacked answer, ``redirects`` that are followed.

    Without redirects, an answer that leads on is given as it is.
    """

    seconds: float = 20.0
    size: int = 20_000_000
    redirects: int = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; names of ``headers`` in lower case, ``url`` that which answered at last."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    target: Target
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def exchange(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    limits: Limits = Limits(),
    allowed: Rules | None = None,
) -> Answer:
    """Ask an address that somebody gave; whatever the status, an answer is an answer.

    ``allowed`` is what the operator set, unless another is given.

    Raises:
        NetFault: AddressRefused, TooManyRedirects, TooBig, TooSlow, Unreachable.
    """
    clock = Clock(limits.seconds)
    request = _Request(method, target_of(url), body, {**_own_headers(), **(headers or {})})
    ours = allowed or rules()
    for _ in range(limits.redirects + 1):
        answer = _asked(request, ours, clock, limits)
        place = answer.headers.get("location") if answer.status in _LEADS_ON else None
        if place is None or limits.redirects == 0:
            return answer
        request = _led_on(request, answer.status, place)
    raise TooManyRedirects(f"The address leads on more than {limits.redirects} times.")


def user_agent() -> str:
    """How the service names itself, with the way to whoever runs it where that is known."""
    home = settings.PUBLIC_URL
    return f"Palimpsest/{settings.PALIMPSEST_VERSION}{f' (+{home})' if home else ''}"


def _own_headers() -> dict[str, str]:
    return {"User-Agent": user_agent(), "Accept": "*/*", "Accept-Encoding": "gzip"}


def _led_on(request: _Request, status: int, place: str) -> _Request:
    target = target_of(urljoin(request.target.url, place))
    kept = request.headers if target.origin == request.target.origin else _own_headers()
    if status in (307, 308) or request.method in ("GET", "HEAD"):
        return _Request(request.method, target, request.body, kept)
    return _Request("GET", target, b"", kept)


def _asked(request: _Request, ours: Rules, clock: Clock, limits: Limits) -> Answer:
    target = request.target
    url = httpcore.URL(
        scheme=target.scheme.encode(),
        host=target.host.encode(),
        port=target.port,
        target=target.path.encode("ascii"),
    )
    headers = {"Host": target.authority, "Connection": "close", **request.headers}
    backend = JudgedBackend(ours, clock)
    try:
        with (
            httpcore.ConnectionPool(_tls(), max_connections=1, network_backend=backend) as pool,
            pool.stream(
                request.method, url, headers=list(headers.items()), content=request.body or None
            ) as response,
        ):
            told = {
                name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers
            }
            body = b"".join(_within(_unpacked(response.iter_stream(), told), told, limits))
            return Answer(response.status, told, body, target.url)
    except httpcore.TimeoutException:
        raise TooSlow(f"The answer took longer than {limits.seconds:g} seconds.") from None
    except (httpcore.NetworkError, httpcore.ProtocolError, zlib.error, OSError) as error:
        raise Unreachable(_words(error)) from None


def _within(pieces: Iterator[bytes], told: Mapping[str, str], limits: Limits) -> Iterator[bytes]:
    said = told.get("content-length", "")
    if said.isascii() and said.isdigit() and int(said) > limits.size:
        raise TooBig(f"The answer is bigger than {limits.size:,} bytes.")
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limits.size:
            raise TooBig(f"The answer is bigger than {limits.size:,} bytes.")
        yield piece


def _unpacked(pieces: Iterator[bytes], told: Mapping[str, str]) -> Iterator[bytes]:
    """Little by little, so that what unpacks to a thousand times its size is noticed early."""
    packed = told.get("content-encoding", "identity").strip().lower()
    if packed in ("identity", ""):
        yield from pieces
        return
    if packed not in ("gzip", "x-gzip", "deflate"):
        raise Unreachable("The answer is packed in a way that was not asked for.")
    unpacker = zlib.decompressobj(wbits=47)  # gzip or zlib, whichever it is
    for piece in pieces:
        rest = piece
        while rest and not unpacker.eof:
            yield unpacker.decompress(rest, _PIECE)
            rest = unpacker.unconsumed_tail
    yield unpacker.flush()


def _words(error: Exception) -> str:
    """What went wrong, without what the other side wrote."""
    match error:
        case httpcore.ConnectError():
            tls = isinstance(error.__cause__ or error.__context__, ssl.SSLError) or "SSL" in str(error)
            return (
                "The host's certificate is not to be trusted." if tls else "Nothing answers at this address."
            )
        case httpcore.ProtocolError():
            return "What answers at this address does not speak HTTP as it should."
        case zlib.error():
            return "The answer is packed, and broken."
        case _:
            return "The connection broke off."


@cache
def _tls() -> ssl.SSLContext:
    """Trusts whom the system trusts, and the usual authorities where it has none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
