"""The page that lies in every export, for people: what it is, how to read it, what is missing."""

from collections.abc import Sequence

from annotator.formats.manifest import Manifest
from annotator.formats.registry import Format

_SHOWN = 100  # files that the page names


def readme(form: Format, manifest: Manifest) -> str:
    """Plain text in UTF-8, lines of at most 100 code points but for long names."""
    origin = manifest.origin
    return "\n".join(
        [
            f"{origin.name or origin.project}: {origin.source} as {form.title}",
            "",
            f"Project {origin.project} at position {origin.position} of its log.",
            *([f"Label schema {origin.schema}."] if origin.schema else []),
            f"{_counted(manifest)}.",
            f"Positions count {form.unit}s, from 0; an end is not included.",
            "",
            *_losses(manifest),
            "",
            "Files",
            *_files(manifest),
            "",
            "manifest.json says of what this was made. The same export has the same bytes on any day.",
            "",
        ]
    )


def _files(manifest: Manifest) -> Sequence[str]:
    told = [f"  {file.name}  {file.bytes:,} bytes  sha256 {file.sha256}" for file in manifest.files[:_SHOWN]]
    more = len(manifest.files) - len(told)
    return [*told, *([f"  and {more:,} more, which manifest.json names"] if more else [])]


def _counted(manifest: Manifest) -> str:
    words = {
        "documents": "documents",
        "sets": "annotation sets",
        "annotations": "annotations",
        "links": "links",
    }
    found = [f"{word}: {manifest.counts[key]:,}" for key, word in words.items() if manifest.counts.get(key)]
    return "; ".join(found).capitalize() or "No documents"


def _losses(manifest: Manifest) -> Sequence[str]:
    if not manifest.losses:
        return ["Nothing is left out."]
    return ["What this format leaves out", *[f"  {loss.message}: {loss.count:,}" for loss in manifest.losses]]
