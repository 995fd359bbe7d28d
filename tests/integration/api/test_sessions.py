"""Ways in: passwords, links, tokens; and ways out."""

import time
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from annotator.accounts import caller, throttle
from annotator.accounts.links import make_sign_in_link
from annotator.accounts.models import Account, ApiToken, SignInLink
from annotator.accounts.tokens import create_token
from tests.support.people import PASSWORD, Answer, Person, World, a_person, new_id, with_token

pytestmark = pytest.mark.django_db

# What Django's own tests do: the real hash takes a quarter of a second on purpose.
FAST = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def fast_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = FAST


@pytest.fixture
def eve(db: None) -> Account:
    return Account.objects.create_user("eve", password=PASSWORD, name="Eve")


def a_browser() -> Person:
    """A browser that obeys the rules against forged requests."""
    browser = Person("browser", client=Client(enforce_csrf_checks=True))
    browser.headers["X-CSRFToken"] = browser.get("/session").ok()["csrf"]
    return browser


def sign_in(browser: Person, username: str, password: str, **options: str) -> Answer:
    answer = browser.ask("POST", "/session", {"username": username, "password": password}, **options)
    if answer.status == 200:
        browser.headers["X-CSRFToken"] = answer.body["csrf"]
    return answer


def test_nobody_is_told_that_they_are_nobody(nobody: Person) -> None:
    me = nobody.get("/session").ok()
    assert (me["account"], bool(me["csrf"])) == (None, True)


def test_signing_in_and_out(eve: Account) -> None:
    browser = a_browser()
    me = sign_in(browser, "eve", PASSWORD).ok()
    assert me["account"] == {"id": str(eve.id), "username": "eve", "name": "Eve", "staff": False}
    assert browser.get("/session").ok()["account"]["username"] == "eve"
    cookie = browser.client.cookies[django_settings.SESSION_COOKIE_NAME].value
    assert browser.ask("DELETE", "/session").status == 204
    assert browser.get("/session").ok()["account"] is None
    assert not Session.objects.filter(session_key=cookie).exists()
    thief = Person("thief")
    thief.client.cookies[django_settings.SESSION_COOKIE_NAME] = cookie
    assert thief.get("/projects").status == 401


def test_signing_in_gives_a_new_session(eve: Account) -> None:
    browser = a_browser()
    browser.client.cookies[django_settings.SESSION_COOKIE_NAME] = "planted-by-somebody-else"
    sign_in(browser, "eve", PASSWORD).ok()
    assert browser.client.cookies[django_settings.SESSION_COOKIE_NAME].value != "planted-by-somebody-else"


@pytest.mark.parametrize("username", ["eve", "nobody", "Eve", "eve ", "", "eve'--", "x" * 5000])
def test_wrong_credentials_are_told_alike(eve: Account, username: str) -> None:
    answer = sign_in(a_browser(), username, "wrong")
    assert (answer.status, answer.body["type"]) == (401, "urn:palimpsest:wrong-credentials")
    assert "eve" not in answer.raw.decode()


def test_an_unknown_name_costs_as_much_as_a_wrong_password(eve: Account) -> None:
    with patch("django.contrib.auth.hashers.MD5PasswordHasher.encode", return_value="md5$x$y") as hashing:
        counts = []
        for username in ("eve", "nobody"):
            before = hashing.call_count
            sign_in(a_browser(), username, "wrong")
            counts.append(hashing.call_count - before)
    assert counts[0] == counts[1]


def test_guessing_is_slowed_down_for_one_account_from_one_address(eve: Account) -> None:
    browser = a_browser()
    for _ in range(throttle.FAILURES):
        assert sign_in(browser, "eve", "wrong").status == 401
    slowed = sign_in(browser, "eve", PASSWORD)
    assert (slowed.status, slowed.headers["Retry-After"]) == (429, "900")
    assert sign_in(a_browser(), "mallory", "wrong").status == 401
    assert sign_in(a_browser(), "eve", PASSWORD, REMOTE_ADDR="10.1.2.3").status == 200


def test_a_quarter_of_an_hour_later_it_is_forgotten(eve: Account) -> None:
    browser = a_browser()
    for _ in range(throttle.FAILURES):
        sign_in(browser, "eve", "wrong")
    later = timezone.now() + throttle.WINDOW + timedelta(seconds=1)
    with patch("annotator.accounts.throttle.timezone.now", return_value=later):
        assert sign_in(browser, "eve", PASSWORD).status == 200


def test_guessing_locks_nobody_out_of_a_browser_that_is_known(eve: Account) -> None:
    known = a_browser()
    sign_in(known, "eve", PASSWORD).ok()
    attacker = a_browser()
    for _ in range(throttle.FAILURES + 2):
        sign_in(attacker, "eve", "wrong")
    assert sign_in(attacker, "eve", PASSWORD).status == 429
    assert known.get("/session").ok()["account"]["username"] == "eve"
    known.ask("DELETE", "/session")
    known.headers["X-CSRFToken"] = known.get("/session").ok()["csrf"]
    assert sign_in(known, "eve", PASSWORD).status == 200


def test_a_right_password_clears_the_count(eve: Account) -> None:
    browser = a_browser()
    for _ in range(3):
        for _ in range(throttle.FAILURES - 1):
            sign_in(browser, "eve", "wrong")
        assert sign_in(browser, "eve", PASSWORD).status == 200
        browser = a_browser()


@pytest.mark.parametrize(("method", "path"), [("POST", "/session"), ("DELETE", "/session")])
def test_changes_of_the_session_need_the_token_against_forgery(eve: Account, method: str, path: str) -> None:
    browser = a_browser()
    browser.client.force_login(eve)
    browser.headers.clear()
    answer = browser.ask(method, path, {"username": "eve", "password": PASSWORD})
    assert (answer.status, answer.body["type"]) == (403, "urn:palimpsest:csrf")


def test_commands_from_a_browser_need_the_token_against_forgery(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.alice.account)  # type: ignore[arg-type]
    forged = Person("forged", world.alice.account, client)
    body = {"commands": [{"id": new_id(), **world.annotation("Assad")}]}
    assert forged.ask("POST", f"{world.path}/commands", body).body["type"] == "urn:palimpsest:csrf"
    forged.headers["X-CSRFToken"] = forged.get("/session").ok()["csrf"]
    assert forged.ask("POST", f"{world.path}/commands", body).status == 200


def test_a_token_needs_no_token_against_forgery(world: World) -> None:
    strict = with_token(world.alice)
    strict.client = Client(enforce_csrf_checks=True)
    strict.do(world.project, world.annotation("Assad"))


def test_a_token_that_only_reads_changes_nothing(world: World) -> None:
    reader = with_token(world.mona, read_only=True)
    reader.get(world.document_path).ok()
    answer = reader.ask("POST", f"{world.path}/commands", {"commands": [{"id": new_id(), **world.finish()}]})
    assert (answer.status, answer.body["type"]) == (403, "urn:palimpsest:read-only-token")


@pytest.mark.parametrize(
    "header", ["Bearer nonsense", "Bearer ", "Basic eDp5", "Token x", "", "Bearer pal_" + "x" * 9000]
)
def test_a_bad_token_is_no_way_in_even_beside_a_good_session(world: World, header: str) -> None:
    world.mona.headers["Authorization"] = header
    answer = world.mona.get("/projects")
    assert (answer.status, answer.body["type"]) == (401, "urn:palimpsest:bad-token")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_tokens_text_is_not_kept(eve: Account) -> None:
    token, text = create_token(eve, name="x")
    kept = ApiToken.objects.values().get(id=token.id)
    assert text not in str(kept)
    assert text.encode() not in bytes(kept["digest"])


def test_an_expired_token_is_no_way_in(eve: Account) -> None:
    _, text = create_token(eve, name="x", expires_at=timezone.now() - timedelta(seconds=1))
    assert Person("x", headers={"Authorization": f"Bearer {text}"}).get("/projects").status == 401


def test_the_last_use_of_a_token_is_noted(world: World) -> None:
    reader = with_token(world.mona)
    reader.get("/projects").ok()
    token = ApiToken.objects.get(account=world.mona.account)
    assert token.last_used_at is not None


@pytest.mark.parametrize("way", ["session", "token"])
def test_a_disabled_account_is_out_within_two_seconds(world: World, way: str) -> None:
    alice = world.alice if way == "session" else with_token(world.alice)
    alice.get(world.path).ok()
    Account.objects.filter(id=alice.id).update(is_active=False)
    now = time.monotonic() + caller.REMEMBERED_FOR
    with patch("annotator.accounts.caller.time.monotonic", return_value=now):
        assert alice.get(world.path).status == 401


def test_a_revoked_token_is_out_within_two_seconds(world: World) -> None:
    alice = with_token(world.alice)
    alice.get(world.path).ok()
    ApiToken.objects.filter(account=world.alice.account).delete()
    now = time.monotonic() + caller.REMEMBERED_FOR
    with patch("annotator.accounts.caller.time.monotonic", return_value=now):
        assert alice.get(world.path).status == 401


def test_a_new_password_ends_the_other_sessions(eve: Account) -> None:
    browser = a_browser()
    sign_in(browser, "eve", PASSWORD).ok()
    eve.set_password("another long password")
    eve.save()
    caller.CALLERS.clear()
    assert browser.get("/projects").status == 401


def test_a_disabled_account_cannot_sign_in(eve: Account) -> None:
    eve.is_active = False
    eve.save()
    assert sign_in(a_browser(), "eve", PASSWORD).status == 401
    assert Person("x").ask("GET", make_sign_in_link(eve)).status == 410


def test_a_link_signs_in_once(eve: Account) -> None:
    link = make_sign_in_link(eve)
    browser = Person("browser")
    answer = browser.ask("GET", link)
    assert (answer.status, answer.headers["Location"], answer.headers["Cache-Control"]) == (
        303,
        "/",
        "no-store",
    )
    assert browser.get("/session").ok()["account"]["username"] == "eve"
    assert Person("other").ask("GET", link).status == 410
    assert not SignInLink.objects.exists()


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ("/p/1/d/2?x=1", "/p/1/d/2?x=1"),
        ("", "/"),
        ("//evil.example", "/"),
        ("///evil.example", "/"),
        ("/\\\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("p/1", "/"),
    ],
)
def test_a_link_leads_nowhere_else(eve: Account, wanted: str, place: str) -> None:
    link = f"{make_sign_in_link(eve)}?next={quote(wanted)}"
    assert Person("browser").ask("GET", link).headers["Location"] == place


def test_looking_at_a_link_does_not_use_it(eve: Account) -> None:
    link = make_sign_in_link(eve)
    for method in ("HEAD", "POST", "OPTIONS"):
        assert Person("scanner").ask(method, link).status == 405
    assert Person("browser").ask("GET", link).status == 303


def test_an_old_link_is_no_way_in(eve: Account) -> None:
    link = make_sign_in_link(eve, life=timedelta(seconds=-1))
    assert Person("browser").ask("GET", link).status == 410
    assert Person("browser").ask("GET", "/signin/guess").status == 410


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(eve: Account) -> None:
    browser = a_browser()
    sign_in(browser, "eve", PASSWORD).ok()
    for cookie in browser.client.cookies.values():
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] in ("Lax", "Strict"), cookie.key


def test_there_is_no_account_that_nobody_made(db: None) -> None:
    assert not Account.objects.exists()
    a_person("Zoe")
    assert Account.objects.count() == 1


def test_no_secret_gets_into_the_log(eve: Account, caplog: pytest.LogCaptureFixture) -> None:
    link = make_sign_in_link(eve)
    _, token = create_token(eve, name="x")
    browser = a_browser()
    with caplog.at_level("DEBUG"):
        for method in ("HEAD", "POST", "GET", "GET"):
            browser.ask(method, link)
        sign_in(a_browser(), "eve", "a-secret-typo")
        Person("x", headers={"Authorization": f"Bearer {token}"}).get("/projects")
        Person("x", headers={"Authorization": f"Bearer {token}x"}).get("/projects")
    for secret in (link.rpartition("/")[2], token, "a-secret-typo"):
        assert secret not in caplog.text
