"""The adverse events of a session, from its entries as they stand. Law: what was struck is none, and what somebody said
to be over is over from then on; saying so can be corrected like any entry.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from monitor.clinical.adverse_events import AdverseEvent, adverse_event
from monitor.clinical.session import SessionEvent
from monitor.ward.entries import CourseEvent, number, standing


def adverse_events(events: Sequence[CourseEvent]) -> list[AdverseEvent]:
    """Every adverse event that stands, by its onset; each is named by the version of the entry it goes back to."""
    entries = standing(events)
    over = {_of(one.details): one.at for one in entries if one.event is SessionEvent.RESOLVE_ADVERSE_EVENT}
    found = [
        adverse_event(
            one.details, version=one.version, onset_at=one.at, by=one.by, resolved_at=over.get(one.version)
        )
        for one in entries
        if one.event is SessionEvent.RECORD_ADVERSE_EVENT
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.onset_at, one.version))


def told_adverse_events(found: Iterable[AdverseEvent]) -> list[dict[str, object]]:
    """The same as plain JSON values."""
    return [told_adverse_event(one) for one in found]


def told_adverse_event(one: AdverseEvent) -> dict[str, object]:
    """One of them; `id` is what a resolution names."""
    return {
        "id": one.version,
        "term": one.term,
        "title": one.title,
        "grade": one.grade,
        "relation": one.relation.value,
        "action": one.action.value,
        "serious": [word.value for word in one.serious],
        "description": one.description,
        "onset_at": one.onset_at.isoformat(),
        "resolved_at": _iso(one.resolved_at),
        "open": one.open,
        "needs_review": one.needs_review,
        "by": one.by,
    }


def _of(details: Mapping[str, object]) -> int:
    return int(number(details, "adverse_event"))


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
