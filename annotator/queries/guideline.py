"""The guideline of a project: its versions, their texts, and which of them held where in the log."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec
from django.db import connection

from annotator.accounts.models import GuidelineRead
from annotator.domain.guideline import DECIDER, KIND, changed_sections, section_of, sections
from annotator.domain.label_schema import DECIDER as SCHEMA
from annotator.log import STORE
from annotator.queries.accounts import names_of
from annotator.queries.events import moment
from events.store import read_content
from events.streams import StreamRef


class GuidelineTold(msgspec.Struct, frozen=True):
    """Which version of the guideline held; `sha256` of its UTF-8, in hexadecimal."""

    version: int
    sha256: str
    position: int


class VersionView(msgspec.Struct, frozen=True):
    """A version of the guideline. `length` in code points; `note` says what changed, in its author's words."""

    version: int
    sha256: str
    length: int
    note: str
    author: UUID
    name: str
    written_at: str
    position: int


class SectionView(msgspec.Struct, frozen=True):
    """A heading with what follows it; `became` says what happened to it since the caller read the guideline."""

    key: str
    title: str
    level: int
    text: str
    became: str | None


class GuidelineView(msgspec.Struct, frozen=True):
    """The guideline as of a position. `version` 0: there is none; `text` is null when it was erased.

    `labels` gives each label's section. `read` is the version that the caller has read, 0 for none; `removed` are
    titles of sections that were there then.
    """

    position: int
    version: int
    text: str | None
    sections: Sequence[SectionView]
    labels: dict[str, str]
    links: dict[str, str]
    written: VersionView | None
    read: int
    removed: Sequence[str]


@dataclass(frozen=True, slots=True)
class Versions:
    """All versions up to a position, for looking up which one held where."""

    positions: Sequence[int]
    told: Sequence[GuidelineTold]

    def at(self, position: int | None) -> GuidelineTold | None:
        """The version that held at a position of the log; None where none was written yet."""
        n = bisect_right(self.positions, position) if position is not None else 0
        return self.told[n - 1] if n else None


def versions(project: UUID, *, at: int) -> Versions:
    """Which versions were written up to a position, and where."""
    sql = """SELECT (payload ->> 'version')::int, payload ->> 'sha256', position FROM es.event_current
              WHERE project = %s AND stream = %s AND type = 'guideline_written' AND position <= %s ORDER BY version"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, StreamRef(project, KIND).id, at])
        told = [GuidelineTold(*row) for row in cursor.fetchall()]
    return Versions([each.position for each in told], told)


def list_versions(project: UUID, *, at: int) -> list[VersionView]:
    """All versions up to a position, the newest first."""
    sql = """SELECT e.payload ->> 'version', e.payload ->> 'sha256', e.payload ->> 'length',
                    coalesce(convert_from(c.body, 'UTF8')::jsonb ->> 'note', ''), e.issued_by, e.recorded_at, e.position
               FROM es.event_current e
               LEFT JOIN es.content c ON c.project = e.project AND c.content_id = e.content_id
              WHERE e.project = %s AND e.stream = %s AND e.type = 'guideline_written' AND e.position <= %s
              ORDER BY e.version DESC"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, StreamRef(project, KIND).id, at])
        rows = cursor.fetchall()
    names = names_of({author for *_, author, _, _ in rows})
    return [
        VersionView(int(version), sha, int(length), note, by, names.get(by, ""), moment(when), position)
        for version, sha, length, note, by, when, position in rows
    ]


def text_of_version(project: UUID, version: int) -> str | None:
    """A version's text; None when there is no such version, or it was erased."""
    sql = """SELECT content_id FROM es.event_current
              WHERE project = %s AND stream = %s AND type = 'guideline_written' AND (payload ->> 'version')::int = %s"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [project, StreamRef(project, KIND).id, version])
        row = cursor.fetchone()
    body = read_content(project, row[0]) if row and row[0] else None
    return None if body is None else str(body.get("text", ""))


def section_keys(project: UUID, version: int) -> frozenset[str]:
    """The sections of a version."""
    return frozenset(each.key for each in sections(text_of_version(project, version) or ""))


def read_guideline(
    project: UUID, account: UUID, *, at: int, version: int | None = None
) -> GuidelineView | None:
    """The guideline as of a position, or one version of it; None when there is no such version."""
    recorded = STORE.latest(project, [StreamRef(project, KIND).id], at=at)
    state = DECIDER.fold(each.event for each in recorded)
    wanted = state.version if version is None else version
    written = next((each for each in list_versions(project, at=at) if each.version == wanted), None)
    if version is not None and written is None:
        return None
    text = text_of_version(project, wanted) if wanted else ""
    read = version_read(project, account)
    became = _became(project, read, text or "")
    found = sections(text or "")
    schema = SCHEMA.fold(
        each.event for each in STORE.latest(project, [StreamRef(project, SCHEMA.kind).id], at=at)
    )
    of_labels = {key: section_of(key, label.name, found, state.links) for key, label in schema.labels.items()}
    return GuidelineView(
        position=at,
        version=wanted,
        text=text,
        sections=[SectionView(s.key, s.title, s.level, s.text, became.get(s.key)) for s in found],
        labels={label: section for label, section in of_labels.items() if section is not None},
        links=dict(state.links),
        written=written,
        read=read,
        removed=sorted(key for key, what in became.items() if what == "removed"),
    )


def version_read(project: UUID, account: UUID) -> int:
    """The newest version that an account has read; 0 for none."""
    row = GuidelineRead.objects.filter(account_id=account, project=project).values_list("version", flat=True)
    return row.first() or 0


def keep_version_read(project: UUID, account: UUID, version: int) -> None:
    """Remember that an account has read a version; an older one than before changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO annotator_guidelineread (account_id, project, version) VALUES (%s, %s, %s)
               ON CONFLICT (account_id, project) DO UPDATE
                  SET version = greatest(annotator_guidelineread.version, excluded.version)""",
            [account, project, version],
        )


def _became(project: UUID, read: int, text: str) -> dict[str, str]:
    before = text_of_version(project, read) if read else None
    return {} if before is None or before == text else changed_sections(before, text)
