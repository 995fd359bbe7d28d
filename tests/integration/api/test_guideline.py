"""The guideline over the API: versions, what changed since somebody read it, and where it is recorded."""

import io
import json
import zipfile
from typing import Any
from uuid import UUID

from annotator.jobs.work import work_on
from tests.support.people import Person, World, new_id

FIRST = "# How to\nMark what is there.\n\n## Actor\nWho acts.\n\n## Location\nWhere it is."
SECOND = FIRST.replace("Who acts.", "Whoever acts, with the title.")


def write(world: World, text: str, based_on: int, **data: Any) -> dict[str, Any]:
    command = {"type": "write_guideline", "data": {"text": text, "based_on": based_on, **data}}
    return world.mona.send(world.project, command)[0]


def guideline(world: World, person: Person, query: str = "") -> Any:
    return person.get(f"{world.path}/guideline{query}").ok()


def test_a_project_begins_without_one(world: World) -> None:
    found = guideline(world, world.alice)
    assert (found["version"], found["sections"], found["written"]) == (0, [], None)


def test_everybody_reads_it_by_sections_and_labels_find_theirs(world: World) -> None:
    write(world, FIRST, 0, note="To begin with")
    found = guideline(world, world.victor)
    assert [each["key"] for each in found["sections"]] == ["how-to", "actor", "location"]
    assert found["labels"] == {"actor": "actor", "location": "location"}
    assert (found["written"]["note"], found["written"]["name"]) == ("To begin with", "Mona")
    world.mona.do(world.project, {"type": "link_section", "data": {"label": "claim", "section": "how-to"}})
    assert guideline(world, world.alice)["labels"]["claim"] == "how-to"


def test_what_changed_since_one_read_it_is_ones_own_business(world: World) -> None:
    write(world, FIRST, 0)
    world.alice.ask("POST", f"{world.path}/guideline/read", {"version": 1}).ok()
    write(world, SECOND, 1)
    hers, his = guideline(world, world.alice), guideline(world, world.bob)
    assert (hers["read"], his["read"]) == (1, 0)
    assert [each["became"] for each in hers["sections"]] == [None, "changed", None]
    assert [each["became"] for each in his["sections"]] == [None, None, None]
    world.alice.ask("POST", f"{world.path}/guideline/read", {"version": 2}).ok()
    world.alice.ask("POST", f"{world.path}/guideline/read", {"version": 1}).ok()  # another tab, late
    assert guideline(world, world.alice)["read"] == 2
    assert world.alice.ask("POST", f"{world.path}/guideline/read", {"version": 3}).status == 422


def test_old_versions_stay_readable_and_two_who_write_at_once_are_told(world: World) -> None:
    write(world, FIRST, 0)
    assert write(world, SECOND, 1)["status"] == "accepted"
    lost = write(world, FIRST + "\nMine.", 1)
    assert lost["problem"]["type"].endswith("guideline-changed-meanwhile")
    assert guideline(world, world.alice, "?version=1")["text"] == FIRST
    assert world.alice.get(f"{world.path}/guideline?version=9").status == 404
    listed = world.alice.get(f"{world.path}/guideline/versions").ok()["results"]
    assert [each["version"] for each in listed] == [2, 1]
    assert guideline(world, world.alice, f"?at={listed[1]['position']}")["text"] == FIRST


def test_a_history_tells_that_it_was_written_without_its_text(world: World) -> None:
    write(world, FIRST, 0)
    told = [each for each in world.events(world.alice) if each["type"] == "guideline_written"]
    assert [each["data"].keys() for each in told] == [{"version", "sha256", "length"}]


def decide(world: World) -> str:
    start = world.text.index("Assad")
    decided = {
        "decision": new_id(),
        "item": "actor:0-1",
        "verdict": "edit",
        "annotation": {"label": "actor", "spans": [[start, start + 5]]},
        "quote": "Assad",
    }
    world.carol.do(world.project, world.about("decide_item", **decided))
    return str(world.carol.get(f"{world.document_path}/gold").ok()["labels"][0]["id"])


def test_decisions_certificates_and_releases_name_the_version_that_held(world: World) -> None:
    write(world, FIRST, 0)
    gold = decide(world)
    release = {"release": new_id(), "name": "1.0"}
    world.mona.do(world.project, {"type": "make_release", "data": release})
    write(world, SECOND, 1)
    told = world.carol.get(f"{world.document_path}/gold/{gold}/certificate").ok()
    assert (told["guideline"]["version"], told["decisions"][0]["guideline"]) == (2, 1)
    (made,) = world.carol.get(f"{world.path}/releases").ok()["results"]
    assert made["guideline"]["version"] == 1


def test_an_export_names_it_in_manifest_datasheet_and_with_each_label(world: World) -> None:
    write(world, FIRST, 0)
    decide(world)
    write(world, SECOND, 1)
    job = world.carol.ask("POST", f"{world.path}/exports", {"format": "jsonl", "source": "gold"}).ok()["id"]
    assert work_on(UUID(job)) == "done"
    raw = world.carol.get(f"{world.path}/jobs/{job}/file").raw
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        manifest = json.loads(file.read("manifest.json"))
        sheet = next(name for name in file.namelist() if name.lower().startswith("datasheet"))
        assert "Guideline: version 2" in file.read(sheet).decode()
        records = next(name for name in file.namelist() if name.endswith(".jsonl"))
        lines = [json.loads(line) for line in file.read(records).splitlines()]
    assert manifest["origin"]["guideline"]["version"] == 2
    (label,) = [each for each in lines if each.get("provenance")]
    assert label["provenance"]["guideline_version"] == 2
    assert label["provenance"]["decided"]["guideline_version"] == 1


def test_the_trend_of_agreement_is_marked_where_it_changed(world: World) -> None:
    write(world, FIRST, 0)
    for person in (world.alice, world.bob):
        person.do(world.project, world.annotation("Al-Bukamal"), world.finish())
    markers = world.carol.get(f"{world.path}/agreement").ok()["report"]["markers"]
    assert [(each["kind"], each["name"]) for each in markers if each["kind"] == "guideline"] == [
        ("guideline", "1")
    ]


def test_a_manager_writes_it_and_nobody_else(world: World) -> None:
    command = {"type": "write_guideline", "data": {"text": FIRST, "based_on": 0}}
    assert world.carol.send(world.project, command)[0]["problem"]["status"] == 403
