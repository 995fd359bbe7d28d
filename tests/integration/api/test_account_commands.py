"""Accounts and tokens from the command line."""

import re
from io import StringIO
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command

from annotator.accounts.models import Account, ApiToken
from tests.support.people import Person

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    """What a command prints."""
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_a_new_account_comes_with_a_link_that_signs_it_in() -> None:
    said = run("create-user", "eve", "--name", "Eve")
    link = re.search(r"http://\S+?(/signin/\S+)", said)
    assert link
    browser = Person("browser")
    assert browser.ask("GET", link[1]).status == 303
    me = browser.get("/session").ok()["account"]
    assert (me["username"], me["name"]) == ("eve", "Eve")
    assert not Account.objects.get(username="eve").has_usable_password()


def test_a_machine_gets_no_link() -> None:
    assert "signin" not in run("create-user", "robot", "--machine")
    assert Account.objects.get(username="robot").author_class == "machine"


@pytest.mark.parametrize("username", ["", "a b", "x" * 151, "é\n"])
def test_a_name_that_cannot_be_used_is_refused(username: str) -> None:
    with pytest.raises(CommandError):
        run("create-user", username)
    assert not Account.objects.exists()


def test_a_name_is_taken_once() -> None:
    run("create-user", "eve")
    with pytest.raises(CommandError, match="exists"):
        run("create-user", "eve")


@pytest.mark.parametrize(
    "typed", [["short", "short"], ["password123", "password123"], ["eve-eve-eve", "other-eve-eve"]]
)
def test_a_weak_or_mistyped_password_is_refused(typed: list[str]) -> None:
    with patch("getpass.getpass", side_effect=typed), pytest.raises(CommandError):
        run("create-user", "eve", "--password")
    assert not Account.objects.exists()


def test_a_token_is_printed_once_and_works() -> None:
    run("create-user", "eve")
    text = run("create-token", "eve", "--read-only", "--days", "7").strip()
    program = Person("program", headers={"Authorization": f"Bearer {text}"})
    assert program.get("/session").ok()["account"]["username"] == "eve"
    kept = ApiToken.objects.get()
    assert (kept.read_only, kept.expires_at is not None) == (True, True)


def test_nobody_gets_no_token() -> None:
    with pytest.raises(CommandError, match="no active account"):
        run("create-token", "nobody")
