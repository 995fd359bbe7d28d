"""Random histories of a small project, told by the same commands that people give."""

from itertools import groupby
from typing import Any
from uuid import UUID, uuid5

from hypothesis import strategies as st

from annotator.application.envelope import Envelope, received
from annotator.application.handle import handle
from tests.support.people import Person, a_person, new_id

TEXT = "Assad took Al-Bukamal. Iran helped. Putin had promised it, said Assad."
SPANS = [(0, 5), (0, 21), (6, 21), (11, 21), (23, 27), (23, 34), (36, 41), (61, 66)]
LABELS = ["actor", "location", "claim"]
DOCUMENTS = [0, 1]
NAMES = ["alice", "bob"]
THINGS = [0, 1, 2]

Step = tuple[str, str, int | None, dict[str, Any]]
"""Who, which command, about which document, and its data; ids are small numbers yet."""


def steps() -> st.SearchStrategy[list[Step]]:
    """Commands in any order; many are refused, as in life."""
    kinds = [
        _marks(),
        _marks(),
        _marks(),
        _sets(),
        _seats(),
        _curation(),
        _documents(),
        _rules(),
        _register(),
    ]
    return st.lists(st.one_of(*kinds), min_size=20, max_size=60)


def _about(data: Any) -> Any:
    return st.tuples(st.sampled_from(NAMES), data, st.sampled_from(DOCUMENTS)).map(
        lambda told: (told[0], told[1][0], told[2], told[1][1])
    )


def _marks() -> Any:
    marks = {
        "annotation": st.sampled_from(THINGS),
        "spans": st.lists(st.sampled_from(SPANS), min_size=1, max_size=1),
    }
    named = st.fixed_dictionaries(
        {**marks, "label": st.just("actor"), "entity": st.sampled_from([None, 0, 1])}
    )
    mark = st.one_of(named, st.fixed_dictionaries({**marks, "label": st.sampled_from(LABELS)}))
    link = st.fixed_dictionaries(
        {
            "link": st.sampled_from(THINGS),
            "type": st.sampled_from(["target", "claimant", "location"]),
            "from": st.sampled_from(THINGS),
            "to": st.sampled_from(THINGS),
        }
    )
    removed = st.fixed_dictionaries({"annotation": st.sampled_from(THINGS)})
    return _about(
        st.one_of(
            st.tuples(st.sampled_from(["add_annotation", "add_annotation", "change_annotation"]), mark),
            st.tuples(st.just("add_link"), link),
            st.tuples(st.just("remove_annotation"), removed),
        )
    )


def _sets() -> Any:
    return _about(st.tuples(st.sampled_from(["finish_set", "reopen_set"]), st.just({})))


def _seats() -> Any:
    skipped = {"reason": "language", "note": "Not mine."}
    own: Any = _about(
        st.sampled_from(
            [("take_seat", {}), ("take_seat", {}), ("return_seat", {}), ("skip_document", skipped)]
        )
    )
    early = st.fixed_dictionaries({"priority": st.integers(-2, 2)})
    return st.one_of(own, own, _by("mona", st.tuples(st.just("set_priority"), early)))


def _curation() -> Any:
    decided = st.fixed_dictionaries(
        {
            "decision": st.sampled_from(THINGS),
            "label": st.sampled_from(LABELS),
            "span": st.sampled_from(SPANS),
            "verdict": st.sampled_from(["accept", "reject", "none_of_these"]),
        }
    )
    withdrawn = st.fixed_dictionaries({"decision": st.sampled_from(THINGS)})
    command: Any = st.one_of(
        st.tuples(st.just("decide_item"), decided),
        st.tuples(st.just("withdraw_decision"), withdrawn),
        st.tuples(st.sampled_from(["finish_curation", "finish_curation", "reopen_curation"]), st.just({})),
        st.tuples(
            st.just("answer_appeal"),
            st.fixed_dictionaries({"appeal": st.sampled_from(THINGS), "answer": st.just("granted")}),
        ),
    )
    appealed = st.fixed_dictionaries({"appeal": st.sampled_from(THINGS), "item": st.just("location:11-21")})
    appeal = appealed.map(lambda data: ("make_appeal", {**data, "note": "Look again."}))
    return st.one_of(_by("mona", command), _by("mona", command), _about(appeal))


def _documents() -> Any:
    changed = st.fixed_dictionaries(
        {
            "title": st.sampled_from(["A", "Żółć", "المدينة", ""]),
            "published": st.sampled_from([None, "2017-11-09"]),
        }
    )
    ranges = st.sampled_from(["it", "en"]).map(
        lambda lang: {
            "languages": [
                {"start": 0, "end": 30, "lang": lang},
                {"start": 30, "end": len(TEXT), "lang": "en"},
            ]
        }
    )
    command: Any = st.one_of(
        st.tuples(st.just("change_document"), changed),
        st.tuples(st.just("set_languages"), ranges),
        st.tuples(st.just("archive_document"), st.just({})),
        st.tuples(st.just("set_training"), st.fixed_dictionaries({"training": st.booleans()})),
        st.tuples(st.just("restore_document"), st.just({})),
        st.tuples(
            st.sampled_from(["add_text_version", "restore_document"]), st.just({"text": f"{TEXT} So it was."})
        ),
    )
    return _by("mona", command)


def _rules() -> Any:
    policy = st.sampled_from(
        [
            {"kind": "majority", "threshold": 0.0},
            {"kind": "majority", "threshold": 0.9, "boundary": "overlap"},
            {"kind": "weighted", "threshold": 0.5},
            {"kind": "model", "text": False},
        ]
    ).map(lambda chosen: {"policy": chosen})
    member = st.fixed_dictionaries(
        {"member": st.sampled_from(NAMES), "role": st.sampled_from(["annotator", "curator"])}
    )
    label = st.sampled_from(LABELS).map(lambda key: {"key": key, "name": key, "color": "#123456"})
    command: Any = st.one_of(
        st.tuples(st.just("set_policy"), policy),
        st.tuples(st.just("set_member"), member),
        st.tuples(st.just("define_label"), label),
        st.tuples(st.just("change_project"), st.sampled_from(["P", "Q"]).map(lambda name: {"name": name})),
    )
    return st.tuples(st.just("mona"), command).map(lambda told: (told[0], told[1][0], None, told[1][1]))


def _register() -> Any:
    added = st.fixed_dictionaries(
        {"entity": st.sampled_from([0, 1]), "name": st.sampled_from(["Assad", "Putin"])}
    )
    merged = st.sampled_from([{"entity": 0, "into": 1}, {"entity": 1, "into": 0}])
    command: Any = st.one_of(
        st.tuples(st.just("add_entity"), added),
        st.tuples(st.just("merge_entities"), merged),
        st.tuples(st.just("remove_entity"), st.fixed_dictionaries({"entity": st.sampled_from([0, 1])})),
    )
    return st.tuples(st.just("mona"), command).map(lambda told: (told[0], told[1][0], None, told[1][1]))


def _by(name: str, command: Any) -> Any:
    return st.tuples(command, st.sampled_from(DOCUMENTS)).map(
        lambda told: (name, told[0][0], told[1], told[0][1])
    )


def _mark(who: str, annotation: int, label: str, span: int, **data: Any) -> Step:
    return (
        who,
        "add_annotation",
        0,
        {"annotation": annotation, "label": label, "spans": [SPANS[span]], **data},
    )


WORK: list[Step] = [
    _mark("alice", 0, "actor", 0, entity=0),
    _mark("alice", 1, "claim", 1),
    ("alice", "add_link", 0, {"link": 0, "type": "claimant", "from": 1, "to": 0}),
    _mark("alice", 2, "location", 3),
    _mark("bob", 0, "actor", 0, entity=1),
    _mark("bob", 1, "claim", 2),
    ("bob", "add_link", 0, {"link": 0, "type": "claimant", "from": 1, "to": 0}),
    ("alice", "finish_set", 0, {}),
    ("bob", "finish_set", 0, {}),
]
"""What every project begins with: two finished sets that differ in an entity, a boundary and a location."""


class Town:
    """People who live through one history after the other, each in a new project."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {name: a_person(name) for name in ("mona", *NAMES)}

    def live_through(self, history: list[Step]) -> UUID:
        """A new project with this history."""
        project = UUID(new_id())
        begin: list[Step] = [
            ("mona", "create_project", None, {"name": "P"}),
            *(("mona", "set_member", None, {"member": name, "role": "annotator"}) for name in NAMES),
            *(("mona", "add_entity", None, {"entity": n, "name": "Assad"}) for n in (0, 1)),
            *(("mona", "import_document", n, {"title": f"Article {n}", "text": TEXT}) for n in DOCUMENTS),
            *WORK,
        ]
        self.go_on(project, [*begin, *history])
        return project

    def go_on(self, project: UUID, history: list[Step]) -> None:
        """More of a project's history."""
        for who, given in groupby(history, key=lambda step: step[0]):
            handle(UUID(self.people[who].id), project, [self._envelope(project, step) for step in given])

    def _envelope(self, project: UUID, step: Step) -> Envelope:
        _, name, document, data = step
        about = None if document is None else uuid5(project, f"document {document}")
        return received(name, self._whole(project, name, about, data), id=UUID(new_id()), document=about)

    def _whole(self, project: UUID, name: str, about: UUID | None, data: dict[str, Any]) -> dict[str, Any]:
        """Small numbers become ids, spans get their quotes."""
        whole = {key: self._id(project, key, value) for key, value in data.items()}
        match name:
            case "import_document":
                whole["document"] = str(about)
            case "set_member":
                whole["member"] = self.people[data["member"]].id
            case "add_annotation" | "change_annotation":
                whole["quote"] = " ".join(TEXT[start:end] for start, end in data["spans"])
                whole["text_version"] = 1
            case "decide_item":
                whole = self._decision(whole)
            case "add_entity":
                whole["entity_type"] = "actor"
        return whole

    def _decision(self, data: dict[str, Any]) -> dict[str, Any]:
        start, end = data["span"]
        about_one = data["verdict"] != "none_of_these"
        annotation = {"label": data["label"], "spans": [[start, end]]}
        return {
            "decision": data["decision"],
            "item": f"{data['label']}:{start}-{end}",
            "verdict": data["verdict"],
            "annotation": annotation if about_one else None,
            "quote": TEXT[start:end] if about_one else None,
        }

    def _id(self, project: UUID, key: str, value: Any) -> Any:
        if not isinstance(value, int) or isinstance(value, bool):
            return value
        kind = {"from": "annotation", "to": "annotation", "into": "entity"}.get(key, key)
        return str(uuid5(project, f"{kind} {value}"))
