"""What an export is made of, so that it can be made again and checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from annotator.formats.options import Options, as_json
from annotator.formats.registry import Format
from annotator.formats.sink import WrittenFile
from annotator.formats.survey import Loss, Survey

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """The release that is exported; ``made_at`` in ISO 8601, UTC."""

    id: str
    name: str
    made_at: str
    licence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guideline:
    """The version of the guideline that held; ``sha256`` of its UTF-8, in hexadecimal."""

    version: int
    sha256: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the records come from: enough to fetch the same ones again."""

    project: str
    position: int  # of the project's log, up to which everything counts
    source: str  # gold, or sets
    chain: str | None = None  # hash of the log at that position, in hexadecimal
    policy: Mapping[str, Any] | None = None  # by which gold was found
    schema: str | None = None  # name and version
    guideline: Guideline | None = None  # the version that held at that position
    tool: str = ""  # name and version of the service
    name: str = ""  # of the project, for people
    release: Released | None = None
    checkpoint: Mapping[str, Any] | None = (
        None  # the chain's hash at that position, signed when the release was made
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """No clock, no host and no account is in it: the same export has the same manifest."""

    format: str
    format_version: int
    options: Mapping[str, Any]
    parts: Mapping[str, str]
    origin: Origin
    counts: Mapping[str, int]
    labels: Mapping[str, int]
    languages: Mapping[str, int]
    losses: Sequence[Loss]
    files: Sequence[WrittenFile]
    manifest_version: int = VERSION

    def to_bytes(self) -> bytes:
        """Canonical JSON: keys in order, no spaces, one line end."""
        return canonical_json(self)


def manifest_of(
    form: Format,
    options: Options,
    origin: Origin,
    survey: Survey,
    losses: Sequence[Loss],
    files: Sequence[WrittenFile],
) -> Manifest:
    assert form.writer is not None
    return Manifest(
        format=form.key,
        format_version=form.version,
        options=as_json(options),
        parts=_parts(form.writer.parts(), survey),
        origin=origin,
        counts={key: count for key, count in survey.counts.items() if count},
        labels=survey.labels,
        languages=survey.languages,
        losses=losses,
        files=list(files),
    )


def _parts(today: Mapping[str, str], survey: Survey) -> Mapping[str, str]:
    """Libraries and rules that the bytes depend on; where boundaries were written down, the rules that found them."""
    told = dict(today)
    for name in ("sentences", "words"):
        if name in told:
            stored = [part for tool in survey.tools if tool for part in tool.split("; ")]
            found = {part for part in stored if part.startswith(name)}
            if found:
                told[name] = "; ".join(sorted(found | ({told[name]} if None in survey.tools else set())))
    return told


def canonical_json(value: object) -> bytes:
    return msgspec.json.encode(value, order="sorted") + b"\n"
