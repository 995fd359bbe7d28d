"""How good and how fast consensus and agreement are: ``python -m tests.bench.bench_consensus``.

On the validation part of the CoNLL-2003 crowd labels (``../shared/data/conll-amt``): strict span F1 of every
policy next to crowd-kit's aggregators run in the same call, with the ratio of their times; what is learned
from reviewed documents; thin projects. Then, on made-up data: a large project, one edit, alignments next to
pygamma-agreement's. Times are of one process's CPU. What is not installed is told and left out.
"""

import importlib
import logging
import random
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import numpy as np

from annotator.domain.aggregation.aggregate import Aggregation, aggregate
from annotator.domain.aggregation.answers import Answers, columns
from annotator.domain.aggregation.arrays import ints
from annotator.domain.aggregation.settings import (
    Policy,
    Settings,
    SpanModel,
    SpanVote,
    TextModel,
    WeightedVote,
)
from annotator.domain.annotation_set import Annotation
from annotator.domain.consensus import consensus
from annotator.domain.gold import Consensus, Setting
from annotator.domain.label_schema import LabelSchema
from annotator.domain.learned import Case, learn, scores
from annotator.domain.measures.alignment import Units, best_alignment, units
from annotator.domain.measures.spans import group_f1, pair_counts
from annotator.domain.policy import ModelPolicy
from annotator.domain.voting import Voter
from tests.bench.figures import head, row
from tests.support.crowd import CONLL, Crowd, Truth, conll, labels, marks, score

POLICIES: tuple[tuple[str, Policy], ...] = (
    ("span vote > 1/2", SpanVote(0.5)),
    ("span vote > .34", SpanVote(0.34)),
    ("vote by reliability > .34", WeightedVote(0.34)),
    ("span model, without text", SpanModel()),
    ("with text", TextModel()),
)
REVIEWED = 50


def main() -> None:
    """Print the table."""
    head()
    if CONLL.exists():
        crowd = conll()
        _quality(crowd)
        _thin()
        _learning(crowd)
    else:
        row("CoNLL crowd labels", f"not at {CONLL}", "")
    _large()
    _one_edit()
    _one_judgement()
    _alignments()


def timed(work: Callable[[], Any], *, times: int = 1) -> tuple[Any, float]:
    """The work's result and its least CPU seconds."""
    spent = []
    for _ in range(times):
        start = time.process_time()
        result = work()
        spent.append(time.process_time() - start)
    return result, min(spent)


def _quality(crowd: Crowd) -> None:
    reference = _crowd_kit(crowd)
    skene, _ = reference.get("DawidSkene", (0.0, 0.0))
    for name, policy in POLICIES:
        times = 1 if isinstance(policy, TextModel) else 5
        result, spent = timed(partial(_run, crowd, policy), times=times)
        found = score(labels(result), crowd.truth)
        figure = f"P {found.precision:.1f} R {found.recall:.1f} F1 {found.f1:.1f}, {1000 * spent:.0f} ms"
        ratios = [f"{ours / spent:.0f}x {kit}'s speed" for kit, (_, ours) in reference.items()]
        ahead = [f"{found.f1 - skene:+.1f} to DawidSkene"] if reference else []
        goal = {SpanModel: "+4.0; 8x DawidSkene, 150x MACE", TextModel: "+7.5"}.get(type(policy), "")
        row(f"CoNLL val, {name}", ", ".join([figure, *ahead, *ratios]), goal)
    agreed = group_f1(pair_counts(crowd.answers, matching="exact"))
    row("CoNLL val, pairwise exact F1 with its interval", str(agreed), "")


def _run(crowd: Crowd, policy: Policy) -> Aggregation:
    return aggregate(crowd.answers, settings=Settings(policy, "flat"))


def _crowd_kit(crowd: Crowd) -> dict[str, tuple[float, float]]:
    """F1 and CPU seconds of crowd-kit's aggregators of token labels."""
    try:
        kit: Any = importlib.import_module("crowdkit.aggregation")
        pandas: Any = importlib.import_module("pandas")
    except ImportError as missing:
        row("crowd-kit", f"not installed: {missing}", "")
        return {}
    frame = _token_labels(crowd, pandas)
    known: dict[str, tuple[float, float]] = {}
    for aggregator in (kit.MajorityVote(), kit.DawidSkene(n_iter=50), kit.MACE(n_restarts=1)):
        name = type(aggregator).__name__
        said, spent = timed(partial(aggregator.fit_predict, frame), times=1 if name == "MACE" else 5)
        found = score(_spans_of(crowd, dict(said)), crowd.truth)
        known[name] = found.f1, spent
        row(
            f"CoNLL val, crowd-kit {name}",
            f"P {found.precision:.1f} R {found.recall:.1f} F1 {found.f1:.1f}, {1000 * spent:.0f} ms",
            "",
        )
    return known


def _token_labels(crowd: Crowd, pandas: Any) -> Any:
    rows = [
        (f"{document['doc']} {unit} {place}", name, tag)
        for document in crowd.documents
        for unit, sentence in enumerate(document["sents"])
        for name in sentence["exact"]
        for place, tag in enumerate(sentence["crowd"][name])
    ]
    return pandas.DataFrame(rows, columns=["task", "worker", "label"])


def _spans_of(crowd: Crowd, said: dict[str, str]) -> set[Any]:
    found = set()
    for document in crowd.documents:
        for unit, sentence in enumerate(document["sents"]):
            tags = [said.get(f"{document['doc']} {unit} {n}", "O") for n in range(len(sentence["tok"]))]
            found |= {(document["doc"], unit, *mark) for mark in marks(sentence["tok"], tags)}
    return found


def _thin() -> None:
    for documents, annotators in ((None, 3), (100, 3), (50, 3), (20, 3), (20, None)):
        parts = [conll(documents=documents, annotators=annotators, seed=seed) for seed in range(3)]
        figures = [
            (name, float(np.mean([score(labels(_run(part, policy)), part.truth).f1 for part in parts])))
            for name, policy in POLICIES[:4]
        ]
        name = f"{documents or 'all'} documents x {annotators or 'all'} annotators, F1"
        row(name, ", ".join(f"{policy} {f1:.1f}" for policy, f1 in figures), "not below the vote")


def _learning(crowd: Crowd) -> None:
    rng = random.Random(1)
    reviewed = set(rng.sample(crowd.answers.documents, REVIEWED))
    known = {key: True for key in crowd.truth if key[0] in reviewed}
    rest = frozenset(key for key in crowd.truth if key[0] not in reviewed)
    for name, policy in POLICIES[3:]:
        before = _run(crowd, policy)
        after = aggregate(
            crowd.answers, settings=Settings(policy, "flat"), known=known, reviewed=sorted(reviewed)
        )
        f1 = [
            score({key for key in labels(one) if key[0] not in reviewed}, rest).f1 for one in (before, after)
        ]
        row(
            f"CoNLL val, {name}, {REVIEWED} documents reviewed: the rest",
            f"F1 {f1[0]:.1f} -> {f1[1]:.1f}, ECE {_calibration(after, rest, reviewed):.3f}, "
            f"wrong ones among the 20 % least certain {_queue(after, rest, reviewed):.0%}",
            "+1.0; 0.03; 50 %",
        )


def _judged(result: Aggregation, truth: Truth, reviewed: set[str]) -> tuple[Any, Any, Any]:
    keys = [result.key(n) for n in range(len(result.candidates))]
    rest = np.array([key[0] not in reviewed for key in keys])
    return np.array([key in truth for key in keys])[rest], result.confidence[rest], result.stands[rest]


def _calibration(result: Aggregation, truth: Truth, reviewed: set[str]) -> float:
    right, p, _ = _judged(result, truth, reviewed)
    bins = np.minimum((p * 10).astype(int), 9)
    return float(sum(abs((right - p)[bins == n].sum()) for n in range(10)) / len(p))


def _queue(result: Aggregation, truth: Truth, reviewed: set[str]) -> float:
    right, p, stands = _judged(result, truth, reviewed)
    first = np.argsort(-np.minimum(p, 1 - p), kind="stable")[: len(p) // 5]
    wrong = right != stands
    return float(wrong[first].sum() / wrong.sum())


def a_large_project(documents: int, annotators: int = 5, spans: int = 40) -> Answers:
    """Each of the annotators marks most of a document's spans, some a little longer, some with another type."""
    rng = np.random.default_rng(7)
    true = rng.integers(0, 40, (documents, spans)) + 75 * np.arange(spans)
    length, kind = rng.integers(5, 30, true.shape), rng.integers(0, 4, true.shape)
    seen = rng.random((annotators, *true.shape)) < 0.85
    longer = np.where(rng.random(seen.shape) < 0.15, rng.integers(1, 9, seen.shape), 0)
    other = np.where(rng.random(seen.shape) < 0.1, rng.integers(0, 4, seen.shape), kind)
    who, document, place = np.nonzero(seen)
    sheets = np.indices((documents, annotators)).reshape(2, -1)
    start = true[document, place]
    return columns(
        documents=tuple(f"d{n:06}" for n in range(documents)),
        annotators=tuple(f"a{n}" for n in range(annotators)),
        types=("actor", "location", "claim", "event"),
        unit_document=np.arange(documents),
        unit_number=np.zeros(documents, dtype=np.int64),
        seen_unit=ints(sheets[0]),
        seen_annotator=ints(sheets[1]),
        mark_unit=document,
        mark_annotator=who,
        mark_type=other[who, document, place],
        mark_start=start,
        mark_end=start + length[document, place] + longer[who, document, place],
    )


def _large() -> None:
    project = a_large_project(10_000)
    result, spent = timed(lambda: aggregate(project, settings=Settings(SpanModel(), "flat")))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    row(
        f"10,000 documents x 5 annotators, {len(project.mark_unit):,} marks, full refit",
        f"{spent:.1f} s, {len(result.candidates):,} candidates, {memory:.2f} GB resident at most",
        "60 s, 1 GB",
    )


def _one_edit() -> None:
    tables = aggregate(a_large_project(200), settings=Settings(SpanModel(), "flat")).tables
    one = a_large_project(1)
    times = sorted(
        timed(lambda: aggregate(one, settings=Settings(SpanModel(), "flat"), tables=tables))[1]
        for _ in range(200)
    )
    row(
        f"one document of {len(one.mark_unit)} marks again, tables as they are",
        f"p50 {1000 * times[100]:.2f} ms, p95 {1000 * times[190]:.2f} ms",
        "50 ms (1 ms sought)",
    )


def _one_judgement() -> None:
    """All that stands between an edit and a document's gold but the reading of its events."""
    cast = {f"d{n}": a_document(n, annotators=5, spans=40) for n in range(30)}
    policy = ModelPolicy(text=False)
    learned = learn([Case(*one) for one in cast.items()], types=LABELS, policy=policy)
    for annotators, spans in ((5, 40), (8, 180), (3, 2000)):
        voting = a_document(99, annotators=annotators, spans=spans)

        def judge(voting: Sequence[Voter] = voting) -> Consensus:
            setting = Setting(
                document=str(UUID(int=1)),
                text_version=1,
                schema=LabelSchema(),
                policy=policy,
                weights=learned.weights(voter.author for voter in voting),
                scores=scores({"d99": voting}, {}, policy=policy, learned=learned)["d99"],
                near=True,
            )
            return consensus(voting, (), setting)

        found, spent = timed(judge, times=5)
        candidates = sum(len(item.candidates) for item in found.items)
        row(
            f"gold of one document, {annotators} annotators, {candidates} candidates, with items and certificates",
            f"{1000 * spent:.1f} ms",
            "50 ms" if candidates < 100 else "",
        )


LABELS = ("actor", "location", "claim", "event")


def a_document(seed: int, *, annotators: int, spans: int) -> list[Voter]:
    """Voters who find most of what there is, some with other bounds."""
    rng = random.Random(seed)
    true = [(rng.choice(LABELS), 60 * n + rng.randrange(9), rng.randrange(5, 25)) for n in range(spans)]

    def seen(who: int) -> Iterator[Annotation]:
        for n, (label, start, size) in enumerate(true):
            if rng.random() < 0.85:
                stretch = (start, start + size + rng.choice((0, 0, 0, 3)))
                yield Annotation(f"{who} {n}", label, (stretch,), {}, None, "hand", 1)

    return [Voter(f"a{who}", tuple(seen(who))) for who in range(annotators)]


def _alignments() -> None:
    theirs = _pygamma()
    for annotators, size, compare in (
        (3, 30, True),
        (4, 43, True),
        (5, 20, True),
        (6, 100, False),
        (8, 50, False),
    ):
        continuum = a_continuum(annotators, size)
        found, spent = timed(partial(best_alignment, continuum), times=5)
        figure = f"{found.disorder:.6f}, {1000 * spent:.0f} ms, gap {found.disorder - found.bound:.1g}"
        if theirs and compare:
            value, other = timed(partial(theirs, continuum))
            figure += f"; pygamma-agreement {value:.6f}, {1000 * other:.0f} ms: {other / spent:.0f}x"
        goal = {(4, 43): "50x", (5, 20): "250x", (6, 100): "500 ms"}.get((annotators, size), "")
        row(f"best alignment of {annotators} x {size} units", figure, goal)


def a_continuum(annotators: int, size: int) -> list[Units]:
    """Units about the same places, with ends a little apart and some types changed."""
    rng = np.random.default_rng(annotators * size)
    places = [
        (40 * n + int(rng.integers(10)), int(rng.integers(5, 25)), int(rng.integers(3))) for n in range(size)
    ]

    def seen(start: int, length: int, kind: int) -> tuple[int, int, int]:
        first = start + int(rng.integers(12))
        last = first + max(1, length + int(rng.integers(-6, 7)))
        return first, last, kind if rng.random() < 0.85 else int(rng.integers(3))

    return [units([seen(*place) for place in places]) for _ in range(annotators)]


def _pygamma() -> Callable[[Sequence[Units]], float] | None:
    try:
        library: Any = importlib.import_module("pygamma_agreement")
        segment: Any = importlib.import_module("pyannote.core").Segment
    except ImportError as missing:
        row("pygamma-agreement", f"not installed: {missing}", "")
        return None
    logging.disable(logging.WARNING)
    dissimilarity = library.CombinedCategoricalDissimilarity()

    def align(continuum: Sequence[Units]) -> float:
        made = library.Continuum()
        for n, one in enumerate(continuum):
            made.add_annotator(str(n))
            for start, end, kind in zip(one.start, one.end, one.type, strict=True):
                made.add(str(n), segment(start, end), str(kind))
        return float(made.get_best_alignment(dissimilarity).disorder)

    align(a_continuum(2, 4))  # compiled before it is measured
    return align


if __name__ == "__main__":
    main()
