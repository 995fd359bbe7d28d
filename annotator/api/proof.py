"""What others need to check signatures of this server: its public keys, for everybody."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from annotator.api.view import answer
from events.configured import keys


@require_safe
def public_keys(request: HttpRequest) -> HttpResponse:
    """The key that signs now, and all that ever did, each endorsed by the one before."""
    kept = keys()
    known = sorted(kept.public().values(), key=lambda each: each.made_at, reverse=True)
    return answer({"current": kept.current_id(), "keys": [asdict(key) for key in known]})
