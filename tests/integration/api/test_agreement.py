"""Agreement over the API: figures with their documents, as of any position, for those who may know."""

from typing import Any

import pytest

from annotator.jobs import measuring, queue
from annotator.jobs.work import work_on
from tests.support.people import Person, World, a_world, new_id

pytestmark = pytest.mark.django_db

QUOTES = [("Assad", "actor"), ("Al-Bukamal", "location"), ("Putin", "actor")]


def a_studied_world(documents: int = 6, **settings: Any) -> World:
    """Alice and Bob have finished every document; in each Bob calls Putin a location, and misses Al-Bukamal in half."""
    world = a_world(**settings)
    ids = [world.document, *(new_id() for _ in range(documents - 1))]
    for n, id_ in enumerate(ids[1:]):
        data = {"document": id_, "title": f"No. {n}", "text": world.text}
        world.mona.do(world.project, {"type": "import_document", "data": data})
    for n, id_ in enumerate(ids):
        study(world, world.alice, id_, QUOTES)
        bobs = [("Assad", "actor"), ("Putin", "location"), *([] if n % 2 else [("Al-Bukamal", "location")])]
        study(world, world.bob, id_, bobs)
    return world


def study(world: World, person: Person, document: str, marks: list[tuple[str, str]]) -> None:
    """Mark and finish."""
    commands = [{**world.annotation(quote, label=label), "document": document} for quote, label in marks]
    person.do(world.project, *commands, {"type": "finish_set", "document": document, "data": {}})


def read(world: World, query: str = "", *, by: Person | None = None) -> Any:
    return (by or world.carol).get(f"{world.path}/agreement?{query}").ok()


def row(report: Any, key: str, dimension: str | None = None) -> Any:
    found = [each for each in report["rows"] if each["key"] == key and dimension in (None, each["dimension"])]
    assert found, [each["key"] for each in report["rows"]]
    return found[0]


def test_figures_say_on_how_many_documents_they_rest() -> None:
    world = a_studied_world()
    found = read(world)
    report = found["report"]
    assert found["state"] == "ready"
    assert report["documents"] == 6
    assert {each["name"]: each["documents"] for each in report["annotators"]} == {"Alice": 6, "Bob": 6}
    whole = row(report, "label")
    # Of six marks in even documents four match, of five in odd ones two.
    assert whole["f1_exact"]["value"] == pytest.approx((3 * 4 + 3 * 2) / (3 * 6 + 3 * 5), abs=1e-4)
    assert whole["f1_exact"]["count"] == 6
    assert whole["f1_exact"]["low"] <= whole["f1_exact"]["value"] <= whole["f1_exact"]["high"]
    assert row(report, "label:claim")["f1_exact"] == {
        "value": None, "low": None, "high": None, "count": 0, "reason": "nothing_marked",
    }  # fmt: skip
    assert row(report, "label:actor")["name"] == "Actor"
    assert report["pairs"][0]["documents"] == 6
    assert row(report, report["rows"][-1]["key"], "period")["documents"] == 6
    assert read(world) == found


def test_a_cell_of_the_confusion_opens_the_marks_behind_it() -> None:
    world = a_studied_world()
    confusion = read(world)["report"]["confusion"]
    labels, cells = confusion["labels"], confusion["cells"]
    place = labels.index("actor"), labels.index("location")
    assert cells[place[0]][place[1]] == cells[place[1]][place[0]] == 6
    opened = world.carol.get(f"{world.path}/agreement/cell?row=actor&column=location").ok()
    assert opened["total"] == 6
    first = opened["results"][0]
    assert first["quote"] == "Putin"
    assert {side["name"]: side["label"] for side in first["sides"]} == {"Alice": "actor", "Bob": "location"}
    missed = world.carol.get(f"{world.path}/agreement/cell?row=location&column=").ok()
    assert missed["total"] == 3
    assert {each["quote"] for each in missed["results"]} == {"Al-Bukamal"}


def test_agreement_can_be_read_as_of_any_position() -> None:
    world = a_studied_world()
    then = read(world)
    at = then["position"]
    world.bob.do(world.project, world.about("reopen_set"))
    assert read(world)["report"]["documents"] == 5
    assert read(world, f"at={at}") == then


def test_figures_can_be_asked_of_a_document_a_label_or_a_window() -> None:
    world = a_studied_world()
    one = read(world, f"document={world.document}")["report"]
    assert one["documents"] == 1
    assert row(one, "label")["f1_exact"]["value"] == pytest.approx(4 / 6, abs=1e-4)
    assert row(one, "label")["f1_exact"]["low"] is None
    actors = read(world, "labels=actor")["report"]
    assert row(actors, "label")["f1_exact"]["value"] == pytest.approx(2 / 3, abs=1e-4)
    assert read(world, "until=2000-01-01")["report"]["documents"] == 0
    assert world.carol.get(f"{world.path}/agreement?since=2026-02-30").status == 400
    assert [each["name"] for each in one["lowest"]] == ["An article"]


def test_few_documents_give_no_figure_and_say_why() -> None:
    world = a_studied_world(2)
    assert row(read(world)["report"], "label")["f1_exact"]["reason"] == "too_few_documents"


def test_agreement_is_for_those_who_see_what_others_marked() -> None:
    blind = a_studied_world(1)
    assert blind.alice.get(f"{blind.path}/agreement").status == 403
    assert blind.alice.get(f"{blind.path}/agreement/cell").status == 403
    assert blind.victor.get(f"{blind.path}/agreement").status == 404
    open_ = a_studied_world(1, blind=False)
    assert read(open_, by=open_.alice)["state"] == "ready"


def test_gamma_is_made_by_a_worker_and_then_kept() -> None:
    world = a_studied_world()
    before = read(world, "gamma=true")
    assert before["state"] == "computing"
    assert before["report"] is None
    assert read(world, "gamma=true")["state"] == "computing"
    jobs = queue.to_do()
    assert len(jobs) == 1, "the same wish is asked for once"
    # A turn that ends at once: the job goes on from where it was laid down.
    turns = 0
    while work_on(jobs[0], seconds=0) == "rests":
        turns += 1
        assert turns < 20
    assert turns == 6
    after = read(world, "gamma=true")
    assert after["state"] == "ready"
    gamma = row(after["report"], "label")["gamma"]
    assert 0 < gamma["value"] <= 1
    low, high = row(after["report"], "label")["gamma_bounds"]
    assert low - 1e-4 <= gamma["value"] <= high + 1e-4
    assert world.carol.get(f"{world.path}/jobs").ok() == []


def test_a_long_log_is_left_to_a_worker_and_the_older_report_is_shown_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = a_studied_world()
    monkeypatch.setattr(measuring, "AT_ONCE", 0)
    assert read(world)["state"] == "computing"
    assert work_on(queue.to_do()[0]) == "done"
    ready = read(world)
    assert ready["state"] == "ready"
    world.bob.do(world.project, world.about("reopen_set"))
    later = read(world)
    assert later["state"] == "computing"
    assert later["report"] == ready["report"]
    assert later["position"] > ready["position"]
