"""What only reads is answered by a database that takes no change: nothing is made, mended or noted on the way.

So a race of readers cannot write an empty beginning over somebody's work, and looking at a project never alters it.
"""

from typing import Any

import pytest
from django.db import connection, transaction

from annotator.api.access_table import ACCESS
from tests.integration.api.test_access_matrix import (
    ANSWERED_ELSEWHERE,
    a_gold,
    a_job,
    a_release,
    a_source,
    a_webhook,
    an_entity,
    body_of,
)
from tests.support.people import Person, World, a_person, a_world

pytestmark = pytest.mark.django_db

READING = sorted(
    name
    for name, row in ACCESS.items()
    if name not in ANSWERED_ELSEWHERE
    and not row.changes
    and (row.method == "GET" or name in ("preview_erasure", "try_policy"))
)


@pytest.fixture
def world() -> World:
    return a_world()


def test_every_read_is_answered_by_a_database_that_only_reads(world: World) -> None:
    made = {
        "entity": an_entity(world),
        "job": a_job(world),
        "label": a_gold(world),
        "release": a_release(world),
        "webhook": a_webhook(world),
        "source": a_source(world),
    }
    staff = a_person("Su", is_superuser=True, is_staff=True)
    for name in READING:
        row = ACCESS[name]
        path = row.path.format(project=world.project, document=world.document, **made)
        person = staff if row.who == "staff" else world.mona
        answer = _asked_of_a_reader(person, row.method, f"/{path}", body_of(name, world))
        expected = 403 if name == "read_my_results" else 200  # nobody has finished anything
        assert answer.status == expected, (name, answer.status, answer.raw[:300])


def test_a_write_would_be_found(world: World) -> None:
    answer = _asked_of_a_reader(world.mona, "POST", f"{world.path}/commands", body_of("send_commands", world))
    assert answer.status >= 500


def _asked_of_a_reader(person: Person, method: str, path: str, body: Any) -> Any:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_read_only = on")
        answer = person.ask(method, path, body)
        transaction.set_rollback(True)
    return answer
