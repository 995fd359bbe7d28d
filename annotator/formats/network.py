"""The network of who claims what about whom, as GraphML and CSV.

`network.graphml` is a directed graph with parallel edges: from an actor to the concept of each claim (`claims`, with
its polarity) and from an actor to each actor whom a claim of theirs is about (`about`, with its stance). Actors are
entities of the register, or the words of the mention where it names none; a claim without a claimant is made by its
document. Every edge is one statement of one annotator, with document and date. `nodes.csv` and `edges.csv` say the
same; `statements.csv` has a row for each claim and claimant with its text, for tools that count statements. Lists are
joined by `|`. Whatever is no claim is left out and counted.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from typing import Annotated, Any
from xml.sax.saxutils import escape, quoteattr

import msgspec
from msgspec import Meta

from annotator.formats.bundles import Bundle, Work, bundles
from annotator.formats.options import Options
from annotator.formats.records import AnnotationRecord, DocumentRecord, EntityRecord, Json, Record
from annotator.formats.registry import Format, Writer
from annotator.formats.scratch import Scratch
from annotator.formats.sink import Output, Sink
from annotator.formats.survey import Feature, Loss, Survey
from annotator.formats.uima.written import xml_text

_NODE = ("id", "kind", "name", "type")
_EDGE = ("id", "source", "target", "kind", "sign", "claim", "document", "published", "author", "certainty")
_STATEMENT = ("document", "title", "published", "author", "claim", "claimant", "claimant_name", "concept", "polarity",
              "certainty", "claim_type", "about", "text")  # fmt: skip


class NetworkOptions(Options, frozen=True, kw_only=True):
    claim: Annotated[str, Meta(description="The label of claims.")] = "claim"
    claimant: Annotated[str, Meta(description="The link from a claim to who makes it.")] = "claimant"
    target: Annotated[str, Meta(description="The link from a claim to whom it is about.")] = "target"
    concept: Annotated[str, Meta(description="The attribute that says what is claimed.")] = "concept"


@dataclass(slots=True)
class _Network:
    """Nodes in memory, as many as the register has actors and concepts; edges and statements on disk."""

    options: NetworkOptions
    entities: dict[str, EntityRecord] = field(default_factory=dict)
    nodes: dict[str, tuple[str, str, str]] = field(default_factory=dict)  # kind, name, type
    rows: Scratch = field(default_factory=Scratch)
    edges: int = 0


def write(records: Iterable[Record], sink: Sink, options: NetworkOptions) -> None:
    network = _Network(options)
    for item in bundles(records):
        if isinstance(item, EntityRecord):
            network.entities[item.id] = item
        elif isinstance(item, Bundle):
            for work in item.versions():
                _add(network, item.document, work)
    with sink.file("network.graphml") as output:
        _graphml(network, output)
    with sink.file("nodes.csv") as output:
        _csv(output, _NODE, ((id_, *node) for id_, node in sorted(network.nodes.items())))
    for kind, header in (("edge", _EDGE), ("statement", _STATEMENT)):
        with sink.file(f"{kind}s.csv") as output:
            _csv(output, header, (msgspec.json.decode(row) for row in network.rows.of(kind)))
    network.rows.close()


def _add(network: _Network, document: DocumentRecord, work: Work) -> None:
    options = network.options
    marks = {mark.id: mark for mark in work.annotations}
    for claim in sorted(work.annotations, key=lambda it: (it.spans, it.label, it.id)):
        if claim.label != options.claim:
            continue
        ends: dict[str, list[tuple[AnnotationRecord, Json]]] = {options.claimant: [], options.target: []}
        for link in sorted(work.links, key=lambda it: (it.to_annotation, it.id)):
            if link.from_annotation == claim.id and link.type in ends:
                ends[link.type].append((marks[link.to_annotation], link.attributes.get("stance")))
        claimants = [_actor(network, mark) for mark, _ in ends[options.claimant]]
        about = [(_actor(network, mark), stance) for mark, stance in ends[options.target]]
        _add_claim(
            network, document, claim, dict.fromkeys(claimants or [_document(network, document)]), about
        )


def _add_claim(
    network: _Network,
    document: DocumentRecord,
    claim: AnnotationRecord,
    claimants: Iterable[str],
    about: list[tuple[str, Json]],
) -> None:
    said = claim.attributes
    concept = _plain(said.get(network.options.concept))
    common = (
        claim.id,
        document.id,
        document.published or "",
        claim.author or "",
        _plain(said.get("certainty")),
    )
    rows: list[tuple[str, Any]] = []
    for claimant in claimants:
        polarity = _plain(said.get("polarity"))
        if concept:
            node = f"concept:{concept}"
            network.nodes[node] = ("concept", concept, "")
            rows.append(("edge", (*_edge(network, claimant, node), "claims", polarity, *common)))
        for target, stance in about:
            rows.append(("edge", (*_edge(network, claimant, target), "about", _plain(stance), *common)))
        kind, name, _ = network.nodes[claimant]
        who = (claimant, name) if kind == "actor" else ("", "")
        told = (
            document.id,
            document.title,
            document.published or "",
            claim.author or "",
            claim.id,
            *who,
            concept,
        )
        more = (polarity, _plain(said.get("certainty")), _plain(said.get("claim_type")))
        targets = "|".join(network.nodes[target][1] for target, _ in about)
        rows.append(("statement", (*told, *more, targets, claim.quote)))
    network.rows.add([(kind, msgspec.json.encode(row).decode()) for kind, row in rows])


def _edge(network: _Network, source: str, target: str) -> tuple[str, str, str]:
    network.edges += 1
    return f"e{network.edges}", source, target


def _actor(network: _Network, mark: AnnotationRecord) -> str:
    entity = network.entities.get(mark.entity or "")
    if entity is not None:
        type_ = entity.attributes.get(f"{entity.entity_type}_type")
        network.nodes[f"entity:{entity.id}"] = ("actor", entity.name, _plain(type_))
        return f"entity:{entity.id}"
    name = " ".join(mark.quote.split())
    network.nodes[f"name:{name.casefold()}"] = ("actor", name, "")
    return f"name:{name.casefold()}"


def _document(network: _Network, document: DocumentRecord) -> str:
    """The author of the text, who is not known otherwise."""
    network.nodes[f"document:{document.id}"] = ("document", document.title or document.id, "")
    return f"document:{document.id}"


def _plain(value: Json) -> str:
    match value:
        case None:
            return ""
        case list():
            return "|".join(map(str, value))
        case bool():
            return str(value).lower()
        case _:
            return str(value)


def _graphml(network: _Network, output: Output) -> None:
    """GraphML 1.0; keys without a value are left out."""
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    ]
    for kind, names in (("node", _NODE[1:]), ("edge", _EDGE[3:])):
        parts += [
            f'  <key id="{kind}-{name}" for="{kind}" attr.name="{name}" attr.type="string"/>\n'
            for name in names
        ]
    output.write("".join([*parts, '  <graph id="claims" edgedefault="directed">\n']).encode())
    for id_, node in sorted(network.nodes.items()):
        data = _data("node", _NODE[1:], node)
        output.write(f"    <node id={_quoted(id_)}>{data}</node>\n".encode())
    for row in network.rows.of("edge"):
        id_, source, target, *rest = msgspec.json.decode(row)
        ends = f"id={_quoted(id_)} source={_quoted(source)} target={_quoted(target)}"
        output.write(f"    <edge {ends}>{_data('edge', _EDGE[3:], rest)}</edge>\n".encode())
    output.write(b"  </graph>\n</graphml>\n")


def _data(kind: str, names: Iterable[str], values: Iterable[str]) -> str:
    told = zip(names, values, strict=True)
    return "".join(
        [f'<data key="{kind}-{name}">{escape(xml_text(value))}</data>' for name, value in told if value]
    )


def _quoted(text: str) -> str:
    return quoteattr(xml_text(text))


def _csv(output: Output, header: Iterable[str], rows: Iterator[Iterable[str]]) -> None:
    output.write(_line(header))
    for row in rows:
        output.write(_line(row))


def _line(row: Iterable[str]) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerow(row)
    return text.getvalue().encode()


def examine(bundle: Bundle, options: NetworkOptions) -> Counter[str]:
    total: Counter[str] = Counter()
    for work in bundle.works.values():
        claims = {mark.id: mark for mark in work.annotations if mark.label == options.claim}
        linked = {
            link.to_annotation
            for link in work.links
            if link.from_annotation in claims and link.type in (options.claimant, options.target)
        }
        total["no_claim"] += len(work.annotations) - len(claims.keys() | linked)
        total["no_concept"] += sum(not mark.attributes.get(options.concept) for mark in claims.values())
        total["other_links"] += sum(
            link.type not in (options.claimant, options.target) or link.from_annotation not in claims
            for link in work.links
        )
    return total


def losses(survey: Survey, options: NetworkOptions) -> list[Loss]:
    words = {
        "no_claim": "annotations are neither a claim nor an end of one and are left out",
        "no_concept": "claims have no concept: they make a statement, but no edge to one",
        "other_links": "links are of other types and are left out",
    }
    own = [Loss(code, survey.left_out[code], text) for code, text in words.items() if survey.left_out[code]]
    return own + [Loss("texts", survey.counts["documents"], "texts are left out")] * bool(
        survey.counts["documents"]
    )


FORMAT = Format(
    key="network",
    version=1,
    title="Actor–claim network (GraphML, CSV)",
    suffixes=(".graphml", ".csv"),
    media_type="application/graphml+xml",
    unit="statement",
    keeps=frozenset({Feature.AUTHORS, Feature.OVERLAP, Feature.DISCONTINUOUS, Feature.ENTITIES}),
    about=__doc__ or "",
    writer=Writer(options=NetworkOptions, write=write, losses=losses, examine=examine),
)
