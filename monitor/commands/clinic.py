"""The demonstration clinic's patients and sessions.

Law: invented people and their pumps, entered through the same acts as real ones.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from monitor.app.application import Application
from monitor.commands.demo_past import Whose, remember
from monitor.commands.demo_pumps import pump_id
from monitor.errors import NotFound
from monitor.recorder.acts import Actor, Assess, BindDevice, HandOver, PlanSession, SessionAct
from monitor.store.patients import insert_patient
from monitor.store.queries.assignments import newest_assignments
from monitor.store.queries.chairs import chairs
from monitor.store.queries.people import Person, person_by_name
from monitor.store.queries.sessions import sessions
from monitor.store.readings import ReadingWriter
from monitor.store.rows import PatientRow, ReadingRow

CUFF = {"nibp_sys": 126.0, "nibp_dia": 76.0, "nibp_mean": 93.0}
CONTINUOUS = {"hr": 74.0, "pr": 74.0, "spo2": 97.0, "rr": 14.0}
CONCENTRATION_MG_PER_ML = 1.0
NURSES_CHAIRS = 4  # the first ones are the nurse's, the others the charge nurse's


@dataclass(frozen=True, slots=True)
class Visit:
    """One invented patient in one chair, so many minutes into an infusion (None: not begun)."""

    chair: str
    given_name: str
    family_name: str
    hospital_id: str
    born: date
    weight_kg: float
    mg_per_kg: float
    over_min: float
    minutes_in: float | None
    prepared: bool = True
    held: str = ""
    ended_before_min: float | None = None
    in_series: bool = False


VISITS = (
    Visit("1", "Ana", "Torres", "D-40117", date(1958, 3, 4), 70, 0.5, 40, 12),
    Visit("2", "Jon", "Olsen", "D-40203", date(1971, 9, 21), 66, 0.45, 40, 5),
    Visit("3", "Nora", "Berg", "D-40326", date(1949, 12, 2), 82, 0.5, 40, 18),
    Visit("4", "Mara", "Klein", "D-40442", date(1963, 6, 30), 70, 0.5, 40, 24),
    Visit("5", "Paul", "Lindt", "D-40558", date(1955, 1, 17), 74, 0.5, 40, None, prepared=False),
    Visit("6", "Ewa", "Sand", "D-40691", date(1967, 4, 9), 80, 0.5, 40, 74, ended_before_min=34, in_series=True),
    Visit("7", "Sam", "Rook", "D-40739", date(1976, 11, 25), 64, 0.45, 40, 17, held="nausea"),
)


def furnish(application: Application) -> None:
    """Enter the patients and bring each session to its phase; does nothing when the clinic has sessions already."""
    if application.services.read(sessions, limit=1):
        return
    seats = {chair.name: chair.id for chair in application.services.read(chairs)}
    nurse, second, physician = (
        _actor(application.services.read(person_by_name, name)) for name in ("nurse", "charge", "physician")
    )
    for visit in VISITS:
        if visit.chair in seats:
            _take(application, seats[visit.chair], nurse if int(visit.chair) <= NURSES_CHAIRS else second)
            _seat(application, visit, seats[visit.chair], _Staff(nurse, second, physician))
    for chair in application.config.chairs:
        if chair.bed and chair.name in seats:
            application.desk.bind_device(BindDevice(seats[chair.name], pump_id(chair.bed), off=False, person=nurse))


def _take(application: Application, chair_id: int, nurse: Actor) -> None:
    standing = application.services.read(newest_assignments)
    if all(one.chair_id != chair_id for one in standing):
        application.desk.hand_over(HandOver(chair_id, nurse.person_id, "", None, nurse))


def _actor(person: Person | None) -> Actor:
    if person is None:
        raise NotFound("The demonstration's people are not there.")
    return Actor(person.id, person.printed_name, person.role)


@dataclass(frozen=True, slots=True)
class _Staff:
    """Who brings the sessions forward: the second nurse checks what the first has drawn up."""

    nurse: Actor
    second: Actor
    physician: Actor


def _seat(application: Application, visit: Visit, chair_id: int, staff: _Staff) -> None:
    now, nurse, physician = application.clock.now(), staff.nurse, staff.physician
    row = PatientRow(visit.hospital_id, visit.family_name, visit.given_name, visit.born, None, now, nurse.person_id)
    patient_id = int(str(application.desk.transact(partial(_enter, row=row))))
    minutes_in = visit.minutes_in or 0.0
    begin_at = now - timedelta(minutes=minutes_in)
    series_id = None
    if visit.in_series:
        series_id = remember(application, Whose(patient_id, visit.weight_kg, chair_id, nurse, physician))
    session_id = application.desk.plan_session(
        PlanSession(patient_id, chair_id, begin_at - timedelta(minutes=30), nurse, series_id=series_id)
    )
    stage = _Stage(application, session_id, nurse, physician)
    stage.do("check_in", at_min=-(minutes_in + 25))
    stage.do("record_weight", at_min=-(minutes_in + 22), weight_kg=visit.weight_kg)
    stage.do("confirm_consent", at_min=-(minutes_in + 20))
    _screen_and_prepare(stage, visit, begin_at, minutes_in)
    stage.do(
        "record_order",
        by=physician,
        at_min=-(minutes_in + 15),
        dose_mg_per_kg=visit.mg_per_kg,
        over_min=visit.over_min,
        concentration_mg_per_ml=CONCENTRATION_MG_PER_ML,
    )
    if visit.minutes_in is None:
        return
    measured = measured_before(chair_id, session_id, begin_at - timedelta(seconds=5))
    application.desk.transact(lambda connection: ReadingWriter().write(connection, measured))
    stage.score_poss(begin_at - timedelta(minutes=6))
    stage.do("capture_baseline", at_min=-(minutes_in + 5))
    stage.do("second_check", by=staff.second, at_min=-(minutes_in + 4))
    stage.do("physician_clearance", by=physician, at_min=-(minutes_in + 2))
    rate_ml_per_h = round(visit.weight_kg * visit.mg_per_kg / CONCENTRATION_MG_PER_ML * 60 / visit.over_min, 1)
    stage.do("start", at_min=-minutes_in, rate_ml_per_h=rate_ml_per_h)
    if visit.held:
        stage.do("hold", at_min=-2, reason=visit.held)
    if visit.ended_before_min is not None:
        stage.do("end_infusion", at_min=-visit.ended_before_min)


def _screen_and_prepare(stage: "_Stage", visit: Visit, begin_at: datetime, minutes_in: float) -> None:
    items = stage.application.desk.preparation(stage.session_id)["screening"]
    asked = [str(item["id"]) for item in items] if isinstance(items, list) else []
    stage.do("record_screening", at_min=-(minutes_in + 18), items={item: {"answer": "clear"} for item in asked})
    stage.do(
        "record_preparation",
        at_min=-(minutes_in + 16),
        items={
            "identity": {"confirmed": True},
            "escort": {"name": f"K. {visit.family_name}"},
            "fasting": {
                "solids_at": (begin_at - timedelta(hours=12)).isoformat(),
                "clear_liquids_at": (begin_at - timedelta(hours=4)).isoformat(),
            },
            "pregnancy": {"possible": False},
            "iv_access": {"site": "left forearm", "gauge": 22},
            "drug": {"lot": "DEMO-1", "expires_on": (begin_at + timedelta(days=365)).date().isoformat()},
            "oxygen": {"on_air": True},
            "rescue_ready": {"confirmed": True},
        },
    )


def measured_before(chair_id: int, session_id: int, until_at: datetime) -> list[ReadingRow]:
    """What the simulated monitor measured before the start: three cuffs, ten minutes of the others."""
    rows = [(until_at - timedelta(minutes=minutes), CUFF) for minutes in (13, 6, 1)]
    for step in range(61):
        wobble = (0, 1, 0, -1)[step % 4]
        values = {**CONTINUOUS, "hr": CONTINUOUS["hr"] + wobble, "pr": CONTINUOUS["pr"] + wobble}
        rows.append((until_at - timedelta(seconds=10 * step), values))
    return [ReadingRow(chair_id, session_id, "SIM^BEFORE", at, at, at, values) for at, values in rows]


def _enter(connection: Connection, row: PatientRow) -> int:
    return insert_patient(connection, row)


@dataclass(slots=True)
class _Stage:
    """Brings one session forward, act by act."""

    application: Application
    session_id: int
    nurse: Actor
    physician: Actor
    version: int = 0

    def score_poss(self, at: datetime) -> None:
        """The nurse has looked how awake the patient is."""
        request_id = secrets.token_hex(16)
        self.application.desk.assess(Assess(self.session_id, request_id, "poss", {"level": 1}, self.nurse, at))

    def do(
        self, event: str, at_min: float, by: Actor | None = None, reason: str | None = None, **details: object
    ) -> None:
        said: Mapping[str, object] = details
        done = self.application.desk.act(
            SessionAct(
                session_id=self.session_id,
                request_id=secrets.token_hex(16),
                expected_version=self.version,
                event=event,
                person=by or self.nurse,
                reason=reason,
                at=self.application.clock.now() + timedelta(minutes=at_min),
                details=said,
            )
        )
        self.version = done.version
