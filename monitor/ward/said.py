"""From the details of a stored event to what was said.

Law: a newer row replaces the older, item by item; a broken record raises KeyError, TypeError or ValueError, and never
becomes an answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.clinical.dosing.medication import Given
from monitor.clinical.marked_values import MarkedValues
from monitor.clinical.policy.preparation_parts import PreparationItem
from monitor.clinical.preparation.entries import (
    Answer,
    Mark,
    PreparationEntry,
    Review,
    Said,
    ScreeningAnswer,
    StopOverride,
)
from monitor.clinical.vitals import Vital

Details = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Artefact:
    """A named person found that an alarm had rung for an artefact, and why."""

    alarm_id: str
    reason: str
    mark: Mark


def screening_said(said: Said, details: Details, mark: Mark) -> tuple[Said, bool]:
    """With these answers; and whether one of them says something graver, or something else, than was known before."""
    answers, graver = dict(said.screening), False
    for name, one in _table(details, "items").items():
        entry = _mapping(one, name)
        answer = ScreeningAnswer(Answer(_text(entry, "answer")), _text_or_empty(entry, "note"), mark)
        before = answers.get(name)
        same = before is not None and (before.answer, before.note) == (answer.answer, answer.note)
        graver = graver or (answer.answer is not Answer.CLEAR and not same)
        answers[name] = answer
    return replace(said, screening=answers), graver


def stop_overridden(said: Said, details: Details, reason: str, mark: Mark) -> Said:
    """With a physician's override of one item."""
    return replace(said, overrides={**said.overrides, _text(details, "item"): StopOverride(reason, mark)})


def preparation_said(said: Said, details: Details, mark: Mark) -> tuple[Said, frozenset[str]]:
    """With these entries; and which of them say something else than before."""
    items, changed = dict(said.items), set()
    for name, one in _table(details, "items").items():
        entry, item = _mapping(one, name), PreparationItem(name)
        values = {key: value for key, value in entry.items() if key != "note"}
        before = items.get(item)
        if before is None or before.values != values:
            changed.add(name)
        items[item] = PreparationEntry(values, _text_or_empty(entry, "note"), mark)
    return replace(said, items=items), frozenset(changed)


def review_said(said: Said, details: Details, mark: Mark) -> Said:
    """With a physician's look at one finding."""
    value = details["value"]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"value is not a number: {value!r}")
    return replace(said, reviews=(*said.reviews, Review(_text(details, "finding"), float(value), mark)))


def given(details: Details, mark: Mark) -> Given:
    """One dose of a drug beside the infusion."""
    dose = details["dose"]
    if isinstance(dose, bool) or not isinstance(dose, int | float):
        raise TypeError(f"dose is not a number: {dose!r}")
    drug = _text(details, "drug").lower()
    return Given(drug, float(dose), _text(details, "unit"), _text(details, "route"), mark.at, mark.by)


def artefact(details: Details, reason: str, mark: Mark) -> Artefact:
    """One alarm marked as artefact."""
    return Artefact(_text(details, "alarm_id"), reason, mark)


def marked_values(details: Details, reason: str, mark: Mark) -> MarkedValues:
    """A stretch of one vital marked as artefact."""
    begin_at, end_at = (datetime.fromisoformat(_text(details, name)) for name in ("from_at", "to_at"))
    return MarkedValues(Vital(_text(details, "vital")), begin_at, end_at, reason, mark.by)


def _table(details: Details, name: str) -> Details:
    return _mapping(details[name], name)


def _mapping(value: object, name: str) -> Details:
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} is not a table: {value!r}")
    return value


def _text(details: Details, name: str) -> str:
    value = details[name]
    if not isinstance(value, str) or not value.strip():
        raise TypeError(f"{name} is not a text: {value!r}")
    return value.strip()


def _text_or_empty(details: Details, name: str) -> str:
    value = details.get(name)
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{name} is not a text: {value!r}")
    return (value or "").strip()
