"""What happened before the demonstration begins: a series of three infusions, follow-ups, and the patient's journal.

Law: invented, marked SIMULATED, and written with the times it would have had, by the demonstration's people. Only the
consultation is signed, and now: an infusion nobody signed carries no signature.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from monitor.app.application import Application
from monitor.clinical.outcomes.facts import Reached
from monitor.clinical.outcomes.follow_up_entry import FollowUpEntry, SideEffect
from monitor.clinical.outcomes.journal_file import JournalEntry
from monitor.provisions import read_policy
from monitor.recorder.acts import Actor
from monitor.recorder.consulting import SignConsultation
from monitor.recorder.following_up import RecordFollowUp, record_follow_up
from monitor.recorder.journal_record import WriteJournal, write_journal
from monitor.store.audit import append
from monitor.store.discharge import insert_assessment
from monitor.store.readings import ReadingWriter
from monitor.store.rows import AssessmentRow, AuditEntry, PolicyRow, ReadingRow, SessionEventRow, SessionRow
from monitor.store.series import ProfileRow, SeriesRevisionRow, insert_profile, insert_series
from monitor.store.sessions import append_event, insert_session

Json = Mapping[str, object]
ORDER = {"dose_mg_per_kg": 0.5, "over_min": 40.0, "concentration_mg_per_ml": 1.0}
DRUG_MIN, STAYED_MIN = 40, 125
_CALM = {"hr": 74.0, "pr": 74.0, "spo2": 97.0, "rr": 14.0}
_PRESSURE = {"nibp_sys": 126.0, "nibp_dia": 76.0, "nibp_mean": 93.0}


@dataclass(frozen=True, slots=True)
class Past:
    """One infusion so many days ago: average pain before it, at its end, the next day, and how long relief lasted."""

    days_ago: float
    before: int
    at_end: int
    next_day: int
    relief_h: float
    mme: float


INFUSIONS = (Past(8, 7, 4, 5, 14, 90), Past(6, 6, 3, 4, 30, 75), Past(3, 5, 2, 3, 48, 60))
JOURNAL = ((7.3, 6), (6.8, 6), (6.3, 6), (5.4, 4), (4.6, 4), (3.8, 5), (2.5, 3), (1.5, 3), (0.6, 4))  # days ago, pain


@dataclass(frozen=True, slots=True)
class Whose:
    """The patient, their weight, the chair they had, and the staff who looked after them."""

    patient_id: int
    weight_kg: float
    chair_id: int
    nurse: Actor
    physician: Actor


def remember(application: Application, whose: Whose) -> int:
    """Write the past of one patient, who is accepted for the series they are in; its number."""
    series_id = int(str(application.desk.transact(partial(_write, application=application, whose=whose))))
    asks = application.desk.consultations(whose.patient_id)["asks"]
    said = _accepts(asks if isinstance(asks, dict) else {}, application.clock.now().date().isoformat())
    request = secrets.token_hex(16)
    act = SignConsultation(whose.patient_id, series_id, None, None, said, request, whose.physician)
    application.desk.sign_consultation(act)
    return series_id


def _accepts(asks: Mapping[str, Sequence[Mapping[str, str]]], today: str) -> Json:
    """Every question of the policy answered, none of them against the patient."""
    told = {"told": True, "name": "Dr. L. Haas", "what": "six infusions planned", "on": today}
    return {
        "reasons": {one["id"]: {"answer": "yes"} for one in asks["reasons"]},
        "risks": {one["id"]: {"answer": "clear"} for one in asks["risks"]},
        "expectations": [one["id"] for one in asks["expectations"]],
        "teams": {one["id"]: told if one["id"] == "oncology" else {"told": False} for one in asks["teams"]},
        "decision": "accept",
    }


def _write(connection: Connection, application: Application, whose: Whose) -> int:
    now = application.clock.now()
    opened_at = now - timedelta(days=10)
    policy, text = read_policy(application.config.policy)
    kept = PolicyRow(policy.sha256, policy.id, str(policy.version), text, opened_at)
    by = whose.physician
    plan = SeriesRevisionRow(
        "neuropathic pain of the brachial plexus", 6, 24, "0.5 mg/kg over 40 min, every second or third day", None,
        opened_at, by.person_id, by.name,
    )  # fmt: skip
    insert_profile(connection, _known(whose, opened_at))
    series_id = insert_series(connection, whose.patient_id, plan)
    append(connection, AuditEntry(opened_at, by.name, "series.open", f"series {series_id}", by.person_id))
    for past in INFUSIONS:
        at = now - timedelta(days=past.days_ago)
        planned = SessionRow(
            whose.patient_id, whose.chair_id, "scheduled", kept, at, True, at - timedelta(days=1), series_id
        )
        infusion = _Infusion(connection, whose, insert_session(connection, planned), at)
        infusion.write(past)
        _follow_up(connection, application, infusion, past)
    for days_ago, pain in JOURNAL:
        at = now - timedelta(days=days_ago)
        entry = JournalEntry(at, pain, sleep_h=6.0 if pain < 5 else 4.5, rescue_doses=max(0, pain - 3))
        write_journal(
            connection, WriteJournal(series_id, entry, None, False, "", whose.nurse), at + timedelta(hours=12)
        )
    return series_id


def _known(whose: Whose, at: datetime) -> ProfileRow:
    return ProfileRow(
        whose.patient_id, at, whose.nurse.person_id, whose.nurse.name,
        diagnosis="breast cancer, treated 2023; plexopathy after radiotherapy", pain_mechanism="neuropathic",
        pain_description="burning, left arm and hand, worst at night",
        treatments_so_far="morphine, pregabalin, duloxetine", contact_name="K. Sand", oncologist="Dr. L. Haas", ecog=1,
    )  # fmt: skip


def _follow_up(connection: Connection, application: Application, infusion: "_Infusion", past: Past) -> None:
    """The call of the next day."""
    pain = {"now": past.next_day, "average": past.next_day, "worst": past.next_day + 2, "least": past.next_day - 1}
    opioids = [{"drug": "morphine", "route": "oral", "dose": past.mme / 3, "times_a_day": 3}]
    entry = FollowUpEntry(Reached.YES, pain, past.relief_h, [SideEffect("dizziness", 1)], opioids)
    asked_at = infusion.at + timedelta(days=1)
    act = RecordFollowUp(infusion.session_id, 0, entry, asked_at, None, infusion.whose.nurse)
    record_follow_up(connection, act, application.services.policies, asked_at)


class _Infusion:
    """Writes one infusion that began at `at`, entry by entry."""

    def __init__(self, connection: Connection, whose: Whose, session_id: int, at: datetime) -> None:
        self.connection, self.whose, self.session_id, self.at = connection, whose, session_id, at
        self._version, self._state = 0, "scheduled"

    def write(self, past: Past) -> None:
        """Everything of it, in the order it happened."""
        rate = round(self.whose.weight_kg * 0.5 / ORDER["concentration_mg_per_ml"] * 60 / DRUG_MIN, 1)
        physician = self.whose.physician
        self._do("check_in", -40, "preparing")
        self._do("record_weight", -35, details={"weight_kg": self.whose.weight_kg})
        self._do("confirm_consent", -34)
        self._do("record_order", -30, by=physician, details=ORDER)
        self._do("capture_baseline", -6, details={"values": {**_PRESSURE, **_CALM}})
        self._do("second_check", -4)
        self._do("physician_clearance", -2, by=physician)
        self._do("start", 0, "infusing", details={"rate_ml_per_h": rate})
        self._do("symptom", 22, details={"symptom": "dissociation", "grade": 1})
        self._do("end_infusion", DRUG_MIN, "observing")
        self._do("symptom", 58, details={"symptom": "dissociation", "grade": 0})
        self._do("discharge", STAYED_MIN, "discharged")
        self._score("bpi_severity", -20, {"worst": 9, "least": 3, "average": past.before, "now": past.before})
        for minute, pain in ((-15, past.before), (DRUG_MIN, past.at_end), (STAYED_MIN - 5, past.at_end)):
            self._score("nrs", minute, {"pain": pain})
        for minute in (20, DRUG_MIN, 90):
            self._score("moaas", minute, {"level": 4 if minute == DRUG_MIN else 5})
        ReadingWriter().write(self.connection, self._readings())

    def _do(
        self, event: str, minute: float, to_state: str = "", by: Actor | None = None, details: Json | None = None
    ) -> None:
        who, at = by or self.whose.nurse, self.at + timedelta(minutes=minute)
        row = SessionEventRow(
            self.session_id, f"past-{self._version}", self._version, event, self._state, to_state or self._state,
            at, at, who.person_id, who.role, None, details or {}, who.name,
        )  # fmt: skip
        append_event(self.connection, row)
        about = f"session {self.session_id}"
        append(self.connection, AuditEntry(at, who.name, f"session.{event}", about, who.person_id))
        self._version, self._state = self._version + 1, row.to_state

    def _score(self, kind: str, minute: float, items: Json) -> None:
        who, at = self.whose.nurse, self.at + timedelta(minutes=minute)
        total = sum(float(str(value)) for value in items.values()) / len(items)
        row = AssessmentRow(
            self.session_id, f"past-{kind}-{minute:g}", kind, items, total, at, at, who.person_id, None, who.name
        )
        insert_assessment(self.connection, row)

    def _readings(self) -> Sequence[ReadingRow]:
        """Every 20 s the continuous vitals, every 5 min a cuff; pressure and pulse rise a little while drug runs."""
        rows = []
        for step in range(-15 * 3, STAYED_MIN * 3):
            minute = step / 3
            rise = max(0.0, 1 - abs(minute - 30) / 40)
            values = {**_CALM, "hr": round(74 + 14 * rise + step % 3), "spo2": 97.0 - (step % 11 == 0)}
            values["pr"] = values["hr"]
            if step % 15 == 0:
                values |= {name: round(value * (1 + 0.15 * rise)) for name, value in _PRESSURE.items()}
            at = self.at + timedelta(minutes=minute)
            rows.append(ReadingRow(self.whose.chair_id, self.session_id, "SIM^PAST", at, at, at, values))
        return rows
