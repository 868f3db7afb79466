"""A follow-up, as somebody entered it after asking the patient.

Law: checked and stored in one transaction with its audit row; one follow-up a due, corrected by a new row.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.clinical.outcomes.due import Due, Ended, dues
from monitor.clinical.outcomes.facts import Reached
from monitor.clinical.outcomes.follow_up_entry import FollowUpEntry, Totals, check_follow_up
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.errors import Conflict, NotFound, Refused
from monitor.recorder.acts import Actor
from monitor.security.roles import Action, require
from monitor.store.audit import append
from monitor.store.follow_ups import FollowUpRow, insert_follow_up
from monitor.store.queries.follow_ups import EndedInfusion, ended_infusion, follow_ups_of_sessions
from monitor.store.requests import Request, made_for, remember
from monitor.store.rows import AuditEntry

EARLY = timedelta(hours=12)  # a call in the evening before is still the one that was due
Policies = Callable[[Connection, str], ClinicPolicy]


@dataclass(frozen=True, slots=True)
class RecordFollowUp:
    """One follow-up of a session: `week` 0 is the next day; `at` None: asked just now."""

    session_id: int
    week: int
    entry: FollowUpEntry
    at: datetime | None
    replaces_id: int | None
    person: Actor
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """When the patient was asked, and when that is written down."""

    at: datetime
    now: datetime


def record_follow_up(connection: Connection, act: RecordFollowUp, policies: Policies, now: datetime) -> int:
    """Its number (the first one's when asked again); raises Refused, Conflict, NotFound, NotAllowed."""
    require(act.person, Action.CHART)
    before = made_for(connection, act.request)
    if before is not None:
        return before
    found = ended_infusion(connection, act.session_id)
    if found is None:
        raise NotFound("There is no such session whose infusion has ended.")
    policy = policies(connection, found.policy_sha256)
    totals = check_follow_up(act.entry, policy.scores.mme_caution)
    at = act.at or now
    due = _due(found, policy, act.week, _Asked(at, now))
    if act.replaces_id is None:
        _require_open(connection, act)
    made = insert_follow_up(connection, _row(act, found, due, totals, _Asked(at, now)))
    remember(connection, act.request, made)
    facts: dict[str, object] = {"session": act.session_id, "week": act.week, "reached": act.entry.reached.value}
    if act.replaces_id is not None:
        facts["replaces"] = act.replaces_id
    who = act.person
    append(connection, AuditEntry(now, who.name, "follow_up.record", f"follow-up {made}", who.person_id, facts))
    return made


def dues_of(found: EndedInfusion, policy: ClinicPolicy) -> tuple[Due, ...]:
    """Every follow-up an infusion asks for."""
    ended = Ended(found.session_id, found.ended_at, found.next_started_at, in_series=found.series_id is not None)
    return dues(ended, policy.follow_up)


def _due(found: EndedInfusion, policy: ClinicPolicy, week: int, asked: _Asked) -> Due:
    wanted = {one.week: one for one in dues_of(found, policy)}
    due = wanted.get(week)
    if due is None:
        weeks = ", ".join(str(one) for one in wanted)
        raise Refused(f"No such follow-up is asked for; weeks asked for: {weeks} (0 is the next day).", ("week",))
    if asked.at > asked.now:
        raise Refused("A follow-up cannot be timed in the future.", ("at",))
    if asked.at < due.due_at - EARLY:
        raise Refused("It is too early for this follow-up: the patient has not lived that time yet.", ("at",))
    if asked.at >= due.lapses_at:
        raise Refused("This follow-up has lapsed: enter what is known now under the next one.", ("at",))
    return due


def _require_open(connection: Connection, act: RecordFollowUp) -> None:
    standing = [one for one in follow_ups_of_sessions(connection, [act.session_id]) if one.week == act.week]
    closed = next((one for one in standing if one.reached != Reached.ATTEMPT), None)
    if closed is not None:
        raise Conflict(
            f"{closed.by} has already recorded this follow-up; correct that one instead.",
            {"id": closed.id, "by": closed.by, "at": closed.at.isoformat()},
        )


def _row(act: RecordFollowUp, found: EndedInfusion, due: Due, totals: Totals, asked: _Asked) -> FollowUpRow:
    entry = act.entry
    effects = None if entry.side_effects is None else {"listed": [asdict(one) for one in entry.side_effects]}
    return FollowUpRow(
        session_id=act.session_id,
        series_id=found.series_id,
        kind=due.kind.value,
        week=due.week,
        due_at=due.due_at,
        at=asked.at,
        recorded_at=asked.now,
        reached=entry.reached.value,
        pain=dict(entry.pain),
        relief_h=entry.relief_h,
        side_effects=effects,
        opioids=None if entry.opioids is None else {"listed": [dict(one) for one in entry.opioids]},
        mme=None if totals.opioids is None else totals.opioids.total,
        interference=dict(entry.interference) if entry.interference else None,
        interference_total=totals.interference,
        note=entry.note,
        replaces_id=act.replaces_id,
        person_id=act.person.person_id,
        by=act.person.name,
    )
