"""How consensus is computed: a policy is a value that can be stored, compared and versioned."""

from typing import Annotated, Literal

from msgspec import Meta

from annotator.domain.values import Id, Value

Share = Annotated[float, Meta(ge=0, le=1)]
Authors = Annotated[tuple[Id, ...], Meta(max_length=1000)]
Weight = Annotated[float, Meta(ge=0, le=1_000_000)]
Boundary = Literal["exact", "overlap"]
"""exact: only votes for the very same stretch count together. overlap: votes for overlapping stretches of one
label count together for its being there, and the stretch with most of them stands."""
Constraint = Literal["free", "nested", "per_type", "flat"]

EVEN = 0.5


class MajorityPolicy(Value, frozen=True, tag_field="kind", tag="majority"):
    """A label stands when more than ``threshold`` of the voters gave it, or all of them did.

    ``auto_accept``: what is less sure than this is left to a curator; without it, what stands or falls is
    settled. ``without``: authors whose votes do not count.
    """

    threshold: Share = 0.5
    auto_accept: Share | None = None
    boundary: Boundary = "exact"
    without: Authors = ()

    def accepts(self, share: float) -> bool:
        """Whether a share of the votes is enough."""
        return _enough(share, self.threshold)

    def settles(self, share: float) -> bool:
        """Whether a share of the votes is enough to leave no question to a curator."""
        return self.accepts(share) and (self.auto_accept is None or share >= self.auto_accept)


class WeightedPolicy(Value, frozen=True, tag_field="kind", tag="weighted"):
    """The same with voters counted by the square of their reliability, as learned, or by ``weights`` where given."""

    threshold: Share = 0.5
    auto_accept: Share | None = None
    boundary: Boundary = "exact"
    without: Authors = ()
    weights: dict[Id, Weight] = {}

    def accepts(self, share: float) -> bool:
        """Whether a share of the weights is enough."""
        return _enough(share, self.threshold)

    def settles(self, share: float) -> bool:
        """Whether a share of the weights is enough to leave no question to a curator."""
        return self.accepts(share) and (self.auto_accept is None or share >= self.auto_accept)


class ModelPolicy(Value, frozen=True, tag_field="kind", tag="model"):
    """A label stands when a model of the annotators gives it more than ``tau``; ``text``: it reads the text, too.

    ``auto_accept``: labels of which the model is less sure, either way, are left to a curator. ``constraint``:
    which labels may stand together. Links and document labels are settled by votes weighted by reliability.
    """

    tau: Annotated[float, Meta(gt=0, lt=1)] = 0.35
    text: bool = True
    auto_accept: Annotated[float, Meta(ge=0.5, le=1)] = 0.8
    constraint: Constraint = "free"
    without: Authors = ()

    def accepts(self, share: float) -> bool:
        """Whether a share of the weights is enough for a link, an attribute or a document label."""
        return _enough(share, EVEN)

    def settles(self, share: float) -> bool:
        """Whether it is enough to leave no question to a curator."""
        return self.accepts(share)


Policy = MajorityPolicy | WeightedPolicy | ModelPolicy
"""Every kind of policy, told apart by ``kind``."""

MAJORITY = MajorityPolicy()
LESSON = ModelPolicy()


def lesson_of(policy: Policy) -> ModelPolicy | None:
    """What must be learned of the annotators for a policy; two policies that need the same have one lesson."""
    match policy:
        case MajorityPolicy():
            return None
        case WeightedPolicy(without=without):
            return ModelPolicy(text=False, without=without)
        case ModelPolicy(text=text, constraint=constraint, without=without):
            return ModelPolicy(text=text, constraint=constraint, without=without)


def _enough(share: float, threshold: float) -> bool:
    return share > threshold or share == 1.0
