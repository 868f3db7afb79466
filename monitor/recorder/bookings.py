"""Whether a chair and a patient are free at a time somebody wants.

Law: asked inside the transaction, of the record: two people may want the same chair at once, and only the record says
who was first. A refusal names the other session and the next free time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from monitor.clinical.day_plan import DAYS_AHEAD, Booking, Visit, clash, next_free, stretches
from monitor.clinical.policy.day_plan import DayPlanPolicy
from monitor.clinical.session import SessionState
from monitor.errors import Conflict, Refused
from monitor.recorder.acts import SessionAct
from monitor.store.queries.patients import patient, same_person
from monitor.store.queries.sessions import SessionRecord, booked
from monitor.ward.live_session import LiveSession
from monitor.ward.restore import label
from monitor.ward.visits import stretches_of, visit_of
from monitor.ward.ward import Ward

LONGEST_VISIT = timedelta(days=1)
FARTHEST = timedelta(days=800)  # a year of a series and one more; what lies farther is a slip of the pen


@dataclass(frozen=True, slots=True)
class Wanted:
    """The time somebody wants for a session (0: one that is not stored yet)."""

    session_id: int
    patient_id: int
    chair_id: int
    scheduled_for: datetime
    infusion_s: float | None = None


@dataclass(frozen=True, slots=True)
class Bookings:
    """Asks whether a chair and a patient are free."""

    ward: Ward
    policy: DayPlanPolicy
    zone: ZoneInfo

    def moved(self, live: LiveSession, act: SessionAct, now: datetime) -> Mapping[str, object]:
        """What a `reschedule` stores: where to and where from. Raises Refused, NotFound."""
        chair = self.ward.chair(int(str(act.details.get("chair_id", live.chair_id))))
        asked = act.details.get("scheduled_for")
        at = live.scheduled_for if asked is None else datetime.fromisoformat(str(asked))
        if (chair.id, at) == (live.chair_id, live.scheduled_for):
            raise Refused("The session is planned there already; choose another chair or time.", ("scheduled_for",))
        if at != live.scheduled_for and not now - timedelta(seconds=self.policy.step_s) <= at <= now + FARTHEST:
            raise Refused("A session is moved to a time from now on, within two years.", ("scheduled_for",))
        return {
            "chair_id": chair.id,
            "scheduled_for": at.isoformat(),
            "simulated": live.simulated or chair.simulated,
            "from_chair_id": live.chair_id,
            "from_scheduled_for": live.scheduled_for.isoformat(),
        }

    def of_move(self, live: LiveSession, details: Mapping[str, object], now: datetime) -> Callable[[Connection], None]:
        """The question for a `reschedule` with what `moved` gave."""
        at = datetime.fromisoformat(str(details["scheduled_for"]))
        infusion_s = visit_of(live, now).infusion_s
        return self.free(Wanted(live.id, live.patient.id, int(str(details["chair_id"])), at, infusion_s), now)

    def free(self, wanted: Wanted, now: datetime) -> Callable[[Connection], None]:
        """The question for the transaction; it raises Conflict when chair or patient is not free."""
        spans = {live.id: stretches_of(live, self.policy, now) for live in self._near(wanted)}

        def booking(head: SessionRecord, patient_id: int) -> Booking:
            parts = spans.get(head.id) or stretches(Visit(head.scheduled_for, SessionState.SCHEDULED), self.policy, now)
            length = parts[-1].until_at - parts[0].from_at
            # An appointment may have been moved in this very transaction: when it begins is the record's to say.
            from_at = head.scheduled_for if head.state == SessionState.SCHEDULED else parts[0].from_at
            return Booking(head.id, head.chair_id, patient_id, from_at, from_at + length)

        def ask(connection: Connection) -> None:
            mine = same_person(connection, wanted.patient_id)
            asked = self._asked(wanted, now)
            until_at = asked.until_at + timedelta(days=DAYS_AHEAD)
            heads = booked(connection, wanted.chair_id, mine, asked.from_at - LONGEST_VISIT, until_at)
            others = [booking(head, wanted.patient_id if head.patient_id in mine else 0) for head in heads]
            hit = clash(asked, others, self.policy)
            if hit is not None:
                head = next(one for one in heads if one.id == hit.session_id)
                raise self._taken(connection, head, hit, next_free(asked, others, self.policy, self.zone))

        return ask

    def _near(self, wanted: Wanted) -> list[LiveSession]:
        """Whose parts may matter: whoever is here, and who is planned for the chair or the patient."""
        return [
            live
            for live in self.ward.sessions().values()
            if live.chair_id == wanted.chair_id
            or live.patient.id == wanted.patient_id
            or live.course.state is not SessionState.SCHEDULED
        ]

    def _asked(self, wanted: Wanted, now: datetime) -> Booking:
        visit = Visit(wanted.scheduled_for, SessionState.SCHEDULED, wanted.infusion_s)
        until_at = stretches(visit, self.policy, now)[-1].until_at
        return Booking(wanted.session_id, wanted.chair_id, wanted.patient_id, wanted.scheduled_for, until_at)

    def _taken(self, connection: Connection, head: SessionRecord, hit: Booking, free_at: datetime | None) -> Conflict:
        number, name, span = head.id, self.ward.chair(head.chair_id).name, self._span(hit)
        who = label(patient(connection, head.patient_id))
        seen = f"{who.initials} ··{who.id_digits}"
        theirs = f"This patient has another session then: {number}, chair {name}, {span}"
        taken = f"Chair {name} is taken then: session {number}, {seen}, {span}"
        at = None if free_at is None else self._wall(free_at)
        then = f"no free time was found within {DAYS_AHEAD:d} days." if at is None else f"free from {at}."
        current: dict[str, object] = {"session": number, "free_at": None if free_at is None else free_at.isoformat()}
        return Conflict(f"{theirs if hit.patient_id else taken}; {then}", current)

    def _span(self, hit: Booking) -> str:
        """“2026-03-02 10:00–12:10”, by the clinic's wall."""
        from_at, until_at = hit.from_at.astimezone(self.zone), hit.until_at.astimezone(self.zone)
        end = f"{until_at:%H:%M}" if until_at.date() == from_at.date() else f"{until_at:%Y-%m-%d %H:%M}"
        return f"{from_at:%Y-%m-%d %H:%M}–{end}"

    def _wall(self, at: datetime) -> str:
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}"
