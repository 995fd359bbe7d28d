"""Releases from the command line."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.support.people import World

pytestmark = pytest.mark.django_db(transaction=True)


def said(world: World, action: str, *arguments: str) -> list[str]:
    out = StringIO()
    call_command("release", action, "--project", world.project, *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_releases_are_made_listed_and_compared(world: World) -> None:
    (made,) = map(json.loads, said(world, "make", "1.0", "--licence", "CC0-1.0"))
    assert (made["name"], made["licence"]) == ("1.0", "CC0-1.0")
    world.bob.do(world.project, world.about("reopen_set"), world.annotation("Iran"), world.finish())
    assert [json.loads(line)["name"] for line in said(world, "list")] == ["1.0"]
    assert said(world, "diff", "1.0") == [
        f"{world.document} An article",
        '  added label location "Iran": vote',
    ]
    (line,) = said(world, "diff", "1.0", "--json")
    assert json.loads(line)["document"] == world.document
    for wrong in (["make", "1.0"], ["diff", "2.0"], ["diff", "1", "99999"]):
        with pytest.raises(CommandError):
            said(world, *wrong)
