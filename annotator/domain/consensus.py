"""Consensus."""

from typing import Annotated

from msgspec import Meta

from annotator.domain.values import Value


class MajorityPolicy(Value, frozen=True, tag_field="kind", tag="majority"):
    """A label stands when more than ``threshold`` of the voters gave it."""

    threshold: Annotated[float, Meta(ge=0, le=1)] = 0.5


Policy = MajorityPolicy
MAJORITY = MajorityPolicy()
