"""Policies and settings as values: what a consensus is computed by, to be stored and compared."""

from dataclasses import dataclass, field

from annotator.domain.aggregation.decode import Constraint
from annotator.domain.aggregation.sequence import SequenceSettings
from annotator.domain.aggregation.span_model import ModelSettings


@dataclass(frozen=True, slots=True)
class SpanVote:
    """A label stands when more than ``threshold`` of the annotators marked exactly it, or all of them did."""

    threshold: float = 0.5


@dataclass(frozen=True, slots=True)
class WeightedVote:
    """The same with annotators counted by their reliability."""

    threshold: float = 0.5


@dataclass(frozen=True, slots=True)
class SpanModel:
    """A label stands when the span model gives it more than ``tau``. ``tau=0.8`` is for precision."""

    tau: float = 0.35
    model: ModelSettings = field(default_factory=ModelSettings)


@dataclass(frozen=True, slots=True)
class TextModel:
    """The span model, a sequence model and readers of the text together, where the text is known."""

    tau: float = 0.35
    model: ModelSettings = field(default_factory=ModelSettings)
    sequence: SequenceSettings = field(default_factory=SequenceSettings)


Policy = SpanVote | WeightedVote | SpanModel | TextModel


@dataclass(frozen=True, slots=True)
class Settings:
    """A policy, and which labels may stand together."""

    policy: Policy = field(default_factory=SpanModel)
    constraint: Constraint = "free"
