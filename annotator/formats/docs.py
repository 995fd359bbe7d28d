"""docs/formats.md, made from the registry: what each format carries, its options, its diagnostics."""

from pathlib import Path
from typing import Any

from annotator.formats.codes import CODES
from annotator.formats.options import Options, options_schema
from annotator.formats.registry import Format, formats
from annotator.formats.survey import Feature

PAGE = Path(__file__).resolve().parents[2] / "docs" / "formats.md"
_HEAD = """# Formats

Made from the format registry by `python -m annotator.formats.docs`; do not edit.

An import takes a document whole or not at all: whatever is wrong with it is told at once, with line, column and a
code, and the other documents come in. Offsets are code points of the stored text, whose lines end in LF; what a
file counts is found by its quotes, and where nothing tells, the import asks. Annotations become the sets of named
authors, and gold only where a line says so.

An export is one zip: the format's files, `README.txt` for people and `manifest.json` for machines (format, options,
project, position, policy, schema, versions of everything the bytes depend on, counts, losses, SHA-256 of each file,
hash of the log). The same position, format and options give the same bytes on any day and machine.
"""


def render() -> str:
    """The page, in Markdown."""
    return "\n".join([_HEAD, *_overview(), "", *[_format(form) for form in formats().values()], *_codes()])


def _overview() -> list[str]:
    features = [feature.replace("_", " ") for feature in Feature]
    rows = [
        f"| {form.title} | `{form.key}` | {_ways(form)} | {' | '.join(_kept(form))} |"
        for form in formats().values()
    ]
    return [
        f"| format | key | | {' | '.join(features)} |",
        f"|---|---|---|{'---|' * len(features)}",
        *rows,
    ]


def _kept(form: Format) -> list[str]:
    return ["✓" if feature in form.keeps else "" for feature in Feature]


def _ways(form: Format) -> str:
    return " and ".join(way for way, there in (("in", form.reader), ("out", form.writer)) if there)


def _format(form: Format) -> str:
    lines = [
        f"## {form.title}",
        "",
        f"Key `{form.key}`, version {form.version}; {', '.join(form.suffixes)}; `{form.media_type}`; "
        f"counts {form.unit}s.",
        "",
        form.about.strip(),
        "",
    ]
    if form.reader:
        lines += _options("Options for reading", form.reader.options)
    if form.writer:
        lines += _options("Options for writing", form.writer.options)
    return "\n".join(lines)


def _options(title: str, kind: type[Options]) -> list[str]:
    schema = options_schema(kind)
    rows = [_option(name, found, schema.get("$defs", {})) for name, found in schema["properties"].items()]
    return [f"{title}:", "", *rows, ""] if rows else []


def _option(name: str, found: dict[str, Any], types: dict[str, Any]) -> str:
    choices = _choices(found, types)
    kind = " or ".join(f"`{choice}`" for choice in choices) or found.get("type", "")
    default = found.get("default")
    said = "" if default in (None, "", [], ()) else f", `{_plain(default)}` if not said"
    return f"- `{name}` ({kind}{said}): {found['description']}"


def _choices(found: dict[str, Any], types: dict[str, Any]) -> list[str]:
    branches = found.get("anyOf", [found])
    resolved = [types[it["$ref"].rpartition("/")[2]] if "$ref" in it else it for it in branches]
    return [choice for it in resolved for choice in it.get("enum", [])]


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _codes() -> list[str]:
    rows = [f"| `{code}` | {meaning} |" for code, meaning in sorted(CODES.items())]
    return ["## What an import may tell", "", "| code | meaning |", "|---|---|", *rows, ""]


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
