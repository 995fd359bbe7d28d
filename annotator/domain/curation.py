"""Curation: what curators decide where annotators differ, one stream a document."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, ClassVar, Literal, assert_never

from immutables import Map
from msgspec import Meta

from annotator.domain.document import Document, require_document
from annotator.domain.erasure import ContentErased
from annotator.domain.label_schema import LabelSchema
from annotator.domain.maps import EMPTY, gather, scatter
from annotator.domain.marking import Mark, QuoteDiffers, check_mark, check_spans, texts_apart
from annotator.domain.project import Project, require_open
from annotator.domain.refusals import Refusal
from annotator.domain.register import Register
from annotator.domain.stretches import alike
from annotator.domain.text import quote
from annotator.domain.values import Attributes, Command, Id, Key, Span, Spans, Value
from events.decider import Decider

KIND = "curation"
LINK_ITEM = "link:"

Verdict = Literal["accept", "edit", "reject", "none_of_these", "split"]
Reason = Literal["ambiguous_text", "guideline_gap", "slip", "other"]
AppealAnswer = Literal["granted", "dismissed"]
ItemKey = Annotated[
    str, Meta(min_length=1, max_length=100_000, description="The item's key as consensus gives it")
]


class DecidedAnnotation(Value, frozen=True, kw_only=True):
    """The candidate that a decision is about, or what it puts in its place."""

    label: Key
    spans: Spans
    attributes: Attributes = {}
    entity: Id | None = None


class SeenVote(Value, frozen=True):
    """A vote that the curator saw. ``annotation`` is None where the author marked nothing there."""

    author: Id
    annotation: Id | None
    version: int = 0


class DecideItem(Command, frozen=True, kw_only=True):
    """Decide an item. Decisions that this one contradicts are withdrawn.

    accept takes the candidate in ``annotation``, edit puts ``annotation`` in its place, reject removes the
    candidate in ``annotation``, none_of_these empties the item, split makes an item of each candidate among the
    ``votes``. Links are accepted or rejected, without one. ``seen``: the decisions on the item that were on the screen;
    where it is given, others are not withdrawn, but the command is refused.
    """

    decision: Id
    item: ItemKey
    verdict: Verdict
    annotation: DecidedAnnotation | None = None
    quote: str | None = None
    votes: tuple[SeenVote, ...] = ()
    seen: tuple[Id, ...] | None = None
    reason: Reason | None = None
    note: Annotated[str, Meta(max_length=10_000)] = ""


class WithdrawDecision(Command, frozen=True, kw_only=True):
    """Take a decision back; the votes count again."""

    decision: Id


class FinishCuration(Command, frozen=True, kw_only=True):
    """Say that the document's curation is done."""


class ReopenCuration(Command, frozen=True, kw_only=True):
    """Go on curating."""


class MakeAppeal(Command, frozen=True, kw_only=True):
    """Ask the curators to look again at what became of one's own marks; ``item`` is the item's key."""

    appeal: Id
    item: ItemKey
    note: Annotated[str, Meta(min_length=1, max_length=10_000)]


class AnswerAppeal(Command, frozen=True, kw_only=True):
    """Answer an appeal. What the answer changes is decided by decisions of their own."""

    appeal: Id
    answer: AppealAnswer
    note: Annotated[str, Meta(max_length=10_000)] = ""


CurationCommand = DecideItem | WithdrawDecision | FinishCuration | ReopenCuration | MakeAppeal | AnswerAppeal


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """The item is decided. ``texts`` are the annotation's attributes of kind text."""

    ENTITY: ClassVar[str | None] = "decision"
    PRIVATE: ClassVar[tuple[str, ...]] = ("texts", "note")
    decision: str
    item: str
    verdict: Verdict
    label: str | None
    spans: tuple[Span, ...] | None
    attributes: Attributes
    entity: str | None
    votes: tuple[SeenVote, ...]
    reason: Reason | None
    text_version: int
    texts: Attributes = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class DecisionWithdrawn:
    """The decision holds no more."""

    ENTITY: ClassVar[str | None] = "decision"
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    decision: str


@dataclass(frozen=True, slots=True)
class CurationFinished:
    """The document's curation is done."""

    ENTITY: ClassVar[str | None] = None
    PRIVATE: ClassVar[tuple[str, ...]] = ()


@dataclass(frozen=True, slots=True)
class AppealMade:
    """An annotator asks for another look at an item."""

    ENTITY: ClassVar[str | None] = "appeal"
    PRIVATE: ClassVar[tuple[str, ...]] = ("note",)
    appeal: str
    item: str
    author: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class AppealAnswered:
    """A curator has answered an appeal. The whole appeal is told again, as of every entity."""

    ENTITY: ClassVar[str | None] = "appeal"
    PRIVATE: ClassVar[tuple[str, ...]] = ("note", "answer_note")
    appeal: str
    item: str
    author: str
    answer: AppealAnswer
    answered_by: str
    note: str = ""
    answer_note: str = ""


@dataclass(frozen=True, slots=True)
class CurationReopened:
    """Curation goes on."""

    ENTITY: ClassVar[str | None] = None
    PRIVATE: ClassVar[tuple[str, ...]] = ()


CurationEvent = (
    DecisionMade
    | DecisionWithdrawn
    | CurationFinished
    | CurationReopened
    | AppealMade
    | AppealAnswered
    | ContentErased
)


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that holds. ``label`` and ``spans`` are None where it is about no single candidate."""

    id: str
    item: str
    verdict: Verdict
    label: str | None
    spans: tuple[Span, ...] | None
    attributes: Attributes
    entity: str | None
    votes: tuple[SeenVote, ...]
    reason: Reason | None
    note: str
    text_version: int


@dataclass(frozen=True, slots=True)
class Appeal:
    """An annotator's wish for another look at an item; ``answer`` is None while it is open."""

    id: str
    item: str
    author: str
    note: str
    answer: AppealAnswer | None = None
    answered_by: str | None = None
    answer_note: str = ""


@dataclass(frozen=True, slots=True)
class Curation:
    """The decisions that hold, by id, and their ids by item; the appeals by id. No decision contradicts another."""

    decisions: Map[str, Decision] = EMPTY
    by_item: Map[str, frozenset[str]] = EMPTY
    finished: bool = False
    appeals: Map[str, Appeal] = EMPTY


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision is judged by. ``text`` is the document's current text.

    ``voted``: whoever gives the command has a finished set of the document. ``open``: keys of items that wait for somebody.
    """

    schema: LabelSchema
    document: Document
    text: str
    register: Register
    project: Project
    issued_by: str = ""
    voted: bool = False
    open: tuple[str, ...] = ()


class CurationIsFinished(Refusal):
    """The document's curation is finished; reopen it to decide more."""


class CurationIsOpen(Refusal):
    """Items are still open: voters differ and nobody decided, or votes have changed since a decision."""


class NotYetCurated(Refusal):
    """The document's curation goes on; there is nothing to appeal against before it is finished."""


class NoPartInIt(Refusal):
    """Only who has a finished set of the document can appeal against what became of it."""


class AppealExists(Refusal):
    """This appeal was made already, with other content, or by somebody else."""


class AppealUnknown(Refusal):
    """There is no appeal with this id in the document."""


class DecisionExists(Refusal):
    """This decision was made already, with other content."""


class AnnotationExpected(Refusal):
    """This verdict needs the annotation that it is about, and its quote."""


class AnnotationNotExpected(Refusal):
    """This verdict is about the whole item and takes no annotation."""


class LinkCannotBeEdited(Refusal):
    """A link can be accepted or rejected, not edited or split."""


class NothingToSplit(Refusal):
    """A split needs the votes for two candidates or more."""


class DecidedMeanwhile(Refusal):
    """Somebody else decided this meanwhile; look at that decision before you put yours in its place."""


def evolve(state: Curation, event: CurationEvent) -> Curation:
    """The curation after one more event."""
    match event:
        case DecisionMade():
            state = _without(state, event.decision)
            by_item = gather(state.by_item, event.item, event.decision)
            decisions = state.decisions.set(event.decision, _decision(event))
            return replace(state, decisions=decisions, by_item=by_item)
        case DecisionWithdrawn(decision):
            return _without(state, decision)
        case CurationFinished():
            return replace(state, finished=True)
        case CurationReopened():
            return replace(state, finished=False)
        case AppealMade(appeal, item, author, note):
            return replace(state, appeals=state.appeals.set(appeal, Appeal(appeal, item, author, note)))
        case AppealAnswered():
            return replace(state, appeals=state.appeals.set(event.appeal, _answered(event)))
        case ContentErased():
            return state  # the events that brought them do not have them any more
        case _:
            assert_never(event)


def _answered(event: AppealAnswered) -> Appeal:
    return Appeal(
        id=event.appeal,
        item=event.item,
        author=event.author,
        note=event.note,
        answer=event.answer,
        answered_by=event.answered_by,
        answer_note=event.answer_note,
    )


def _decision(event: DecisionMade) -> Decision:
    return Decision(
        id=event.decision,
        item=event.item,
        verdict=event.verdict,
        label=event.label,
        spans=event.spans,
        attributes={**event.attributes, **event.texts},
        entity=event.entity,
        votes=event.votes,
        reason=event.reason,
        note=event.note,
        text_version=event.text_version,
    )


def _without(state: Curation, decision_id: str) -> Curation:
    known = state.decisions.get(decision_id)
    if known is None:
        return state
    by_item = scatter(state.by_item, known.item, decision_id)
    return replace(state, decisions=state.decisions.delete(decision_id), by_item=by_item)


def decide(command: CurationCommand, state: Curation, context: Context) -> Sequence[CurationEvent]:
    """The events that fulfil a command."""
    require_open(context.project)
    require_document(context.document)
    match command:
        case FinishCuration():
            return _finish(state, context)
        case ReopenCuration():
            return [CurationReopened()] if state.finished else []
        case MakeAppeal():
            return _appeal(command, state, context)
        case AnswerAppeal():
            return _answer(command, state, context)
        case DecideItem():
            events = _decide_item(command, state, context)
        case WithdrawDecision(decision=decision):
            events = [DecisionWithdrawn(decision)] if decision in state.decisions else []
        case _:
            assert_never(command)
    if events and state.finished:
        raise CurationIsFinished()
    return events


def _finish(state: Curation, context: Context) -> list[CurationEvent]:
    if state.finished:
        return []
    if context.open:
        raise CurationIsOpen(items=list(context.open[:_NAMED]), count=len(context.open))
    return [CurationFinished()]


_NAMED = 20  # open items that a refusal names


def _appeal(command: MakeAppeal, state: Curation, context: Context) -> list[CurationEvent]:
    known = state.appeals.get(command.appeal)
    if known is not None:
        if (known.item, known.author, known.note) == (command.item, context.issued_by, command.note):
            return []
        raise AppealExists(appeal=command.appeal, pointer="/appeal")
    if not state.finished:
        raise NotYetCurated()
    if not context.voted:
        raise NoPartInIt()
    return [AppealMade(command.appeal, command.item, context.issued_by, command.note)]


def _answer(command: AnswerAppeal, state: Curation, context: Context) -> list[CurationEvent]:
    known = state.appeals.get(command.appeal)
    if known is None:
        raise AppealUnknown(appeal=command.appeal, pointer="/appeal")
    if (known.answer, known.answer_note) == (command.answer, command.note):
        return []
    return [
        AppealAnswered(
            appeal=known.id,
            item=known.item,
            author=known.author,
            answer=command.answer,
            answered_by=context.issued_by,
            note=known.note,
            answer_note=command.note,
        )
    ]


def _decide_item(command: DecideItem, state: Curation, context: Context) -> list[CurationEvent]:
    known = state.decisions.get(command.decision)
    _check_form(command)
    if known is not None:
        text_version = known.text_version
        if known == _decision(_made(command, {}, text_version)):
            return []
        raise DecisionExists(decision=command.decision, pointer="/decision")
    texts = _check_annotation(command, context)
    made = _made(command, texts, context.document.text_version)
    contradicted = sorted(_contradicted(made, state))
    unseen = [other for other in contradicted if command.seen is not None and other not in command.seen]
    if unseen:
        raise DecidedMeanwhile(decisions=unseen, pointer="/seen")
    return [*(DecisionWithdrawn(other) for other in contradicted), made]


def _check_form(command: DecideItem) -> None:
    about_link = command.item.startswith(LINK_ITEM)
    if about_link and command.verdict in ("edit", "split"):
        raise LinkCannotBeEdited(item=command.item, pointer="/verdict")
    if command.verdict == "split" and sum(vote.annotation is not None for vote in command.votes) < 2:
        raise NothingToSplit(pointer="/votes")
    if command.verdict in ("none_of_these", "split") or about_link:
        if command.annotation is not None:
            raise AnnotationNotExpected(verdict=command.verdict, pointer="/annotation")
    elif command.annotation is None or command.quote is None:
        raise AnnotationExpected(verdict=command.verdict, pointer="/annotation")


def _check_annotation(command: DecideItem, context: Context) -> Attributes:
    """Refuse an annotation that could not be marked; gives its attributes of kind text."""
    found = command.annotation
    if found is None or command.quote is None:
        return {}
    if command.verdict == "reject":
        check_spans(found.spans, context.text)
        expected = quote(context.text, found.spans)
        if command.quote != expected:
            raise QuoteDiffers(expected=expected, found=command.quote, pointer="/quote")
        return {}
    mark = Mark(found.label, found.spans, found.attributes, found.entity)
    check_mark(mark, command.quote, schema=context.schema, text=context.text, register=context.register)
    return texts_apart(mark, context.schema)[1]


def _made(command: DecideItem, texts: Attributes, text_version: int) -> DecisionMade:
    found = command.annotation
    keeps = found is not None and command.verdict != "reject"
    given = found.attributes if found is not None and keeps else {}
    return DecisionMade(
        decision=command.decision,
        item=command.item,
        verdict=command.verdict,
        label=found.label if found else None,
        spans=found.spans if found else None,
        attributes={key: value for key, value in given.items() if key not in texts},
        entity=found.entity if found is not None and keeps else None,
        votes=command.votes,
        reason=command.reason,
        text_version=text_version,
        texts=texts,
        note=command.note,
    )


def _contradicted(made: DecisionMade, state: Curation) -> Iterator[str]:
    """Earlier decisions on the item that cannot hold beside this one."""
    for other_id in state.by_item.get(made.item, ()):
        other = state.decisions[other_id]
        if "split" in (made.verdict, other.verdict):
            # What is said of the parts holds beside the split.
            if made.verdict == other.verdict:
                yield other_id
            continue
        same = (other.label, other.spans) == (made.label, made.spans)
        if same or "none_of_these" in (made.verdict, other.verdict) or _rivals(made, other):
            yield other_id


def _rivals(made: DecisionMade, other: Decision) -> bool:
    """Whether both put a label on much the same place."""
    if "reject" in (made.verdict, other.verdict):
        return False
    return alike(made.label or "", made.spans or (), other.label or "", other.spans or ())


DECIDER: Decider[Curation] = Decider(KIND, Curation(), evolve)
