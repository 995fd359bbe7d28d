"""Stored names and the way from values to bytes and back."""

from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.catalog import Catalog, Payload, UnknownEventType, Upcast

ID = "0190a000-0000-7000-8000-000000000001"


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 0


@dataclass(frozen=True, slots=True)
class Drawn:
    ENTITY: ClassVar[str] = "shape"
    PRIVATE: ClassVar[tuple[str, ...]] = ("title", "remarks")
    shape: str
    points: list[Point]
    colour: str = "black"
    title: str = ""
    remarks: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scanned:
    LAZY: ClassVar[bool] = True
    PRIVATE: ClassVar[tuple[str, ...]] = ("image",)
    image: str = ""


def with_points(payload: Payload) -> Payload:
    return {"shape": payload["shape"], "points": [{"x": payload["x"]}], "title": payload.get("name", "")}


def renamed(payload: Payload) -> Payload:
    return {"shape": payload["figure"], "x": payload["x"], "name": payload.get("name", "")}


CATALOG = Catalog(
    types={"drawn@3": Drawn, "scanned@1": Scanned},
    upcasters={"drawn@1": Upcast("drawn@2", renamed, ""), "drawn@2": Upcast("drawn@3", with_points, "")},
)


def test_an_event_is_stored_under_its_name_with_its_private_part_apart() -> None:
    encoded = CATALOG.encode(Drawn(ID, [Point(1, 2)], title="in confidence"))
    assert (encoded.type, encoded.schema_version, encoded.entity) == ("drawn", 3, UUID(ID))
    assert encoded.payload == {"shape": ID, "points": [{"x": 1, "y": 2}], "colour": "black"}
    assert encoded.private == {"title": "in confidence"}


def test_a_private_part_of_defaults_is_no_part() -> None:
    assert CATALOG.encode(Drawn(ID, [])).private == {}
    assert CATALOG.encode(Scanned()).entity is None


@given(
    st.builds(
        Drawn,
        shape=st.just(ID),
        points=st.lists(st.builds(Point, st.integers(-9, 9), st.integers(-9, 9)), max_size=3),
        colour=st.text(),
        title=st.text(),
        remarks=st.dictionaries(st.text(max_size=3), st.text(), max_size=2),
    )
)
def test_what_was_encoded_comes_back(event: Drawn) -> None:
    encoded = CATALOG.encode(event)
    assert CATALOG.decode("drawn", 3, encoded.payload, encoded.private) == event
    private = msgspec.json.encode(encoded.private) if encoded.private else None
    assert CATALOG.decode_json("drawn", 3, msgspec.json.encode(encoded.payload), private) == event


def test_an_erased_part_leaves_defaults() -> None:
    encoded = CATALOG.encode(Drawn(ID, [], title="in confidence", remarks={"a": "b"}))
    assert CATALOG.decode("drawn", 3, encoded.payload) == Drawn(ID, [])
    assert CATALOG.decode_json("drawn", 3, msgspec.json.encode(encoded.payload), None) == Drawn(ID, [])


@pytest.mark.parametrize(
    ("version", "payload"),
    [(1, {"figure": ID, "x": 4}), (2, {"shape": ID, "x": 4}), (3, {"shape": ID, "points": [{"x": 4}]})],
)
def test_old_shapes_pass_through_every_upcaster_on_their_way(version: int, payload: dict[str, Any]) -> None:
    assert CATALOG.decode("drawn", version, payload) == Drawn(ID, [Point(4)])
    assert CATALOG.decode_json("drawn", version, msgspec.json.encode(payload), None) == Drawn(ID, [Point(4)])


def test_upcasters_see_the_private_part_too() -> None:
    old = {"figure": ID, "x": 4}
    assert CATALOG.decode("drawn", 1, old, {"name": "fig"}).title == "fig"
    assert CATALOG.decode_json("drawn", 1, msgspec.json.encode(old), b'{"name": "fig"}').title == "fig"


def test_an_unknown_name_or_class_is_refused() -> None:
    with pytest.raises(UnknownEventType, match="drawn@4"):
        CATALOG.decode("drawn", 4, {})
    with pytest.raises(UnknownEventType, match="painted@1"):
        CATALOG.decode_json("painted", 1, b"{}", None)
    with pytest.raises(UnknownEventType, match="Point"):
        CATALOG.encode(Point(1))


def test_big_parts_are_known_by_type() -> None:
    assert CATALOG.lazy_types == {"scanned"}


def test_every_name_ever_stored_leads_to_one_that_is_written_today() -> None:
    assert CATALOG.names == ["drawn@3", "scanned@1", "drawn@1", "drawn@2"]
    assert {CATALOG.current_name(name) for name in CATALOG.names} == set(CATALOG.types)
    assert CATALOG.private_fields("drawn@1") == ("title", "remarks")
