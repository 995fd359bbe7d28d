"""Web Annotation, TEI, GeoJSON and the network: written, and read by the tools of others."""

import csv
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree

import geojson
import msgspec
import networkx
import pytest

from annotator.formats.geojson import point
from annotator.formats.records import AnnotationRecord, DocumentRecord, EntityRecord, LinkRecord, Record
from annotator.formats.webannotation import CONTEXT
from tests.unit.formats.samples import corpus, exported, sample_records, write

TEI = "{http://www.tei-c.org/ns/1.0}"
XML = "{http://www.w3.org/XML/1998/namespace}"


def _of(kind: type[Any], records: list[Record]) -> list[Any]:
    return [it for it in records if isinstance(it, kind)]


def _page() -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(
        write("webannotation", sample_records())["annotations.jsonld"]
    )
    return found


def test_each_stretch_is_a_target_with_position_and_quote() -> None:
    records = sample_records()
    (document,) = _of(DocumentRecord, records)
    items = _page()["items"]
    marks = [it for it in items if it["motivation"] == "classifying"]
    assert len(marks) == len(_of(AnnotationRecord, records)) == 286
    targets = [target for it in marks for target in it["target"]]
    assert len(targets) == sum(len(it.spans) for it in _of(AnnotationRecord, records))
    for target in targets:
        position, quote = target["selector"]
        start, end = position["start"], position["end"]
        assert document.text[start:end] == quote["exact"]
        assert document.text[:start].endswith(quote["prefix"])
        assert document.text[end:].startswith(quote["suffix"])


def test_links_lead_from_annotation_to_annotation() -> None:
    items = _page()["items"]
    ids = {it["id"] for it in items}
    links = [it for it in items if it["motivation"] == "linking"]
    assert len(links) == len(_of(LinkRecord, sample_records())) == 177
    assert all(it["target"] in ids and it["body"][1]["source"] in ids for it in links)
    assert len(ids) == len(items)


def test_a_processor_of_json_ld_takes_it_with_the_context_of_w3c() -> None:
    jsonld = pytest.importorskip("pyld.jsonld", reason="pyld is not installed")
    context = msgspec.json.decode(corpus("w3c/anno.jsonld").read_bytes())

    def load(url: str, options: Any) -> dict[str, Any]:
        assert url == CONTEXT
        return {
            "contextUrl": None,
            "documentUrl": url,
            "document": context,
            "contentType": "application/ld+json",
        }

    quads = jsonld.to_rdf(_page(), {"documentLoader": load, "format": "application/n-quads"}).split("\n")
    assert sum("oa#Annotation>" in line for line in quads) == 286 + 177
    assert sum("oa#exact>" in line for line in quads) == sum(
        "oa#TextPositionSelector>" in line for line in quads
    )


def test_tei_has_the_text_and_each_span_between_its_anchors() -> None:
    records = sample_records()
    (document,) = _of(DocumentRecord, records)
    root = ElementTree.fromstring(write("tei", records)["000001.xml"].decode())
    block = root.find(f".//{TEI}ab")
    assert block is not None
    assert "".join(block.itertext()) == document.text
    places, length = {}, len(block.text or "")
    for anchor in block:
        places[f"#{anchor.get(f'{XML}id')}"] = length
        length += len(anchor.tail or "")
    labels = {f"#{it.get(f'{XML}id')}": it.get("n") for it in root.iter(f"{TEI}interp")}
    found = sorted(
        (labels[str(span.get("ana"))], places[str(span.get("from"))], places[str(span.get("to"))])
        for span in root.iter(f"{TEI}span")
    )
    assert found == sorted((it.label, *span) for it in _of(AnnotationRecord, records) for span in it.spans)
    ids = [it.get(f"{XML}id") for it in root.iter() if it.get(f"{XML}id")]
    assert len(ids) == len(set(ids))
    assert all(end[1:] in ids for it in root.iter(f"{TEI}link") for end in str(it.get("target")).split())
    assert len(list(root.iter(f"{TEI}link"))) == 177


def test_control_characters_in_tei_are_counted() -> None:
    manifest = exported("tei", [DocumentRecord(id="d", title="", text="a\x0b<&>")])[1]
    assert [(it.code, it.count) for it in manifest.losses] == [("characters", 1)]


def test_every_place_is_a_feature_and_another_reader_finds_it_valid() -> None:
    records = sample_records()
    data = write("geojson", records)["locations.geojson"]
    found = geojson.loads(data.decode())
    assert found.is_valid
    places = [it for it in _of(EntityRecord, records) if it.entity_type == "location"]
    assert [it["id"] for it in found.features] == [it.id for it in places]
    assert sum(it["geometry"] is not None for it in found.features) == 8
    mentions = [mention for it in found.features for mention in it["properties"]["mentions"]]
    labels = [it for it in _of(AnnotationRecord, records) if it.entity in {place.id for place in places}]
    assert len(mentions) == len(labels)


@pytest.mark.parametrize(
    ("lat", "lon", "expected"),
    [
        (34.5, 40.9, [40.9, 34.5]),
        (0, 0, [0, 0]),
        (91, 0, None),
        (0, 181, None),
        ("34", 40, None),
        (True, 1, None),
        (None, 1, None),
    ],
)
def test_points_are_longitude_first_and_on_earth(lat: Any, lon: Any, expected: list[float] | None) -> None:
    found = point({"lat": lat, "lon": lon})
    assert (found and found["coordinates"]) == expected


def test_networkx_finds_actors_concepts_and_claims() -> None:
    files = write("network", sample_records())
    graph = networkx.read_graphml(BytesIO(files["network.graphml"]), force_multigraph=True)
    assert graph.is_directed()
    kinds = networkx.get_node_attributes(graph, "kind")
    assert set(kinds.values()) == {"actor", "concept", "document"}
    assert len(kinds) == graph.number_of_nodes()
    rows = list(csv.DictReader(StringIO(files["edges.csv"].decode())))
    assert len(rows) == graph.number_of_edges()
    assert {row["id"] for row in rows} == {key for *_, key in graph.edges(keys=True)}
    for row in rows:
        assert kinds[row["target"]] == ("concept" if row["kind"] == "claims" else "actor")
    assert {it["kind"] for it in csv.DictReader(StringIO(files["nodes.csv"].decode()))} == set(kinds.values())


def test_each_claim_is_a_statement_of_its_claimant() -> None:
    records = sample_records()
    rows = list(csv.DictReader(StringIO(write("network", records)["statements.csv"].decode())))
    claims = [it for it in _of(AnnotationRecord, records) if it.label == "claim"]
    assert {(row["author"], row["claim"]) for row in rows} == {(it.author, it.id) for it in claims}
    said = {(it.author, it.id): it.quote for it in claims}
    assert all(said[row["author"], row["claim"]] == row["text"] for row in rows)
    claimants = [it for it in _of(LinkRecord, records) if it.type == "claimant"]
    assert sum(bool(row["claimant"]) for row in rows) == len(claimants)


def test_what_a_network_leaves_out_is_counted() -> None:
    manifest = exported("network", sample_records())[1]
    assert {it.code: it.count for it in manifest.losses} == {"no_claim": 138, "other_links": 79, "texts": 1}


def test_signs_of_xml_and_csv_in_names_do_no_harm() -> None:
    text = 'He & "she" <b>,\nwins'
    claim = AnnotationRecord(
        id="c",
        document="d",
        author="a",
        label="claim",
        spans=((0, 20),),
        quote=text,
        attributes={"concept": '"<&>",\x0b'},
    )
    files = write("network", [DocumentRecord(id="d", title=text, text=text), claim])
    graph = networkx.read_graphml(BytesIO(files["network.graphml"]), force_multigraph=True)
    assert set(networkx.get_node_attributes(graph, "kind").values()) == {"concept", "document"}
    (row,) = csv.DictReader(StringIO(files["statements.csv"].decode()))
    assert (row["text"], row["title"]) == (text, text)
