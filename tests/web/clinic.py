"""A small clinic behind the real Flask application: real record, real sign-ins, a small spine and live picture.

The spine here stores what it is told with the store's own acts and judges nothing; what the true one refuses is
scripted with `refusing`.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection
from werkzeug.test import TestResponse

from monitor.clinical.consultation.completeness import Asked, Lacking, lacking
from monitor.clinical.consultation.reading import consultation_of
from monitor.clinical.policy.day_plan import DayPlanPolicy
from monitor.clinical.policy.preparation_parts import ScreeningItem
from monitor.clinical.scores.news2 import News2, News2Facts, News2Policy, Taken, news2
from monitor.clinical.scores.reckoning import Reckoned, ScoresPolicy, reckoned_before
from monitor.clinical.session import SessionEvent as Event
from monitor.clinical.session import SessionState, next_state
from monitor.counters import Counters
from monitor.errors import MonitorError, NotFound, Refused
from monitor.hl7.source import EVERY_OTHER, SourceSettings
from monitor.hl7.wording import explanations
from monitor.intake.connections import Connections
from monitor.intake.peers import Peers
from monitor.networks import Network
from monitor.printing.press import Press
from monitor.provisions import read_codes
from monitor.recorder.acts import (
    AcknowledgeAct,
    ActDone,
    Actor,
    Assess,
    BindChair,
    HandOver,
    PlanSession,
    SessionAct,
    SignDischarge,
)
from monitor.recorder.consulting import SignConsultation
from monitor.recorder.hand_over_sheet import hand_over_sheet
from monitor.recorder.monitoring_record import recorded_form
from monitor.recorder.paper_picture import consultations_told, series_orders_told
from monitor.recorder.patient_record import CorrectPatient, MergePatients, PatientChanged, store_change
from monitor.recorder.reassessing import Reassess, record_reassessment
from monitor.recorder.review_picture import picture_of_review
from monitor.recorder.reviewing import CoSign, SignReview
from monitor.recorder.sealing import Seal
from monitor.recorder.series_orders import SignSeriesOrder
from monitor.recorder.source_register import SourceRegister
from monitor.recorder.turn import Turn
from monitor.security import records
from monitor.security.records import By
from monitor.security.roles import Role
from monitor.security.secrets import fingerprint, new_token
from monitor.security.signing_key import PublicKeys, open_signing_key
from monitor.security.trail_watch import Outside, TrailWatch
from monitor.security.turnstile import Turnstile
from monitor.store import audit
from monitor.store.assignments import AssignmentRow, insert_assignment
from monitor.store.chairs import bind_chair, upsert_chair, upsert_station
from monitor.store.discharge import insert_assessment
from monitor.store.queries import session_head
from monitor.store.queries.assessments import AssessmentRecord, assessments
from monitor.store.queries.assignments import Assignment, assignment
from monitor.store.queries.patients import Patient
from monitor.store.requests import made_for, remember
from monitor.store.rows import AssessmentRow, AuditEntry, PolicyRow, SessionEventRow, SessionRow
from monitor.store.sessions import append_event, insert_session
from monitor.ward.sounding import StationSounds
from monitor.web.read_trail import ReadTrail
from monitor.web.services import PolicyFacts, Services
from monitor.web.wiring import build_flask
from tests.clinical.bedside import POLICY as SHIPPED
from tests.security.clinic import GOOD, SECRET_KEY, START_AT, Office, open_office

ORIGIN = "http://127.0.0.1:8000"
FRAMES = Path(__file__).parent / "frames"
BUILD = "b1"
_CSRF = re.compile(r'name="csrf-token" content="([^"]+)"')
SCORES = ScoresPolicy(white_min=12, mme_caution=50)
NEWS2_AGES = News2Policy(60, 1200, 1800, 14400, 14400, 3600)
POLICY = PolicyRow("0" * 64, "adult-ketamine", "1", "text", START_AT)


@dataclass(frozen=True)
class Settings:
    secure: bool = False
    origins: tuple[str, ...] = (ORIGIN, "http://localhost:8000")
    trusted_proxies: tuple[Network, ...] = ()
    writes_a_minute: int = 600
    demo: bool = False
    clinic_telephone: str = ""
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Madrid"))


@dataclass
class SmallSpine:
    """Records acts, and remembers what it was asked."""

    office: Office
    folder: Path
    refusing: MonitorError | None = None
    compared: Mapping[str, object] = field(default_factory=dict)  # what a session judged again comes to
    seen: list[object] = field(default_factory=list)

    def transact(self, act: Callable[[Connection], object]) -> object:
        self._hear(act)
        return self.office.transact(act)

    def act(self, act: SessionAct) -> ActDone:
        self._hear(act)
        return self.transact(lambda connection: _append(connection, act))  # type: ignore[return-value]

    def acknowledge(self, act: AcknowledgeAct) -> Mapping[str, object]:
        self._hear(act)
        return {"state": "acknowledged"}

    def sign_discharge(self, act: SignDischarge) -> Mapping[str, object]:
        self._hear(act)
        return {"state": "discharged", "by": act.person.name}

    def plan_session(self, plan: PlanSession) -> int:
        self._hear(plan)
        row = SessionRow(
            plan.patient_id, plan.chair_id, "scheduled", POLICY, plan.scheduled_for, False, START_AT, plan.series_id
        )
        return int(str(self.transact(lambda connection: _planned(connection, row, plan))))

    def bind_chair(self, bind: BindChair) -> None:
        self._hear(bind)
        self.transact(
            lambda connection: bind_chair(connection, bind.chair_id, bind.bed, START_AT, bind.person.person_id)
        )

    def relieve(self, act: Callable[[Connection], object], person_id: int, by: Actor) -> None:
        self.transact(act)

    def hand_over(self, act: HandOver) -> Assignment:
        self._hear(act)
        row = AssignmentRow(
            act.chair_id, act.person_id, "Nurse", START_AT, START_AT + timedelta(hours=12), None, act.note,
            act.person.person_id, act.person.name,
        )  # fmt: skip
        made = self.transact(lambda connection: assignment(connection, insert_assignment(connection, row)))
        assert isinstance(made, Assignment)
        return made

    def sign_consultation(self, act: SignConsultation) -> int:
        self._hear(act)
        return 1

    def consultation_lacks(self, said: Mapping[str, object]) -> tuple[list[Lacking], list[ScreeningItem]]:
        return list(lacking(Asked(consultation_of(said), SHIPPED.screening, START_AT.date()))), []

    def consultations(self, patient_id: int) -> Mapping[str, object]:
        return self.office.store.read(consultations_told, patient_id, SHIPPED.screening, PublicKeys({}))

    def reassess(self, act: Reassess) -> int:
        self._hear(act)
        seal, now = Seal(open_signing_key(self.folder / "signing_key"), ZoneInfo("UTC")), self.office.time.clock.now()
        record = partial(record_reassessment, act=act, policies=lambda *_: SHIPPED, seal=seal, now=now)
        return int(str(self.office.transact(record)))

    def sign_review(self, act: SignReview) -> int:
        self._hear(act)
        return 1

    def co_sign(self, act: CoSign) -> int:
        self._hear(act)
        return 1

    def review(self, session_id: int) -> Mapping[str, object]:
        return self.office.store.read(picture_of_review, session_id, PublicKeys({}))

    def sign_series_order(self, act: SignSeriesOrder) -> int:
        self._hear(act)
        return 1

    def series_orders(self, series_id: int) -> Mapping[str, object]:
        return self.office.store.read(series_orders_told, series_id, SHIPPED, PublicKeys({}))

    def change_patient(self, act: CorrectPatient | MergePatients) -> Patient:
        self._hear(act)
        changed = self.transact(store_change(act, Turn(START_AT, 0.0)))
        assert isinstance(changed, PatientChanged)
        return changed.patient

    def see_note(self, assignment_id: int, person: Actor) -> Assignment:
        self._hear((assignment_id, person))
        found = self.office.store.read(assignment, assignment_id)
        if found is None:
            raise NotFound("There is no such assignment.")
        return found

    def assess(self, assess: Assess) -> int:
        self._hear(assess)
        row = AssessmentRow(
            assess.session_id, assess.request_id, assess.kind, assess.items, 9.0, START_AT, START_AT,
            assess.person.person_id, assess.replaces_id, assess.person.name,
        )  # fmt: skip
        return int(str(self.transact(lambda connection: insert_assessment(connection, row))))

    def scores(self, session_id: int) -> list[tuple[AssessmentRecord, Reckoned]]:
        def look(connection: Connection) -> list[AssessmentRecord]:
            if session_head(connection, session_id) is None:
                raise NotFound("There is no such session.")
            return assessments(connection, session_id, replaced=True)

        found = self.office.store.read(look)
        return [(one, reckoned_before(one.kind, one.items, one.total, SCORES)) for one in found]

    def news2(self, session_id: int) -> News2:
        def look(connection: Connection) -> News2:
            if session_head(connection, session_id) is None:
                raise NotFound("There is no such session.")
            return news2(News2Facts(rr=Taken(22, START_AT)), NEWS2_AGES, START_AT)

        return self.office.store.read(look)

    def preparation(self, session_id: int) -> Mapping[str, object]:
        return {"may_start": False, "missing": [{"id": "order", "words": "order", "who": "physician"}], "notices": []}

    def discharge(self, session_id: int) -> Mapping[str, object]:
        return {"ready_at": None, "criteria": [{"id": "time", "result": "unknown", "since": None, "evidence": ""}]}

    def hand_over_sheet(self, session_id: int) -> Mapping[str, object]:
        def look(connection: Connection) -> Mapping[str, object]:
            return hand_over_sheet(connection, session_id, lambda connection, sha256: SHIPPED, START_AT, PublicKeys({}))

        return self.office.store.read(look)

    def monitoring_form(self, session_id: int) -> Mapping[str, object]:
        def look(connection: Connection) -> Mapping[str, object]:
            return recorded_form(connection, session_id, lambda connection, sha256: SHIPPED, START_AT)

        return self.office.store.read(look)

    def signatures(self, session_id: int) -> list[Mapping[str, object]]:
        if self.office.store.read(session_head, session_id) is None:
            raise NotFound("There is no such session.")
        return []

    def _hear(self, what: object) -> None:
        if self.refusing is not None:
            raise self.refusing
        self.seen.append(what)


def _append(connection: Connection, act: SessionAct) -> ActDone:
    head = session_head(connection, act.session_id)
    if head is None:
        raise NotFound("There is no such session.")
    state = next_state(SessionState(head.state), Event(act.event))
    done = append_event(
        connection,
        SessionEventRow(
            act.session_id, act.request_id, act.expected_version, act.event, head.state, state.value, START_AT,
            START_AT, act.person.person_id, act.person.role, act.reason, act.details, act.person.name,
        ),
    )  # fmt: skip
    return ActDone(done.version, done.state)


def _planned(connection: Connection, row: SessionRow, plan: PlanSession) -> int:
    before = made_for(connection, plan.request)
    if before is not None:
        return before
    session_id = insert_session(connection, row)
    remember(connection, plan.request, session_id)
    entry = AuditEntry(START_AT, plan.person.name, "session_planned", f"session {session_id}", plan.person.person_id)
    audit.append(connection, entry)
    return session_id


@dataclass
class SmallPicture:
    """One station; every recorded session is live."""

    office: Office
    recording: bool = True
    tiles: list[Mapping[str, object]] = field(default_factory=list)

    def stations(self) -> list[str]:
        return ["A"]

    def board(self, station: str) -> Mapping[str, object]:
        if station != "A":
            raise NotFound("There is no such station.")
        return {"seq": 7, "station": {"name": "A", "chairs": 1}, "tiles": list(self.tiles)}

    def session(self, session_id: int, window_s: float | None = None) -> Mapping[str, object]:
        head = self.office.store.read(session_head, session_id)
        if head is None:
            raise NotFound("There is no such session.")
        return {"seq": 7, "session": {"id": session_id, "state": head.state, "initials": "M.K."}, "numbers": {}}

    def head(self, session_id: int) -> Mapping[str, object]:
        head = self.session(session_id)["session"]
        assert isinstance(head, Mapping)
        return head

    def hospital_says(self) -> Mapping[int, Mapping[str, object]]:
        return {}

    def visits(self, session_ids: Collection[int], policy: DayPlanPolicy) -> Mapping[int, Mapping[str, object]]:
        part = {"stage": "preparation", "from_at": START_AT.isoformat(), "until_at": START_AT.isoformat()}
        shown = {"parts": [{**part, "expected": True}], "missing": [], "responsible": None, "order": None}
        unknown = {"status": "unknown", "words": "allergies not asked: unknown"}
        heads = [self.office.store.read(session_head, one) for one in session_ids]
        open_ones = [one.id for one in heads if one is not None and one.state != "cancelled"]
        return {one: {**shown, "allergies": unknown, "ready_at": None, "held_reason": None} for one in open_ones}

    def suggested_scores(self, session_id: int) -> Mapping[str, Mapping[str, int]]:
        self.session(session_id)
        return {"aldrete": {"circulation": 2}}

    def limits(self, session_id: int) -> Mapping[str, object]:
        if self.office.store.read(session_head, session_id) is None:
            raise NotFound("There is no such session.")
        return {"version": 1, "rules": []}

    def dose(self, session_id: int) -> Mapping[str, object]:
        self.session(session_id)
        return {"at": START_AT.isoformat(), "dose": None, "intervals": [], "wastes": []}

    def readiness(self) -> Mapping[str, object]:
        return {"recording": self.recording}


@dataclass
class Clinic:
    """The application and what stands behind it."""

    app: Flask
    given: Services
    office: Office
    spine: SmallSpine
    picture: SmallPicture
    chair_id: int

    def browser(self) -> "Browser":
        return Browser(self.app.test_client())

    def signed_in(self, role: Role = Role.NURSE, name: str | None = None) -> "Browser":
        """A browser at which somebody of that role is signed in."""
        if role is Role.BREAK_GLASS:
            return self.with_broken_glass(name or "emergency")
        name = name or f"{role.value}"
        if not self.office.store.read(_known, name):
            self.office.hire(name, role)
        browser = self.browser()
        assert browser.sign_in(name).status_code == 302
        return browser

    def with_broken_glass(self, name: str = "emergency", role: Role = Role.PHYSICIAN) -> "Browser":
        """A browser at which somebody of that role has opened break-glass."""
        if not self.office.store.read(_known, name):
            self.office.hire(name, role)
        browser = self.browser()
        browser.fetch_token("/sign-in")
        reply = browser.form("/break-glass", name=name, password=GOOD, reason="phone lost, chair 4 alarms")
        assert reply.location == "/", reply.text
        browser.fetch_token("/")
        return browser

    def token(self, role: Role, name: str = "lab") -> str:
        secret = new_token()
        self.office.transact(
            lambda connection: records.add_token(
                connection, By("test"), START_AT, name=name, role=role, mark=fingerprint(secret)
            )
        )
        return secret

    def session(self, browser: "Browser") -> int:
        """A patient and a session of theirs on the list."""
        number = len(self.spine.seen)
        patient = browser.post("/api/v1/patients", hospital_id=f"P{number}", family_name="Kowal", given_name="Maria")
        assert patient.status_code == 201, patient.text
        made = browser.post("/api/v1/sessions", patient_id=patient.json["id"], chair_id=self.chair_id)
        assert made.status_code == 201, made.text
        return int(made.json["id"])


def _known(connection: Connection, name: str) -> bool:
    return records.person_by_name(connection, name) is not None


class Browser:
    """A client that keeps cookies and sends the page's CSRF token, as our pages do."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.token = ""

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, base_url=ORIGIN, headers=headers)

    def fetch_token(self, path: str = "/sign-in") -> str:
        page = self.client.get(path, base_url=ORIGIN, follow_redirects=True)
        match = _CSRF.search(page.text)
        assert match, page.text
        self.token = match[1].replace("&#39;", "'")
        return self.token

    def sign_in(self, name: str, password: str = GOOD, **more: str) -> TestResponse:
        form = {"name": name, "password": password, "csrf_token": self.fetch_token(), **more}
        headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
        reply = self.client.post("/sign-in", base_url=ORIGIN, data=form, headers=headers)
        if reply.status_code == 302:
            self.fetch_token("/password")
        return reply

    def form(self, path: str, **fields: str) -> TestResponse:
        return self.client.post(path, base_url=ORIGIN, data={"csrf_token": self.token, **fields})

    def post(self, path: str, **body: object) -> TestResponse:
        return self.send("POST", path, body)

    def send(self, method: str, path: str, body: object) -> TestResponse:
        headers = {"X-CSRFToken": self.token, "Origin": ORIGIN}
        return self.client.open(path, method=method, base_url=ORIGIN, json=body, headers=headers)


@contextmanager
def open_clinic(
    folder: Path,
    settings: Settings | None = None,
    templates: Path = FRAMES,
    required: Collection[Role] = (),
    sign_ins_a_minute: int = 1000,
) -> Iterator[Clinic]:
    """A fresh clinic; `required` are the roles that must have a second step."""
    with open_office(folder, sign_ins_a_minute=sign_ins_a_minute, required=required) as office:
        chair_id = office.transact(lambda connection: upsert_chair(connection, "1", 1, upsert_station(connection, "A")))
        spine, picture = SmallSpine(office, folder), SmallPicture(office)
        office.time.passed_s = timedelta(seconds=1).total_seconds()
        counters = Counters()
        given = Services(
            config=settings or Settings(),
            clock=office.time.clock,
            runtime=office.runtime,
            recorder=spine,
            ward=picture,
            reading=office.store.engines.read,
            sign_ins=office.sign_ins,
            second_step=office.second_step,
            passwords=office.passwords,
            sockets=office.sockets,
            history=Turnstile(office.runtime, 2),
            policy=PolicyFacts(
                "adult-ketamine",
                "1",
                approved=False,
                day_plan=SHIPPED.day_plan,
                series=SHIPPED.series,
                sha256=SHIPPED.sha256,
                staff=SHIPPED.staff,
            ),
            policies=lambda connection, sha256: SHIPPED,
            secret_key=SECRET_KEY,
            build=BUILD,
            version="0.1.0",
            templates=templates,
            counters=counters,
            compare=lambda session_id, sha256, now: spine.compared,
            outbox=Outbox(),
            press=Press(office.runtime, Turnstile(office.runtime, 1).passage),
            intake=Listener(),
            sources=SourceRegister(),
            sounds=StationSounds(SHIPPED.signalling.sounding, lambda: office.time.passed_s),
            reads=ReadTrail(office.transact, office.time.clock, office.runtime, counters.readings_dropped),
            trail=TrailWatch(
                office.store.read,
                open_signing_key(folder / "signing_key"),
                Outside(folder / "audit_anchors"),
                office.time.clock,
                office.runtime,
                Counters(),
                ZoneInfo("Europe/Madrid"),
            ),
            explain=lambda raw, at: explanations(
                raw, read_codes(), {EVERY_OTHER: SourceSettings()}, at, lambda device: device.bed == "BED9"
            ),
        )
        yield Clinic(build_flask(given), given, office, spine, picture, int(str(chair_id)))


REFUSED = Refused("Not yet.", ("consent",))


class Outbox:
    """Nobody is told anything; asked for a session, it remembers which."""

    on = False

    def __init__(self) -> None:
        self.queued: list[int] = []

    def queue(self, session_id: int) -> int:
        self.queued.append(session_id)
        return 1


@dataclass
class Listener:
    """A listener with what a test puts into it."""

    connections: Connections = field(default_factory=Connections)
    peers: Peers = field(default_factory=Peers)
