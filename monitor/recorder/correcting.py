"""Correcting an entry: what may be corrected, by whom, and what the correction says instead.

Laws
1. A correction names the version it corrects and why; nobody corrects what somebody else corrected meanwhile.
2. What it says instead passes the same rails as if it had been entered so in the first place, with the wrong entry
   left out of the account; a correction itself moves no session.
3. Whoever may not enter a thing may not correct it either.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.clinical.scores.ctcae import check_grade
from monitor.clinical.session import SessionEvent
from monitor.errors import Conflict, NotAllowed, Refused
from monitor.recorder.acts import SessionAct
from monitor.recorder.conflicts import standing_now
from monitor.recorder.dose_rails import dose_details, seen_by
from monitor.recorder.preparing import check_entry
from monitor.security.roles import action_of_event, may, spoken
from monitor.ward.course import Course
from monitor.ward.entries import (
    CORRECTABLE,
    MOVES_THE_RATE,
    RATES,
    CourseEvent,
    corrections,
    instead_of,
    number,
    said_instead,
    standing,
    version_corrected,
)
from monitor.ward.live_session import LiveSession

Details = Mapping[str, object]
EARLIEST = timedelta(hours=12)  # an entry may be timed back to the start of a long day, never into the future
_SAID_BESIDE = frozenset({"at", "reason"})
_RAILS = frozenset({"beyond", "second_person"})
_NAMES = {
    SessionEvent.SYMPTOM: "a symptom",
    SessionEvent.NOTE: "a note",
    SessionEvent.GIVE_MEDICATION: "a drug given",
    SessionEvent.GIVE_BOLUS: "a bolus",
    SessionEvent.RECORD_WASTE: "a waste",
    SessionEvent.MARK_VALUES: "marked values",
    SessionEvent.RECORD_ADVERSE_EVENT: "an adverse event",
    SessionEvent.RESOLVE_ADVERSE_EVENT: "the end of an adverse event",
}


def correction_details(live: LiveSession, act: SessionAct, now: datetime) -> dict[str, object]:
    """What is stored of a correction: the version it corrects, the kind of entry, and what stands instead.

    Raises Refused, NotAllowed for a role that may not make the entry, Conflict for what was corrected meanwhile.
    """
    try:
        return _details(live, act, now)
    except (KeyError, TypeError) as error:
        raise Refused(f"This entry is not complete: {error}.", ("details",)) from error


def _details(live: LiveSession, act: SessionAct, now: datetime) -> dict[str, object]:
    version = int(number(act.details, "corrects"))
    named, root = _entry(live, version)
    if not may(act.person, action_of_event(root.event.value)):
        raise NotAllowed(f"A {spoken(act.person.role)} may not correct this: {root.event.replace('_', ' ')}.")
    if act.at is not None:
        raise Refused("A correction is made now; when it really happened belongs into “instead”.", ("at",))
    said = said_instead(act.details)
    stored: dict[str, object] = {"corrects": version, "entry": root.event.value}
    if said is None:
        if root.event in RATES - {SessionEvent.CHANGE_RATE}:
            raise Refused("The pump ran from then on: say at which rate instead.", ("instead",))
        return {**stored, **seen_by(act, root.event)}
    _check_fields(root.event, said)
    at = _time_of(live, root, named, said, now)
    wanted = replace(act, event=root.event.value, details=_fields(said), reason=_reason(said), at=None)
    rails = _checked(_without(live, root, version), wanted, root.event, at, now)
    return {**stored, "instead": dict(said), **rails}


def _entry(live: LiveSession, version: int) -> tuple[CourseEvent, CourseEvent]:
    """The event that is named, and the entry it goes back to; raises Refused or Conflict."""
    events = {one.version: one for one in live.course.events}
    named = events.get(version)
    if named is None:
        raise Refused("There is no such entry in this session.", ("corrects",))
    by = corrections(live.course.events).get(version)
    if by is not None:
        raise Conflict(
            f"{by.by} has corrected this entry already: look at what stands now.", standing_now(live, version)
        )
    root = named
    while root.event is SessionEvent.CORRECT_ENTRY:
        if instead_of(root) is None:
            raise Refused("This entry was struck: chart it anew if it did happen.", ("corrects",))
        root = events[version_corrected(root)]
    if root.event not in CORRECTABLE:
        raise Refused(f"“{root.event.replace('_', ' ')}” is not corrected but done again, or noted.", ("corrects",))
    return named, root


def _check_fields(event: SessionEvent, said: Details) -> None:
    wanted = CORRECTABLE[event]
    given = set(said) - _SAID_BESIDE
    if given != wanted:
        name = _NAMES.get(event, "a rate")
        raise Refused(f"This corrects {name}: say {', '.join(sorted(wanted))}.", tuple(sorted(wanted - given)))


def _time_of(live: LiveSession, root: CourseEvent, named: CourseEvent, said: Details, now: datetime) -> datetime:
    """When it really happened; raises Refused."""
    before = (instead_of(named) or {}).get("at")
    at = said.get("at", before)
    if not isinstance(at, str):
        return root.at
    found = datetime.fromisoformat(at)
    if root.event in RATES - {SessionEvent.CHANGE_RATE}:
        raise Refused("Of a start or a resume only the rate is corrected, not its time.", ("at",))
    if not now - EARLIEST <= found <= now:
        raise Refused("The time of an entry must lie within the last 12 hours.", ("at",))
    if root.event in RATES:
        _check_between(live, root, found)
    return found


def _check_between(live: LiveSession, root: CourseEvent, found: datetime) -> None:
    """The dose is a sum over the rates in their order: a change stays between the one before and the one after."""
    rates = [one for one in standing(live.course.events) if one.event in MOVES_THE_RATE]
    before = max((one.at for one in rates if one.version < root.version), default=found)
    after = min((one.at for one in rates if one.version > root.version), default=found)
    if not before <= found <= after:
        until = "" if after == found else f" and before the next at {after:%H:%M} UTC"
        raise Refused(f"This change lies after the one at {before:%H:%M} UTC{until}.", ("at",))


def _fields(said: Details) -> dict[str, object]:
    return {name: value for name, value in said.items() if name not in _SAID_BESIDE}


def _reason(said: Details) -> str | None:
    reason = said.get("reason")
    return reason if isinstance(reason, str) else None


def _without(live: LiveSession, root: CourseEvent, version: int) -> LiveSession:
    """The session without the wrong entry; of a rate, as it was when that rate was entered."""
    if root.event in RATES:
        return replace(live, course=_folded([one for one in live.course.events if one.version < root.version]))
    struck = replace(
        live.course.events[-1],
        version=live.course.version + 1,
        event=SessionEvent.CORRECT_ENTRY,
        to_state=live.course.state,
        details={"corrects": version},
    )
    return replace(live, course=_folded([*live.course.events, struck]))


def _folded(events: Sequence[CourseEvent]) -> Course:
    course = Course()
    for one in events:
        course.add(one)
    return course


def _checked(live: LiveSession, act: SessionAct, event: SessionEvent, at: datetime, now: datetime) -> dict[str, object]:
    """The rails of the entry as it would stand; what they let pass with a reason or a second person is kept."""
    if event is SessionEvent.SYMPTOM:
        check_grade(str(act.details["symptom"]), int(number(act.details, "grade")))
    check_entry(live, act, event, at)
    # A total counts all that was given by now, whenever this bolus was.
    details = dose_details(live, act, event, now if event is SessionEvent.GIVE_BOLUS else at)
    return {name: details[name] for name in _RAILS & set(details)}
