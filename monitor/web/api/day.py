"""The day plan: the chairs of a day by time, who is where in which part of the visit, and what is free.

Law: planning only; every time ahead of now is an expectation and says so.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

from flask import Blueprint
from pydantic import Field
from sqlalchemy import Connection

from monitor.clinical.day_plan import Visit, gaps, hours_of, stretches
from monitor.clinical.policy.day_plan import DayPlanPolicy
from monitor.clinical.session import FINAL_STATES, SessionState
from monitor.clinical.staff import StaffAct, lacking
from monitor.security.roles import Action
from monitor.store.queries import chairs
from monitor.store.queries.chairs import Chair
from monitor.store.queries.day import Went, appointments, as_they_went, planned_times
from monitor.store.trainings import held_by
from monitor.ward.visits import part_picture
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Query, Time
from monitor.web.here import services
from monitor.web.services import Json
from monitor.web.session_lines import SessionLine, day_bounds, heads_in_clinic, heads_of_day, lines_of

blueprint = Blueprint("day", __name__)


class Part(Answer):
    """One part of a visit; `expected` as long as its end has not happened."""

    stage: str
    from_at: Time
    until_at: Time
    expected: bool


class PlannedVisit(SessionLine):
    """A session on the day plan; what is known only of one that is not over is empty for the others.

    `next_at` is the patient's next appointment after this one; `untrained` what a start asks of the responsible nurse
    and they do not have on that day.
    """

    parts: list[Part]
    missing: list[dict[str, str]] = Field(default_factory=list)
    allergies: dict[str, str] | None = None
    responsible: dict[str, object] | None = None
    order: str | None = None
    ready_at: Time | None = None
    held_reason: str | None = None
    next_at: Time | None = None
    untrained: list[str] = Field(default_factory=list)


class Free(Answer):
    """A time a chair is free in which a usual visit fits."""

    from_at: Time
    until_at: Time


class PlannedChair(Answer):
    """A chair of the day; `bed` None: no monitor is bound to it."""

    id: int
    name: str
    station: str | None
    bed: str | None
    free: list[Free]


class WeekDay(Answer):
    """A day of the same week with how many sessions it has, the cancelled ones left out."""

    day: date
    sessions: int


class DayPlan(Answer):
    """A day of the clinic; `step_s` is what appointments begin on."""

    day: date
    now_at: Time
    opens_at: Time
    closes_at: Time
    step_s: float
    usual_s: float
    chairs: list[PlannedChair]
    sessions: list[PlannedVisit]
    week: list[WeekDay]


class PlanDay(Query):
    """A day of the clinic; today when not given."""

    day: date | None = None


@blueprint.get("/day")
@allowed(Action.VIEW_SESSION, query=PlanDay, answer=DayPlan)
def get_day(query: PlanDay) -> DayPlan:
    """The day plan of one day: chairs, visits with their parts, and free times."""
    return day_plan(query.day)


def day_plan(asked: date | None) -> DayPlan:
    """The day plan of a day of the clinic, today when None."""
    given = services()
    zone, policy, now = given.config.timezone, given.policy.day_plan, given.now()
    today = now.astimezone(zone).date()
    day = asked or today
    opens_at, closes_at = hours_of(datetime.combine(day, datetime.min.time(), zone), policy)
    here = heads_in_clinic() if day == today else ()
    heads = {head.id: head for head in (*heads_of_day(day), *here)}
    visits = _visits(given.read(lines_of, list(heads.values())), policy, now)
    return DayPlan(
        day=day,
        now_at=now,
        opens_at=opens_at,
        closes_at=closes_at,
        step_s=policy.step_s,
        usual_s=policy.preparation_s + policy.infusion_s + policy.observation_s,
        chairs=[_chair(one, visits, max(opens_at, now), closes_at, policy) for one in given.read(chairs)],
        sessions=visits,
        week=_week(day),
    )


def _week(day: date) -> list[WeekDay]:
    """The days from Monday on."""
    given = services()
    zone, monday = given.config.timezone, day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=count) for count in range(7)]
    planned = given.read(planned_times, day_bounds(days[0], zone)[0], day_bounds(days[-1], zone)[1])
    counts = Counter(at.astimezone(zone).date() for at in planned)
    return [WeekDay(day=one, sessions=counts[one]) for one in days]


def _visits(lines: Iterable[SessionLine], policy: DayPlanPolicy, now: datetime) -> list[PlannedVisit]:
    given, listed = services(), sorted(lines, key=lambda line: (line.scheduled_for, line.id))
    running = given.ward.visits([line.id for line in listed], policy)
    over = [line.id for line in listed if line.id not in running]
    went = given.read(as_they_went, over) if over else {}
    planned = given.read(appointments, {line.patient_id for line in listed}) if listed else {}
    lacks = _lacks(running.values(), now.astimezone(given.config.timezone).date())
    return [
        PlannedVisit.model_validate(
            {
                **line.model_dump(),
                **(running.get(line.id) or _over(line, went.get(line.id, Went()), policy, now)),
                "untrained": lacks.get(_responsible(running.get(line.id, {})), []),
                "next_at": next((at for at in planned.get(line.patient_id, ()) if at > line.scheduled_for), None),
            }
        )
        for line in listed
    ]


def _responsible(shown: Mapping[str, object]) -> int | None:
    nurse = shown.get("responsible")
    return int(str(nurse["person_id"])) if isinstance(nurse, Mapping) else None


def _lacks(visits: Iterable[Mapping[str, object]], on: date) -> dict[int | None, list[str]]:
    """What a start asks of each responsible nurse and they do not have on a day, by person."""
    given = services()
    nurses = {_responsible(one) for one in visits} - {None}
    asked = given.policy.staff

    def look(connection: Connection) -> dict[int | None, list[str]]:
        held = {one: held_by(connection, one) for one in nurses if one is not None}
        return {
            one: [lack.words for lack in lacking(asked, StaffAct.START, theirs, on)] for one, theirs in held.items()
        }

    return given.read(look) if nurses else {}


def _over(line: SessionLine, went: Went, policy: DayPlanPolicy, now: datetime) -> Json:
    state = SessionState(line.state)
    if state not in FINAL_STATES:  # it ended, or began, between the two looks
        return {"parts": []}
    visit = Visit(
        scheduled_for=line.scheduled_for,
        state=state,
        checked_in_at=went.checked_in_at,
        started_at=went.started_at,
        ended_at=went.ended_at,
        over_at=went.over_at,
    )
    return {"parts": [part_picture(one) for one in stretches(visit, policy, now)]}


def _chair(
    chair: Chair, visits: Iterable[PlannedVisit], from_at: datetime, until_at: datetime, policy: DayPlanPolicy
) -> PlannedChair:
    between = timedelta(seconds=policy.turnover_s)
    usual = timedelta(seconds=policy.preparation_s + policy.infusion_s + policy.observation_s)
    taken = [
        (one.parts[0].from_at - between, one.parts[-1].until_at + between)
        for one in visits
        if one.chair_id == chair.id and one.parts
    ]
    free = [(a, b) for a, b in gaps(taken, from_at, until_at) if b - a >= usual] if from_at < until_at else []
    return PlannedChair(
        id=chair.id,
        name=chair.name,
        station=chair.station,
        bed=chair.bed,
        free=[Free(from_at=a.astimezone(UTC), until_at=b.astimezone(UTC)) for a, b in free],
    )
