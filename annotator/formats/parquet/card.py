"""The card of the data set, as the Hub and ``datasets`` read it: YAML between dashes, then words for people."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from annotator.formats.parquet.tables import features

Counts = Mapping[str, Mapping[str, tuple[int, int]]]


def card(schemas: Mapping[str, pa.Schema], classes: Mapping[str, list[str]], counts: Counts) -> str:
    """Parts without a row are not named: a reader would stumble over them."""
    return "\n".join(["---", *_yaml(schemas, classes, counts), "---", *_words()])


def _yaml(
    schemas: Mapping[str, pa.Schema], classes: Mapping[str, list[str]], counts: Counts
) -> Iterator[str]:
    yield "configs:"
    for name in schemas:
        yield f"- config_name: {name}"
        yield "  data_files:"
        for part in _named(counts[name]):
            yield f"  - split: {part}"
            yield f"    path: {name}/{part}-*"
        if name == "documents":
            yield "  default: true"
    yield "dataset_info:"
    for name, schema in schemas.items():
        yield f"- config_name: {name}"
        yield "  features:"
        for feature in features(schema, classes):
            yield f"  - {_flow(feature)}"
        yield "  splits:"
        for part in _named(counts[name]):
            rows, size = counts[name][part]
            yield f"  - {_flow({'name': part, 'num_bytes': size, 'num_examples': rows})}"
        sizes = [size for _, size in counts[name].values()]
        yield f"  download_size: {sum(sizes)}"
        yield f"  dataset_size: {sum(sizes)}"


def _named(parts: Mapping[str, tuple[int, int]]) -> list[str]:
    return [part for part, (rows, _) in parts.items() if rows] or ["train"]


def _flow(value: Any) -> str:
    """JSON is YAML."""
    return json.dumps(value, ensure_ascii=False)


def _words() -> list[str]:
    return [
        "",
        "# An export of annotated articles",
        "",
        "`documents` has a row for each article with the sets of its annotators; spans count Unicode code points.",
        "`tokens` has a row for each sentence of each set with one tag a word; `starts` says where words begin.",
        "Articles of one `group` are copies of each other and stand in one part.",
        "",
        "```python",
        "from datasets import load_dataset",
        'data = load_dataset("path/to/this/folder", "tokens")',
        "```",
        "",
        "What was left out and where everything comes from is told in README.txt and manifest.json.",
        "",
    ]
