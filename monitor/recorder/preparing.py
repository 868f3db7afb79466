"""What an entry before or beside the infusion is checked against before it is stored. Law: the session's own policy
decides; a sentence names what is wrong, and nothing half-applies.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from monitor.clinical.adverse_events import Serious, adverse_event, check_adverse_event
from monitor.clinical.dosing.medication import check_name
from monitor.clinical.marked_values import check_marked
from monitor.clinical.preparation.entries import Mark
from monitor.clinical.preparation.items import check_entry as check_item
from monitor.clinical.preparation.items import who_prepared
from monitor.clinical.preparation.screening import check_answers, check_override
from monitor.clinical.session import SessionEvent
from monitor.errors import Refused
from monitor.recorder.acts import SessionAct
from monitor.ward.adverse_events import adverse_events
from monitor.ward.entries import CourseEvent, number
from monitor.ward.live_session import LiveSession
from monitor.ward.said import given, marked_values


def check_entry(live: LiveSession, act: SessionAct, event: SessionEvent, at: datetime) -> None:
    """Raise Refused for an entry the session's policy does not know or cannot take."""
    check = _CHECKS.get(event)
    if check is None:
        return
    try:
        check(live, act, at)
    except (KeyError, TypeError, ValueError) as error:
        raise Refused(f"This entry is not complete: {error}.", ("details",)) from error


def _screening(live: LiveSession, act: SessionAct, at: datetime) -> None:
    check_answers(live.policy.screening, _table(act, "items"))


def _override(live: LiveSession, act: SessionAct, at: datetime) -> None:
    check_override(live.policy.screening, live.course.said, str(act.details.get("item", "")))


def _preparation(live: LiveSession, act: SessionAct, at: datetime) -> None:
    items = _table(act, "items")
    if not items:
        raise Refused("The entry names no item.", ("items",))
    for name, values in items.items():
        check_item(name, values if isinstance(values, Mapping) else {})


def _second_check(live: LiveSession, act: SessionAct, at: datetime) -> None:
    """Whoever ordered or drew up the drug is not the one who finds their own mistake."""
    order, prepared = live.course.order, who_prepared(live.course.said)
    if order is not None and order.mark.person_id == act.person.person_id:
        raise Refused(f"{order.mark.by} ordered this: a second person checks it.", ("second_person",))
    if order is not None and order.of_series is not None and order.of_series.person_id == act.person.person_id:
        raise Refused(f"{order.of_series.by} ordered this: a second person checks it.", ("second_person",))
    if prepared is not None and prepared.person_id == act.person.person_id:
        raise Refused(f"{prepared.by} prepared the drug: a second person checks it.", ("second_person",))


def _medication(live: LiveSession, act: SessionAct, at: datetime) -> None:
    dose = given(act.details, Mark(act.person.name, at, act.person.person_id))
    check_name(live.policy.medications, dose, tuple(live.policy.discharge.waits_s))


def _marked(live: LiveSession, act: SessionAct, at: datetime) -> None:
    check_marked(marked_values(act.details, act.reason or "", Mark(act.person.name, at)), at)


def _adverse_event(live: LiveSession, act: SessionAct, at: datetime) -> None:
    check_told(act, at)


def _resolved(live: LiveSession, act: SessionAct, at: datetime) -> None:
    check_resolved(live.course.events, act, at)


def check_told(act: SessionAct, at: datetime) -> None:
    """An adverse event has a grade its term has; raises ScoreRefused."""
    told = adverse_event(act.details, version=0, onset_at=at, by=act.person.name)
    check_adverse_event(told.term, told.grade, (one.value for one in told.serious))


def check_resolved(events: Sequence[CourseEvent], act: SessionAct, at: datetime) -> None:
    """Only what stands and is open is over, and not before it began; raises Refused."""
    version = int(number(act.details, "adverse_event"))
    found = next((one for one in adverse_events(events) if one.version == version), None)
    if found is None:
        raise Refused("There is no such adverse event in this session.", ("adverse_event",))
    if found.resolved_at is not None:
        raise Refused(f"{found.title} is over since {found.resolved_at:%H:%M} UTC already.", ("adverse_event",))
    if Serious.DEATH in found.serious:
        raise Refused("A death is never over.", ("adverse_event",))
    if at < found.onset_at:
        raise Refused(f"{found.title} began at {found.onset_at:%H:%M} UTC; it cannot be over before.", ("at",))


def _table(act: SessionAct, name: str) -> Mapping[str, object]:
    value = act.details.get(name)
    return value if isinstance(value, Mapping) else {}


_CHECKS = {
    SessionEvent.RECORD_SCREENING: _screening,
    SessionEvent.OVERRIDE_STOP: _override,
    SessionEvent.RECORD_PREPARATION: _preparation,
    SessionEvent.SECOND_CHECK: _second_check,
    SessionEvent.GIVE_MEDICATION: _medication,
    SessionEvent.MARK_VALUES: _marked,
    SessionEvent.RECORD_ADVERSE_EVENT: _adverse_event,
    SessionEvent.RESOLVE_ADVERSE_EVENT: _resolved,
}
