"""Label Studio's tasks: `tasks.json`, a list with a task for each document, and the labelling configuration
`config.xml`.

People's sets and gold (as `ground_truth`) are annotations, machines' sets are predictions. Each stretch is a region
of its own; what belongs to one annotation is told in `meta`, with everything that a region has no place for.
Attributes with a list of values are choices per region as well, links are relations. Offsets count code points, as
Label Studio does since 2022, or UTF-16 units for older versions.

Read are exports of anybody's, in JSON or one task a line: regions of text and hypertext, choices, texts and numbers
per region as attributes, of a whole task as document labels. Whoever completed an annotation is its author, a model's
version the author of its predictions. Cancelled annotations and drafts are left out.
"""

import re

from annotator.formats.given.reading import reading
from annotator.formats.labelstudio.options import LabelStudioReadOptions, LabelStudioWriteOptions
from annotator.formats.labelstudio.reader import find
from annotator.formats.labelstudio.writer import write
from annotator.formats.registry import Format, Reader, Writer
from annotator.formats.survey import Feature

_TASKS = re.compile(rb'"(?:annotations|predictions|completions)"\s*:\s*\[')
_MEMBER = re.compile(rb"PK\x03\x04.{26}tasks\.json", re.DOTALL)


def sniff(head: bytes, name: str) -> float:
    looks = head.lstrip()[:1] in (b"[", b"{") and b'"data"' in head and _TASKS.search(head)
    return 0.9 * bool(looks or _MEMBER.match(head))


FORMAT = Format(
    key="labelstudio",
    version=1,
    title="Label Studio JSON",
    suffixes=(".json",),
    media_type="application/json",
    unit="code point",
    keeps=frozenset(Feature),
    about=__doc__ or "",
    reader=Reader(options=LabelStudioReadOptions, sniff=sniff, read=reading(find)),
    writer=Writer(options=LabelStudioWriteOptions, write=write, losses=lambda _survey, _options: []),
)
