"""Files for imports in tests, small and big."""

import json
from typing import Any

Line = dict[str, Any]


def jsonl(*lines: Line) -> bytes:
    """Lines of our JSON Lines."""
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def a_document(key: str, text: str = "Assad took Al-Bukamal.") -> Line:
    """The line of a document."""
    return {"kind": "document", "id": key, "title": f"Article {key}", "text": text}


def a_mark(document: str, quote: str, text: str = "Assad took Al-Bukamal.", **more: Any) -> Line:
    """The line of an annotation of the first place that says so."""
    start = text.index(quote)
    return {
        "kind": "annotation",
        "id": f"{quote}",
        "document": document,
        "author": "ann",
        "label": "location",
        "spans": [[start, start + len(quote)]],
        "quote": quote,
        "attrs": {},
        **more,
    }


def many(count: int) -> bytes:
    """Documents with an annotation each."""
    lines: list[Line] = []
    for n in range(count):
        lines += [a_document(f"d{n}"), a_mark(f"d{n}", "Al-Bukamal")]
    return jsonl(*lines)
