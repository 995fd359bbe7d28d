from collections import Counter
from uuid import uuid5

import pytest
from django.db import connection

from annotator.accounts.links import redeem
from annotator.accounts.models import Account
from annotator.log import STORE
from annotator.projections.registry import REGISTRY
from annotator.queries.curation import read_curation
from annotator.queries.document import read_document
from annotator.queries.gold import gold
from annotator.queries.log import head
from annotator.queries.register import read_register
from annotator.sample import loader
from annotator.sample.loader import DOCUMENT, PROJECT, load_sample
from annotator.sample.people import NAMESPACE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _sample() -> None:
    load_sample()


def test_loading_it_again_changes_nothing() -> None:
    head = STORE.head(PROJECT)
    load_sample()
    assert STORE.head(PROJECT) == head


def test_the_link_signs_the_manager_in_once_and_nobody_has_a_password() -> None:
    secret = load_sample().removeprefix("/signin/").partition("?")[0]
    carol = redeem(secret)
    assert carol is not None
    assert carol.username == "carol"
    assert redeem(secret) is None
    assert not any(account.has_usable_password() for account in Account.objects.all())


def test_both_annotators_have_finished_the_whole_article() -> None:
    alice = uuid5(NAMESPACE, "account/alice")
    view = read_document(PROJECT, DOCUMENT, at=STORE.head(PROJECT), account=alice, sees_set=lambda _: True)
    assert view is not None
    sets = {each.name: each for each in view.sets}
    assert view.text is not None
    assert len(view.text) == 3804
    assert {name: len(each.annotations) for name, each in sets.items()} == {"Alice": 144, "Bob": 142}
    assert {name: len(each.links) for name, each in sets.items()} == {"Alice": 92, "Bob": 85}
    assert {each.status for each in sets.values()} == {"finished"}


def test_there_are_differences_to_decide_and_some_that_were_decided() -> None:
    view = read_curation(PROJECT, DOCUMENT, at=head(PROJECT))
    assert view is not None
    found = Counter(item.status for item in view.items)
    assert found == {"agreed": 133, "disputed": 9, "decided": 3}
    assert {item.conflict for item in view.items} == {
        None,
        "existence",
        "boundary",
        "attribute",
        "label",
    }
    assert not any(item.stale for item in view.items)


def test_gold_says_where_it_comes_from() -> None:
    view = gold(PROJECT, DOCUMENT)
    assert view is not None
    decided = [label for label in view["labels"] if label["status"] == "decided"]
    assert [label["quote"] for label in decided] == ["esercito siriano di Assad", "Russia"] or len(
        decided
    ) == 2
    for label in decided:
        assert label["provenance"]["decision"]
        assert label["provenance"]["positions"]


def test_the_read_models_are_up_to_date_at_once() -> None:
    assert not any(lag.position < lag.head for lag in REGISTRY.lags(PROJECT))
    with connection.cursor() as cursor:
        cursor.execute("SELECT sets, finished, annotations FROM read.board WHERE document = %s", [DOCUMENT])
        assert cursor.fetchone() == (2, 2, 286)


def test_a_load_that_was_cut_off_is_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    # The log of the other tests stays, so this one gets a project of its own.
    project = uuid5(NAMESPACE, "project/cut off")
    document = uuid5(project, "document/seed-1")
    monkeypatch.setattr(loader, "PROJECT", project)
    monkeypatch.setattr(loader, "DOCUMENT", document)
    give = loader._give
    given: list[object] = []

    def cut_off(*arguments: object) -> None:
        if len(given) == 10:
            raise KeyboardInterrupt
        given.append(give(*arguments))  # type: ignore[arg-type]

    monkeypatch.setattr(loader, "_give", cut_off)
    with pytest.raises(KeyboardInterrupt):
        load_sample()
    monkeypatch.setattr(loader, "_give", give)
    load_sample()
    assert STORE.head(project) == STORE.head(PROJECT)


def test_the_register_holds_every_actor_and_location() -> None:
    view = read_register(PROJECT, at=STORE.head(PROJECT))
    assert len(view.entities) == 67
