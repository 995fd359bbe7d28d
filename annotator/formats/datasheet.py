"""The datasheet that lies in every export, for people who decide whether the data are fit for what they want.

Everything in it follows from the records and the manifest, so it is the same on every day; the questions are those of
Gebru et al., Datasheets for Datasets (2021), as far as a log can answer them.
"""

from collections.abc import Iterator, Mapping

from annotator.formats.manifest import Manifest
from annotator.formats.registry import Format
from annotator.formats.survey import Survey

_COUNTED = {
    "documents": "documents",
    "code_points": "characters of text",
    "sets": "annotation sets",
    "annotations": "annotations",
    "discontinuous": "annotations of several spans",
    "links": "links",
    "attributes": "attribute values",
    "document_labels": "labels of whole documents",
    "entities": "entities of the register",
}
_STANDING = {
    "agreed": "all voters said the same",
    "consensus": "the policy settled it",
    "single": "only one voter said anything",
    "decided": "a curator decided",
}


def datasheet(form: Format, manifest: Manifest, survey: Survey) -> str:
    """Markdown in UTF-8."""
    parts = [_what(form, manifest), _who(manifest, survey), _texts(manifest), _labels(manifest, survey)]
    return "\n".join(line for part in [*parts, _use(manifest)] for line in part)


def _what(form: Format, manifest: Manifest) -> Iterator[str]:
    origin = manifest.origin
    name = _plain(origin.name or origin.project)
    yield f"# {name}{f', release {_plain(origin.release.name)}' if origin.release else ''}"
    yield ""
    yield "## What this is"
    yield ""
    kind = "gold labels" if origin.source == "gold" else "annotation sets, one for each author and document"
    yield f"{kind.capitalize()} as {form.title}, made of project {origin.project} as it stood at position"
    yield f"{origin.position} of its log."
    if origin.chain:
        yield f"The log's hash there is `{origin.chain}`."
    yield ""
    for key, words in _COUNTED.items():
        if count := manifest.counts.get(key):
            yield f"- {words}: {count:,}"
    yield ""


def _who(manifest: Manifest, survey: Survey) -> Iterator[str]:
    yield "## Who annotated, and how far they agree"
    yield ""
    authors = len(survey.authors)
    yield f"{authors} annotator{'' if authors == 1 else 's'} had a part in what is here; names are left out on purpose."
    yield ""
    if manifest.origin.source != "gold":
        return
    if policy := manifest.origin.policy:
        said = ", ".join(f"{key} {value}" for key, value in sorted(policy.items()) if value not in (None, {}))
        yield f"Labels became gold by this policy: {_plain(said)}."
        yield ""
    whole = sum(survey.statuses.values())
    for status, words in _STANDING.items():
        if count := survey.statuses[status]:
            yield f"- {words}: {count:,} of {whole:,} labels ({100 * count / whole:.1f} %)"
    if not whole:
        yield "There is no gold label yet, so nothing can be said of agreement."
    yield ""


def _texts(manifest: Manifest) -> Iterator[str]:
    yield "## Texts and languages"
    yield ""
    whole = sum(manifest.languages.values())
    for language, count in sorted(manifest.languages.items(), key=lambda pair: (-pair[1], pair[0])):
        yield f"- `{language}`: {count:,} characters ({100 * count / whole:.1f} %)"
    if not whole:
        yield "No language is stated."
    yield ""


def _labels(manifest: Manifest, survey: Survey) -> Iterator[str]:
    yield "## Labels"
    yield ""
    yield f"Schema: {_plain(manifest.origin.schema or 'not published under a name')}."
    yield ""
    if guideline := manifest.origin.guideline:
        yield f"Guideline: version {guideline.version} (SHA-256 `{guideline.sha256}`), written at position"
        yield f"{guideline.position} of the log."
    else:
        yield "Guideline: none was written."
    yield ""
    if not manifest.labels:
        return
    yield "| label | meaning | annotations |"
    yield "|---|---|---:|"
    for key, count in sorted(manifest.labels.items(), key=lambda pair: (-pair[1], pair[0])):
        yield f"| {_cell(key)} | {_cell(survey.meanings.get(key, ''))} | {count:,} |"
    yield ""


def _use(manifest: Manifest) -> Iterator[str]:
    release = manifest.origin.release
    yield "## Licence"
    yield ""
    yield _plain(release.licence) if release and release.licence else "None is stated: ask before you use it."
    yield ""
    yield "## What this format leaves out"
    yield ""
    for loss in manifest.losses:
        yield f"- {loss.count:,} {loss.message}"
    if not manifest.losses:
        yield "Nothing."
    yield ""
    yield "## Made with"
    yield ""
    yield f"- {manifest.origin.tool or 'palimpsest'}, format {manifest.format} {manifest.format_version}"
    yield from (f"- {name} {version}" for name, version in _sorted(manifest.parts))
    yield ""


def _sorted(parts: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(parts.items())


def _plain(text: str) -> str:
    """On one line."""
    return " ".join(str(text).split())


def _cell(text: str) -> str:
    return _plain(text).replace("|", "\\|")
