"""How consensus is computed: a policy is a value that can be stored, compared and versioned."""

from typing import Annotated

from msgspec import Meta

from annotator.domain.values import Value


class MajorityPolicy(Value, frozen=True, tag_field="kind", tag="majority"):
    """A label stands when more than ``threshold`` of the voters gave it, or all of them did."""

    threshold: Annotated[float, Meta(ge=0, le=1)] = 0.5

    def accepts(self, share: float) -> bool:
        """Whether a share of the votes is enough."""
        return share > self.threshold or share == 1.0


Policy = MajorityPolicy
"""Every kind of policy; a new one joins as a union, told apart by ``kind``."""

MAJORITY = MajorityPolicy()
