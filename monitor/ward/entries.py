"""A session's entries, and what stands of them once later ones corrected them.

Laws
1. Nothing is erased: a correction is an entry of its own that names the version it corrects; what it says `instead`
   stands in that entry's place, and without it the entry never happened.
2. What a correction says can be corrected again, by naming the correction.
3. Only what tells of the patient or the drug is correctable; what moved the session stays: of a start or a resume only
   the rate. Rates keep their order whatever their times are corrected to.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import isfinite

from monitor.clinical.preparation.entries import Mark
from monitor.clinical.session import SessionEvent, SessionState

RATES = frozenset({SessionEvent.START, SessionEvent.CHANGE_RATE, SessionEvent.RESUME})
MOVES_THE_RATE = RATES | {SessionEvent.HOLD, SessionEvent.END_INFUSION}
# What the entry says, by name: a correction says all of it again.
CORRECTABLE: Mapping[SessionEvent, frozenset[str]] = {
    SessionEvent.SYMPTOM: frozenset({"symptom", "grade"}),
    SessionEvent.NOTE: frozenset({"text"}),
    SessionEvent.RECORD_ADVERSE_EVENT: frozenset({"term", "grade", "relation", "action", "serious", "description"}),
    SessionEvent.RESOLVE_ADVERSE_EVENT: frozenset({"adverse_event"}),
    SessionEvent.MARK_VALUES: frozenset({"vital", "from_at", "to_at"}),
    SessionEvent.GIVE_MEDICATION: frozenset({"drug", "dose", "unit", "route"}),
    SessionEvent.GIVE_BOLUS: frozenset({"dose_mg"}),
    SessionEvent.RECORD_WASTE: frozenset({"waste_mg"}),
    **dict.fromkeys(RATES, frozenset({"rate_ml_per_h"})),
}


@dataclass(frozen=True, slots=True)
class CourseEvent:
    """One stored session event, with the name of who did it."""

    version: int
    event: SessionEvent
    from_state: SessionState
    to_state: SessionState
    at: datetime
    by: str
    reason: str | None
    details: Mapping[str, object]
    request_id: str
    person_id: int | None = None

    @property
    def mark(self) -> Mark:
        """Who did it, and when."""
        return Mark(self.by, self.at, self.person_id, self.version)


def number(details: Mapping[str, object], name: str) -> float:
    """A number among an event's details; KeyError or TypeError when the record is broken."""
    value = details[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise TypeError(f"{name} is not a number: {value!r}")
    return float(value)


def corrections(events: Iterable[CourseEvent]) -> dict[int, CourseEvent]:
    """The correction of each corrected entry, by that entry's version."""
    return {version_corrected(one): one for one in events if one.event is SessionEvent.CORRECT_ENTRY}


def version_corrected(correction: CourseEvent) -> int:
    """The version a correction names."""
    return int(number(correction.details, "corrects"))


def instead_of(correction: CourseEvent) -> Mapping[str, object] | None:
    """What a correction says; None when the entry never happened."""
    return said_instead(correction.details)


def said_instead(details: Mapping[str, object]) -> Mapping[str, object] | None:
    """The same of the details of a correction."""
    said = details.get("instead")
    return said if isinstance(said, Mapping) else None


def standing(events: Sequence[CourseEvent]) -> list[CourseEvent]:
    """Every entry as it stands now, in the order of the record; a struck one is not among them."""
    corrected = corrections(events)
    entries = (_as_it_stands(one, corrected) for one in events if one.event is not SessionEvent.CORRECT_ENTRY)
    return [one for one in entries if one is not None]


def newest_symptoms(events: Sequence[CourseEvent]) -> dict[str, CourseEvent]:
    """The newest entry of each symptom that stands, by the word it was charted with; grade 0 is gone."""
    told = sorted((one for one in standing(events) if one.event is SessionEvent.SYMPTOM), key=lambda one: one.at)
    return {str(one.details["symptom"]): one for one in told}


def symptom_grades(events: Sequence[CourseEvent]) -> dict[str, int]:
    """The grade each symptom has now."""
    return {word: int(number(one.details, "grade")) for word, one in newest_symptoms(events).items()}


def _witness(correction: CourseEvent) -> Mapping[str, object]:
    """Who saw it too: a corrected waste has the witness of its correction."""
    return {name: value for name, value in correction.details.items() if name == "second_person"}


def _as_it_stands(entry: CourseEvent, corrected: Mapping[int, CourseEvent]) -> CourseEvent | None:
    stands, version = entry, entry.version
    while (correction := corrected.get(version)) is not None:
        said = instead_of(correction)
        if said is None:
            return None
        at = said.get("at")
        stands = replace(
            stands,
            details={**said, **_witness(correction)},
            at=datetime.fromisoformat(at) if isinstance(at, str) else stands.at,
            by=correction.by,
            person_id=correction.person_id,
            reason=correction.reason,
        )
        version = correction.version
    return stands
