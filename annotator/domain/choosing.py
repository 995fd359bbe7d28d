"""One value out of many: attributes and entities by majority."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from annotator.domain.values import Attribute, Attributes, AttributeValue


class Chosen(msgspec.Struct, frozen=True):
    """What a mark says by majority. ``share``: the smallest share of voters that any part of it has.

    ``differs``: voters did not all say the same. Free texts are chosen too, but nobody is asked to agree on
    them.
    """

    attributes: Attributes
    entity: str | None
    share: float
    differs: bool


def choose(
    given: Sequence[tuple[Attributes, str | None]],
    defined: Sequence[Attribute],
    resolve: Callable[[str], str | None],
    *,
    weights: Sequence[float] | None = None,
) -> Chosen:
    """The attributes and the entity that most of the voters gave; who left one out says that it is absent.

    Ties go to the schema's order of values, then to the smaller value; absence comes last. With ``weights`` some
    voters count more than others, and of numbers the weighted median is taken.
    """
    if not any(attributes or entity is not None for attributes, entity in given):
        return Chosen({}, None, 1.0, False)
    order = {attribute.key: attribute for attribute in defined}
    keys = sorted({key for attributes, _ in given for key in attributes}, key=_place(list(order)))
    attributes: Attributes = {}
    shares = [1.0]
    for key in keys:
        attribute = order.get(key)
        values = [attributes_.get(key) for attributes_, _ in given]
        value, share = _most(values, attribute.values if attribute else (), weights)
        if weights is not None and attribute is not None and attribute.kind in _NUMBERS and value is not None:
            value, share = _median(values, weights)
        if value is not None:
            attributes[key] = value
        if attribute is None or attribute.kind != "text":
            shares.append(share)
    entities = [resolve(entity) if entity is not None else None for _, entity in given]
    entity, share = _most(entities, (), weights)
    lowest = min(*shares, share)
    return Chosen(attributes, entity if isinstance(entity, str) else None, lowest, lowest < 1.0)


def _place(keys: Sequence[str]) -> Callable[[str], tuple[int, str]]:
    places = {key: n for n, key in enumerate(keys)}
    return lambda key: (places.get(key, len(places)), key)


_NUMBERS = ("number", "integer")
GRAIN = 9
"""Decimals in which sums of weights must differ to be told apart."""


def _most(
    values: Sequence[AttributeValue | None], order: Sequence[str], weights: Sequence[float] | None
) -> tuple[AttributeValue | None, float]:
    if all(value == values[0] and type(value) is type(values[0]) for value in values):
        return values[0], 1.0
    named: Mapping[bytes, AttributeValue | None] = {_name(value): value for value in values}
    sums: dict[bytes, float] = {}
    for n, value in enumerate(values):
        sums[_name(value)] = sums.get(_name(value), 0.0) + (1.0 if weights is None else weights[n])

    def rank(name: bytes) -> tuple[float, bool, int, bytes]:
        value = named[name]
        place = order.index(value) if isinstance(value, str) and value in order else len(order)
        return -round(sums[name], GRAIN), value is None, place, name

    first = min(sums, key=rank)
    whole = sum(sums.values())
    return named[first], sums[first] / whole if whole else 1 / len(values)


def _median(
    values: Sequence[AttributeValue | None], weights: Sequence[float]
) -> tuple[AttributeValue, float]:
    """The value below and above which the voters who gave one weigh the same, the lower of two."""
    told = sorted(
        (value, weight)
        for value, weight in zip(values, weights, strict=True)
        if isinstance(value, int | float) and not isinstance(value, bool)
    )
    half, below = sum(weight for _, weight in told) / 2, 0.0
    middle = told[-1][0]
    for value, weight in told:
        below += weight
        if below >= half - 1e-12:
            middle = value
            break
    whole = sum(weights)
    return middle, sum(weight for value, weight in told if value == middle) / whole if whole else 1.0


def _name(value: AttributeValue | None) -> bytes:
    """The value's text; a whole number is the same however it is written."""
    whole = isinstance(value, float) and value.is_integer()
    return msgspec.json.encode(int(value) if whole and isinstance(value, float) else value)
