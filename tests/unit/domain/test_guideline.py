"""Rules of the guideline, and how its text falls into sections."""

import hashlib
from dataclasses import replace

from hypothesis import given as across
from hypothesis import settings
from hypothesis import strategies as st

from annotator.domain.guideline import (
    GuidelineChangedMeanwhile,
    GuidelineWritten,
    LinkSection,
    SectionLinked,
    SectionUnknown,
    WriteGuideline,
    changed_sections,
    section_of,
    sections,
)
from annotator.domain.ids import keyed_id
from annotator.domain.label_schema import LabelUnknown
from annotator.domain.project import ProjectIsArchived
from tests.support.builders import a_project
from tests.support.scenario import GUIDELINE, given

TEXT = "# How\nRead.\n\n## Actor\nWho acts.\n\n```\n# no heading\n```\n## Actor\nAgain."


def write(text: str = TEXT, based_on: int = 0, note: str = "") -> WriteGuideline:
    return WriteGuideline(text=text, based_on=based_on, note=note)


def written(text: str, version: int, note: str = "") -> GuidelineWritten:
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return GuidelineWritten(version=version, sha256=sha256, length=len(text), text=text, note=note)


def test_versions_count_from_one_and_name_their_text_by_its_hash() -> None:
    given(GUIDELINE).when(write(note="The first.")).then(written(TEXT, 1, "The first."))
    given(GUIDELINE, write()).when(write("# Other", 1)).then(written("# Other", 2))


def test_the_same_text_is_no_new_version_whatever_it_is_based_on() -> None:
    given(GUIDELINE, write()).when(write(based_on=0)).then_nothing()


def test_a_version_that_was_not_on_the_screen_is_not_written_over() -> None:
    given(GUIDELINE, write()).when(write("Mine", 0)).then_raises(GuidelineChangedMeanwhile, version=1)


def test_a_label_is_linked_to_a_section_that_there_is_and_let_go_again() -> None:
    context = replace(GUIDELINE.context, sections=frozenset({"actor"}))
    id_ = keyed_id("guideline_section", "actor")
    link = LinkSection(label="actor", section="actor")
    scenario = given(GUIDELINE, write(), context=context).when(link)
    scenario.then(SectionLinked(id_, "actor", "actor"))
    scenario.when(link).then_nothing()
    scenario.when(LinkSection(label="actor")).then(SectionLinked(id_, "actor", None))
    given(GUIDELINE, context=context).when(LinkSection(label="actor", section="x")).then_raises(
        SectionUnknown
    )
    given(GUIDELINE, context=context).when(LinkSection(label="x")).then_raises(LabelUnknown)


def test_an_archived_project_keeps_its_guideline_as_it_is() -> None:
    context = replace(GUIDELINE.context, project=a_project(archived=True))
    given(GUIDELINE, context=context).when(write()).then_raises(ProjectIsArchived)


def test_headings_make_sections_and_code_makes_none() -> None:
    found = sections("Before.\n\n" + TEXT)
    assert [(each.key, each.title, each.level) for each in found] == [
        ("section", "", 0),
        ("how", "How", 1),
        ("actor", "Actor", 2),
        ("actor-2", "Actor", 2),
    ]
    assert found[2].text == "## Actor\nWho acts.\n\n```\n# no heading\n```"


def test_a_label_finds_the_section_of_its_name_unless_it_was_linked_to_another() -> None:
    found = sections(TEXT)
    assert section_of("actor", "Actor", found, {}) == "actor"
    assert section_of("actor", "Actor", found, {"actor": "how"}) == "how"
    assert section_of("actor", "Actor", found, {"actor": "gone"}) == "actor"
    assert section_of("place", "Place", found, {}) is None


def test_what_became_of_sections_is_told_by_their_words() -> None:
    after = TEXT.replace("Who acts.", "Whoever acts.").replace("# How\nRead.\n\n", "") + "\n# New\nMore."
    assert changed_sections(TEXT, after) == {"actor": "changed", "new": "added", "how": "removed"}


@settings(max_examples=60, deadline=None)
@across(st.text(alphabet="# \n`ab*é", max_size=80))
def test_sections_lose_no_word_and_have_keys_of_their_own(text: str) -> None:
    found = sections(text)
    assert len({each.key for each in found}) == len(found)
    assert "".join("".join(each.text for each in found).split()) == "".join(text.split())
