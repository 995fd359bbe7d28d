"""Sentences and words are written down once, and exports say them again whatever the rules have become."""

from io import BytesIO
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection

from annotator.application.segmenting import segment_new
from annotator.formats import conll2003, conllu, docbin, parquet, prodigy, sentences, tokens, webanno, words
from annotator.jobs.exporting import Wanted, write_export
from annotator.log import STORE
from annotator.tasks.projections import catch_up
from tests.integration.jobs.helpers import counts
from tests.support.people import World

pytestmark = pytest.mark.django_db(transaction=True)

FORMATS: dict[str, dict[str, str]] = {
    **{form: {} for form in ("conll2003", "conllu", "prodigy", "webanno", "parquet")},
    "docbin": {"words": "stored"},
}


def exported(world: World, form: str, at: int) -> bytes:
    """A whole export."""
    target = BytesIO()
    wanted = Wanted(project=UUID(world.project), format=form, source="sets", at=at, options=FORMATS[form])
    write_export(wanted, target)
    return target.getvalue()


def marked(world: World) -> None:
    world.alice.do(world.project, world.annotation("Al-Bukamal"), world.annotation("Iran"), world.finish())


def test_exports_stay_the_same_when_the_rules_change(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    marked(world)
    at = STORE.head(UUID(world.project))
    before = {form: exported(world, form, at) for form in FORMATS}
    assert segment_new(UUID(world.project)) == 1
    assert {form: exported(world, form, at) for form in FORMATS} == before
    # Next year's rules: every full stop ends a sentence, and each character is a word.
    monkeypatch.setattr(tokens, "sentence_starts", lambda text, lang, start, end: list(range(start + 1, end)))
    monkeypatch.setattr(words, "_cut", lambda chunk, family: list(chunk))
    monkeypatch.setattr(words, "VERSION", "words 9")
    monkeypatch.setattr(sentences, "VERSION", "sentences 9")
    for module in (conll2003, conllu, prodigy, parquet, webanno, docbin):
        for name, version in (("WORDS", "words 9"), ("SENTENCES", "sentences 9")):
            monkeypatch.setattr(module, name, version, raising=False)
    assert {form: exported(world, form, at) for form in FORMATS} == before
    segment_new(UUID(world.project))
    assert counts(world)["text_segmented"] == 1


def test_new_languages_and_texts_are_segmented_and_the_others_are_not_again(world: World) -> None:
    project = UUID(world.project)
    catch_up(project, seconds=10)
    catch_up(project, seconds=10)
    assert counts(world)["text_segmented"] == 1
    ranges = [{"start": 0, "end": len(world.text), "lang": "it"}]
    world.mona.do(world.project, world.about("set_languages", languages=ranges))
    world.mona.do(world.project, world.about("add_text_version", text=f"{world.text} So it was."))
    call_command("segment", project=project)
    assert counts(world)["text_segmented"] == 2
    call_command("segment", project=None)
    assert counts(world)["text_segmented"] == 2


def test_an_erased_text_takes_its_boundaries_along(world: World) -> None:
    segment_new(UUID(world.project))
    order = {"id": world.document, "scope": "document", "subject": world.document, "basis": "subject_request"}
    world.mona.ask("POST", f"{world.path}/erasures", order).ok()
    with connection.cursor() as cursor:
        sql = """SELECT c.body IS NULL FROM es.event e LEFT JOIN es.content c USING (project, content_id)
                  WHERE e.project = %s AND e.type = 'text_segmented'"""
        cursor.execute(sql, [world.project])
        assert cursor.fetchall() == [(True,)]
    segment_new(UUID(world.project))
    assert counts(world)["text_segmented"] == 1
