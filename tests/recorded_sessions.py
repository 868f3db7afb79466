"""Stored sessions of every kind, written straight into a record: what is asked of a record that is not a usual one.

Law: everything follows from the place and the time; nothing is judged, nothing asks the clock. Each function writes one
session and gives back its id. The full one takes about two seconds, every other one a few milliseconds.

    place = furnished(store)        # a patient, a chair, a nurse and a physician; or a Place of what a test has already
    session_id = full(place)
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from monitor.provisions import read_policy
from monitor.security import records
from monitor.security.records import By
from monitor.security.roles import Role
from monitor.store.chairs import upsert_chair, upsert_station
from monitor.store.discharge import insert_assessment, insert_signature
from monitor.store.later import LateActRow, LateMessage, insert_late
from monitor.store.patients import insert_patient
from monitor.store.rows import (
    AcknowledgementRow,
    AlarmEventRow,
    AlarmRow,
    AssessmentRow,
    Batch,
    PatientRow,
    PolicyRow,
    ReadingRow,
    SessionEventRow,
    SessionRow,
    SignatureRow,
    WithdrawalRow,
)
from monitor.store.sessions import append_event, insert_session
from monitor.store.store import Store
from monitor.store.types import canonical_json
from tests.prepared import PREPARED, SCREENED

BEGAN_AT = datetime(2026, 2, 16, 8, 0, tzinfo=UTC)
CLOCK_CHANGE_AT = datetime(2025, 10, 26, 1, 0, tzinfo=UTC)  # in Madrid and all of the EU: 03:00 becomes 02:00
MOMENTS = 10_800  # three hours, one a second
SOURCE = "WARD^MONITOR"
VITALS = ("hr", "pr", "spo2", "rr", "nibp_sys", "nibp_dia", "nibp_mean", "temp", "etco2", "pi")
NURSE, PHYSICIAN = "Nina Nurse RN", "Pilar Physician MD"
_STATES = {
    "check_in": "preparing",
    "start": "infusing",
    "hold": "held",
    "resume": "infusing",
    "end_infusion": "observing",
    "discharge": "discharged",
    "cancel": "cancelled",
}
_PHYSICIANS = frozenset({"record_order", "physician_clearance"})

Step = tuple[float, str, dict[str, object]]  # minutes from the beginning, event, details
_PREPARED: tuple[Step, ...] = (
    (-60, "check_in", {}),
    (-55, "record_weight", {"weight_kg": 70.0}),
    (-50, "confirm_consent", {}),
    (-48, "record_screening", {"items": SCREENED}),
    (-40, "record_order", {"dose_mg_per_kg": 0.5, "over_min": 40.0, "concentration_mg_per_ml": 1.0}),
    (-30, "record_preparation", {"items": PREPARED}),
    (-10, "capture_baseline", {"values": {"nibp_sys": 126.0, "nibp_dia": 76.0, "hr": 74.0, "spo2": 97.0}}),
    (-5, "second_check", {}),
    (-3, "physician_clearance", {}),
    (0, "start", {"rate_ml_per_h": 52.5}),
)
_FINISHED: tuple[Step, ...] = (*_PREPARED, (40, "end_infusion", {}), (170, "discharge", {}))


@dataclass(frozen=True)
class Place:
    """Whose record a session is written into: for whom, where, by whom, and under which policy."""

    store: Store
    patient_id: int
    chair_id: int
    nurse_id: int
    physician_id: int
    policy: PolicyRow

    def write(self, act: Callable[[Connection], object]) -> object:
        """One act in a transaction of its own; its error is raised."""
        answer = self.store.write(Batch(acts=(act,))).answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def furnished(store: Store, number: int = 1) -> Place:
    """A patient, a chair and two people in a record that has none of that number."""
    shipped, words = read_policy("adult-ketamine")
    policy = PolicyRow(shipped.sha256, shipped.id, str(shipped.version), words, BEGAN_AT)
    who = PatientRow(f"REC-{number}", "Kowalska-Núñez", "María", None, "female", BEGAN_AT)
    made: list[int] = []

    def furnish(connection: Connection) -> None:
        made.append(insert_patient(connection, who))
        made.append(upsert_chair(connection, f"R{number}", 90 + number, upsert_station(connection, "R")))
        for printed, role in ((NURSE, Role.NURSE), (PHYSICIAN, Role.PHYSICIAN)):
            by, name = By("test"), f"recorded-{role.value}-{number}"
            made.append(
                records.add_person(
                    connection, by, BEGAN_AT, name=name, printed_name=printed, role=role, password_hash="none"
                )
            )

    place = Place(store, 0, 0, 0, 0, policy)
    place.write(furnish)
    return Place(store, *made, policy)


def without_readings(place: Place, at: datetime = BEGAN_AT) -> int:
    """Discharged, and no monitor was ever heard."""
    return _session(place, at, _FINISHED)


def with_one_reading(place: Place, at: datetime = BEGAN_AT) -> int:
    """Discharged, with a single value."""
    session_id = _session(place, at, _FINISHED)
    _measured(place, [_reading(place, session_id, at + timedelta(minutes=5), {"hr": 71.0})])
    return session_id


def through_a_clock_change(place: Place) -> int:
    """From 02:30 summer time to 02:30 winter time and beyond; a value every ten seconds, none missing."""
    at = CLOCK_CHANGE_AT - timedelta(minutes=30)
    session_id = _session(place, at, _FINISHED)
    _measured(place, (_reading(place, session_id, *_moment(at, second)) for second in range(0, 7200, 10)))
    return session_id


def cancelled(place: Place, at: datetime = BEGAN_AT) -> int:
    """Planned, and cancelled an hour before with a reason."""
    return _session(place, at, ((-60, "cancel", {}),))


def still_running(place: Place, at: datetime = BEGAN_AT, minutes: int = 20) -> int:
    """Drug runs; a value every five seconds up to `minutes` after the start."""
    session_id = _session(place, at, _PREPARED)
    _measured(place, (_reading(place, session_id, *_moment(at, second)) for second in range(0, minutes * 60, 5)))
    return session_id


def full(place: Place, at: datetime = BEGAN_AT, moments: int = MOMENTS, *, simulated: bool = False) -> int:
    """Three hours, ten vitals a second, and everything a record can hold, the signed discharge among it.

    Doses: a bolus, a hold, another rate, another drug, corrected afterwards. Values: questionable, implausible, late,
    corrected, withdrawn and marked as artefact. Two alarms, an adverse event that was resolved, a score corrected.
    """
    session_id = _session(place, at, _EVENTFUL, simulated=simulated)
    _measured(place, _every_second(place, session_id, at, moments))
    _amended(place, session_id, at)
    _late(place, session_id, at)
    _alarms(place, session_id, at)
    _scores(place, session_id, at)
    _signed(place, session_id, at, simulated=simulated)
    return session_id


_ONDANSETRON: dict[str, object] = {"drug": "ondansetron", "dose": 8.0, "unit": "mg", "route": "intravenous"}
_EVENTFUL: tuple[Step, ...] = (
    *_PREPARED,
    (6, "give_bolus", {"dose_mg": 5.0}),
    (10, "symptom", {"symptom": "nausea", "grade": 2}),
    (
        11,
        "record_adverse_event",
        {
            "term": "nausea",
            "grade": 2,
            "relation": "possible",
            "action": "none",
            "serious": [],
            "description": "=nausea",
        },
    ),
    (12, "hold", {}),
    (15, "give_medication", _ONDANSETRON),
    (18, "resume", {"rate_ml_per_h": 40.0}),
    (20, "note", {"text": '=HYPERLINK("http://evil","x")\nmás tranquila'}),
    (22, "correct_entry", {"corrects": 15, "instead": {**_ONDANSETRON, "dose": 4.0}}),
    (25, "change_rate", {"rate_ml_per_h": 30.0}),
    (30, "mark_values", {"vital": "spo2", "from_min": 8, "to_min": 9}),
    (45, "end_infusion", {}),
    (60, "resolve_adverse_event", {"adverse_event": 13}),
    (170, "discharge", {}),
)


def _session(place: Place, at: datetime, steps: Iterable[Step], *, simulated: bool = False) -> int:
    planned = SessionRow(
        place.patient_id, place.chair_id, "scheduled", place.policy, at, simulated, at - timedelta(days=1)
    )

    def written(connection: Connection) -> int:
        session_id, state = insert_session(connection, planned), "scheduled"
        for version, step in enumerate(steps):
            row = _event(place, session_id, version, at, step, state)
            append_event(connection, row)
            state = row.to_state
        return session_id

    return int(str(place.write(written)))


def _event(place: Place, session_id: int, version: int, at: datetime, step: Step, state: str) -> SessionEventRow:
    minutes, event, details = step
    then, by_physician = at + timedelta(minutes=minutes), event in _PHYSICIANS
    if event == "mark_values":
        edges = {f"{edge}_at": at + timedelta(minutes=float(str(details[f"{edge}_min"]))) for edge in ("from", "to")}
        details = {"vital": details["vital"], **{name: edge.isoformat() for name, edge in edges.items()}}
    return SessionEventRow(
        session_id=session_id,
        request_id=f"recorded-{version}",
        expected_version=version,
        event=event,
        from_state=state,
        to_state=_STATES.get(event, state),
        at=then,
        recorded_at=then,
        person_id=place.physician_id if by_physician else place.nurse_id,
        role="physician" if by_physician else "nurse",
        reason="as seen at the chair" if event in ("cancel", "hold", "mark_values") else None,
        details=details,
        by=PHYSICIAN if by_physician else NURSE,
    )


def _moment(at: datetime, second: int) -> tuple[datetime, dict[str, float]]:
    """Ten vitals of a calm patient, a slow wave through each, the cuff repeated by the monitor until the next."""
    wave, cuff = math.sin(second / 97), math.sin(second // 300)
    return at + timedelta(seconds=second), {
        "hr": round(74 + 6 * wave),
        "pr": round(74 + 6 * wave),
        "spo2": round(97 + wave),
        "rr": round(14 + 2 * wave),
        "nibp_sys": round(128 + 8 * cuff),
        "nibp_dia": round(78 + 5 * cuff),
        "nibp_mean": round(95 + 6 * cuff),
        "temp": round(36.7 + 0.2 * wave, 1),
        "etco2": round(38 + 2 * wave, 1),
        "pi": round(3.1 + 0.4 * wave, 2),
    }


def _reading(place: Place, session_id: int, at: datetime, values: dict[str, float]) -> ReadingRow:
    sub_ids = dict.fromkeys(values, "1.1")
    return ReadingRow(
        place.chair_id, session_id, SOURCE, at, at, at + timedelta(milliseconds=40), values, sub_ids=sub_ids
    )


def _every_second(place: Place, session_id: int, at: datetime, moments: int) -> Iterable[ReadingRow]:
    for second in range(moments):
        row = _reading(place, session_id, *_moment(at, second))
        if second % 600 == 7:
            row = replace(row, questionable=frozenset({"spo2"}))
        if second == 333:
            row = replace(row, values={**row.values, "hr": 399.0}, implausible=frozenset({"hr"}))
        yield row


def _measured(place: Place, rows: Iterable[ReadingRow]) -> None:
    place.store.write(Batch(readings=tuple(rows)))


def _amended(place: Place, session_id: int, at: datetime) -> None:
    """One value corrected and one taken back by the monitor itself."""
    corrected_at, gone_at = at + timedelta(seconds=100), at + timedelta(seconds=110)
    better = replace(
        _reading(place, session_id, corrected_at, {"hr": 66.0}),
        received_at=corrected_at + timedelta(seconds=3),
        corrects=True,
    )
    gone = WithdrawalRow(
        place.chair_id, session_id, SOURCE, "spo2", "1.1", gone_at, received_at=gone_at + timedelta(seconds=4)
    )
    place.store.write(Batch(readings=(better,), withdrawals=(gone,)))


def _late(place: Place, session_id: int, at: datetime) -> None:
    """A value a named person assigned afterwards."""
    then = at + timedelta(hours=2)
    act = LateActRow(
        "assigned", place.chair_id, session_id, then, place.nurse_id, NURSE, "the transport monitor was unbound"
    )
    measured = _reading(place, session_id, at - timedelta(minutes=2), {"hr": 80.0, "spo2": 96.0})
    message = LateMessage(
        "assigned",
        chair_id=place.chair_id,
        session_id=session_id,
        readings=(replace(measured, source="=TRANSPORT", received_at=then),),
    )
    place.write(lambda connection: insert_late(connection, act, [message]))


def _alarms(place: Place, session_id: int, at: datetime) -> None:
    """Pressure, acknowledged after 40 s; saturation, which ended by itself."""
    found = (
        ("sbp", "sbp_high", "nibp_sys", 7, "medium", 164.0, 160.0, "Systolic BP 164 > 160", True),
        ("spo2", "spo2_low", "spo2", 8, "high", 88.0, 90.0, "SpO2 88 < 90", False),
    )
    alarms, events, seen = [], [], []
    for name, rule_id, vital, minutes, priority, value, limit, words, acknowledged in found:
        alarm_id, raised_at = f"recorded-{session_id}-{name}", at + timedelta(minutes=minutes)
        alarms.append(AlarmRow(alarm_id, session_id, place.chair_id, rule_id, "physiological", vital, raised_at))
        steps = [(0, "raised", "active"), (160, "ended", "normal")]
        if acknowledged:
            seen_at = raised_at + timedelta(seconds=40)
            steps.insert(1, (40, "acknowledged", "acknowledged"))
            seen.append(AcknowledgementRow(alarm_id, seen_at, place.nurse_id, priority, value, NURSE))
        events += [
            AlarmEventRow(
                alarm_id, raised_at + timedelta(seconds=after_s), event, state, priority, value, limit, words, rule_id
            )
            for after_s, event, state in steps
        ]
    place.store.write(Batch(alarms=tuple(alarms), alarm_events=tuple(events), acknowledgements=tuple(seen)))


def _scores(place: Place, session_id: int, at: datetime) -> None:
    """Pain before and after, sedation entered wrong and corrected, and gait."""
    found: tuple[tuple[float, str, dict[str, object], float], ...] = (
        (-20, "nrs", {"pain": 7}, 7.0),
        (15, "moaas", {"level": 2}, 2.0),
        (16, "moaas", {"level": 5}, 5.0),
        (120, "nrs", {"pain": 3}, 3.0),
        (160, "gait", {"level": 2}, 2.0),
    )

    def written(connection: Connection) -> None:
        before: dict[str, int] = {}
        for place_in_list, (minutes, kind, items, total) in enumerate(found):
            then = at + timedelta(minutes=minutes)
            replaces = before.get(kind) if kind == "moaas" else None
            row = AssessmentRow(
                session_id, f"score-{place_in_list}", kind, items, total, then, then, place.nurse_id, replaces, NURSE
            )
            before[kind] = insert_assessment(connection, row)

    place.write(written)


def _signed(place: Place, session_id: int, at: datetime, *, simulated: bool) -> None:
    """The discharge, signed without a key, as signatures were before they had one."""
    then = at + timedelta(minutes=170)
    criteria = [{"id": "saturation", "result": "met", "evidence": "SpO2 97 for 30 min"}]
    content = {
        "kind": "discharge",
        "session": session_id,
        "version": len(_EVENTFUL) - 1,
        "policy": {"id": place.policy.policy_id, "version": place.policy.version, "sha256": place.policy.sha256},
        "evaluated_at": then.isoformat(),
        "criteria": criteria,
        "alarms_open": [],
        "simulated": simulated,
    }
    row = SignatureRow(
        session_id,
        "recorded-signature",
        canonical_json(content),
        "discharge approved",
        place.physician_id,
        PHYSICIAN,
        "physician",
        then,
        60,
    )
    place.write(lambda connection: insert_signature(connection, row))
