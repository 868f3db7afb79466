"""The start gate as pages and programs are shown it. Law: plain JSON values; every answer with who gave it and when."""

from datetime import datetime

from monitor.clinical.preparation.entries import Mark, Review
from monitor.clinical.preparation.gate_findings import GateFinding
from monitor.clinical.preparation.items import ItemState
from monitor.clinical.preparation.screening import ScreeningResult
from monitor.clinical.preparation.start_gate import ITEM_WORDS, StartGate

Json = dict[str, object]


def picture_of_preparation(gate: StartGate, at: datetime) -> Json:
    """What is missing, what was answered, what the vital signs say, and what to know besides."""
    return {
        "as_of": at.isoformat(),
        "may_start": gate.may_start,
        "missing": [{"id": one.id, "words": one.words, "who": one.who, "detail": one.detail} for one in gate.missing],
        "notices": [{"id": one.id, "words": one.words} for one in gate.notices],
        "screening": [_screened(one) for one in gate.screening],
        "items": [_item(one) for one in gate.items],
        "vital_gate": [_finding(one, gate.reviews) for one in gate.findings or ()],
    }


def _screened(one: ScreeningResult) -> Json:
    answer, override = one.answer, one.override
    return {
        "id": one.item.id,
        "words": one.item.words,
        "class": one.item.item_class.value,
        "applies": one.item.applies.value,
        "source": one.item.source,
        "result": one.result.value,
        "answer": None if answer is None else answer.answer.value,
        "note": "" if answer is None else answer.note,
        "said": None if answer is None else _mark(answer.mark),
        "override": None if override is None else {"reason": override.reason, **_mark(override.mark)},
    }


def _item(state: ItemState) -> Json:
    entry = state.entry
    return {
        "id": state.item.value,
        "words": ITEM_WORDS[state.item],
        "required": state.required,
        "result": state.result.value,
        "evidence": state.evidence,
        "values": {} if entry is None else dict(entry.values),
        "note": "" if entry is None else entry.note,
        "said": None if entry is None else _mark(entry.mark),
    }


def _finding(one: GateFinding, reviews: tuple[Review, ...]) -> Json:
    review = one.covered_by(reviews)
    return {
        "id": one.id,
        "level": one.level.value,
        "words": one.words,
        "value": None if one.value is None else round(one.value, 1),
        "recheck_at": None if one.recheck_at is None else one.recheck_at.isoformat(),
        "reviewed": None if review is None else {"value": review.value, **_mark(review.mark)},
    }


def _mark(mark: Mark) -> Json:
    return {"by": mark.by, "at": mark.at.isoformat()}
