"""What each answer tells the browser to refuse."""

import pytest
from django.http import HttpRequest, HttpResponse

from annotator.config import settings
from annotator.config.security import BrowserSecurity


def answered(response: HttpResponse) -> HttpResponse:
    return BrowserSecurity(lambda _: response)(HttpRequest())


def test_no_script_runs_but_those_that_carry_this_answers_nonce() -> None:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request.csp_nonce)  # type: ignore[attr-defined]
        return HttpResponse()

    policies = [BrowserSecurity(view)(HttpRequest())["Content-Security-Policy"] for _ in range(2)]
    assert seen[0] != seen[1]
    for nonce, policy in zip(seen, policies, strict=True):
        assert f"script-src 'nonce-{nonce}' 'strict-dynamic'" in policy


@pytest.mark.parametrize("word", ["unsafe-inline", "unsafe-eval", "http:", "https:", "*"])
def test_the_policy_has_no_hole(word: str) -> None:
    assert word not in answered(HttpResponse())["Content-Security-Policy"]


def test_nobody_may_frame_us_or_guess_types() -> None:
    response = answered(HttpResponse())
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_an_answer_that_says_more_keeps_its_own_word() -> None:
    response = HttpResponse(headers={"Content-Security-Policy": "sandbox"})
    assert answered(response)["Content-Security-Policy"] == "sandbox"


def test_the_settings_are_safe_by_default() -> None:
    assert not settings.DEBUG
    assert settings.SESSION_COOKIE_HTTPONLY
    assert (settings.SESSION_COOKIE_SAMESITE, settings.CSRF_COOKIE_SAMESITE) == ("Lax", "Lax")
    assert {"localhost", "127.0.0.1", "[::1]"} == set(settings.ALLOWED_HOSTS)
