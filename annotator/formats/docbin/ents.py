"""What of a document's annotations ``doc.ents`` can hold."""

from annotator.formats.bundles import Work
from annotator.formats.docbin.options import DocBinWriteOptions
from annotator.formats.overlap import without_overlap
from annotator.formats.records import AnnotationRecord


def entities(work: Work, options: DocBinWriteOptions) -> list[AnnotationRecord]:
    """The annotations that can be in ``doc.ents``: of one span each, without overlap."""
    chosen = options.entity_labels or {annotation.label for annotation in work.annotations}
    whole = [it for it in work.annotations if len(it.spans) == 1 and it.label in chosen]
    return without_overlap(whole, options.overlap, options.entity_labels)
