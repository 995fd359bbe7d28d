"""The one HTML page, and the link that signs somebody in."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template import Context, Engine
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from annotator.accounts.links import redeem
from annotator.api.session import BACKEND, remember_browser

_TEMPLATES = Engine(dirs=[str(Path(__file__).resolve().parent.parent / "templates")], autoescape=True)
_ASSETS = "/static/app/"
_ENTRY = "index.html"


@dataclass(frozen=True, slots=True)
class Assets:
    """Addresses of the built page's files."""

    script: str
    styles: tuple[str, ...]
    preloads: tuple[str, ...]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page, at every address that is not the API's; what is shown there the browser decides."""
    if "." in request.path_info.rpartition("/")[2]:
        return HttpResponse("There is no such file.\n", status=404, content_type="text/plain")
    assets = _assets()
    if assets is None:
        return _rendered("unbuilt.html", status=503)
    nonce = getattr(request, "csp_nonce", "")
    return _rendered(
        "page.html", nonce=nonce, script=assets.script, styles=assets.styles, preloads=assets.preloads
    )


def sign_in_by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Signs in whoever has a link that was not used yet, and goes to the start or to a page that it names."""
    response = _by_link(request, secret) if request.method == "GET" else HttpResponseNotAllowed(["GET"])
    response.headers["Cache-Control"] = "no-store"
    # The address is a secret: whatever happened, the server's log must not have it.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _by_link(request: HttpRequest, secret: str) -> HttpResponse:
    account = redeem(secret)
    if account is None:
        text = "This link was used already or is too old. Ask for a new one.\n"
        return HttpResponse(text, status=410, content_type="text/plain; charset=utf-8")
    login(request, account, backend=BACKEND)
    response = HttpResponse(status=303, headers={"Location": _own_path(request.GET.get("next", ""))})
    remember_browser(response, account.username)
    return response


def _own_path(path: str) -> str:
    """The path if it stays on this site, else the start."""
    own = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return quote(path, safe="/?=&-") if own else "/"


def _rendered(template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    html = _TEMPLATES.get_template(template).render(Context(context))
    return HttpResponse(html, status=status, headers={"Cache-Control": "no-store"})


def _assets() -> Assets | None:
    """The files of the page as it was built last; None when it was not."""
    for manifest in (settings.PAGE / "manifest.json", settings.PAGE / ".vite" / "manifest.json"):
        try:
            return _read(manifest, manifest.stat().st_mtime_ns)
        except (OSError, KeyError, ValueError):
            continue
    return None


@lru_cache(maxsize=2)
def _read(manifest: Path, _changed: int) -> Assets:
    chunks: dict[str, Any] = json.loads(manifest.read_bytes())
    entry = chunks[_ENTRY]
    needed = _imports(chunks, entry)
    styles = [style for chunk in (entry, *needed) for style in chunk.get("css", ())]
    return Assets(
        script=_ASSETS + entry["file"],
        styles=tuple(_ASSETS + style for style in dict.fromkeys(styles)),
        preloads=tuple(_ASSETS + chunk["file"] for chunk in needed),
    )


def _imports(chunks: dict[str, Any], entry: dict[str, Any]) -> list[dict[str, Any]]:
    """What the entry needs at once, each once, in the order in which it is needed."""
    found: dict[str, dict[str, Any]] = {}
    waiting = list(entry.get("imports", ()))
    while waiting:
        key = waiting.pop(0)
        if key not in found:
            found[key] = chunks[key]
            waiting.extend(chunks[key].get("imports", ()))
    return list(found.values())
