"""The labelling configuration that goes with the tasks."""

from xml.sax.saxutils import quoteattr

from annotator.formats.records import SchemaRecord

LABELS, TEXT = "label", "text"


def configuration(schema: SchemaRecord) -> str:
    lines = ["<View>", f'  <Labels name="{LABELS}" toName="{TEXT}">']
    lines += [
        f"    <Label value={quoteattr(label.key)} background={quoteattr(label.color)}/>"
        for label in schema.labels
        if not label.retired
    ]
    lines += ["  </Labels>", f'  <Text name="{TEXT}" value="$text"/>']
    if schema.link_types:
        lines.append("  <Relations>")
        lines += [f"    <Relation value={quoteattr(it.key)}/>" for it in schema.link_types if not it.retired]
        lines.append("  </Relations>")
    for key, values in choices(schema).items():
        lines.append(f'  <Choices name={quoteattr(key)} toName="{TEXT}" perRegion="true">')
        lines += [f"    <Choice value={quoteattr(value)}/>" for value in values]
        lines.append("  </Choices>")
    return "\n".join([*lines, "</View>", ""])


def choices(schema: SchemaRecord) -> dict[str, tuple[str, ...]]:
    """Attributes with a list of values, by key; of two with one key the first counts."""
    found: dict[str, tuple[str, ...]] = {}
    for label in schema.labels:
        for attribute in label.attributes:
            if attribute.kind == "choice" and attribute.values and attribute.key not in (LABELS, TEXT):
                found.setdefault(attribute.key, attribute.values)
    return found
