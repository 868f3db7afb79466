"""The spine of a small clinic on a real record, with a clock that stands still until it is told to go on."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from monitor.counters import Counters
from monitor.hl7.source import EVERY_OTHER, SourceSettings
from monitor.ids import id_maker
from monitor.provisions import read_codes, read_policy, read_stored_policy
from monitor.publisher import Publisher
from monitor.recorder.acknowledging import Acknowledging
from monitor.recorder.acting import Acting
from monitor.recorder.acts import ActDone, Actor, Assess, PlanSession, Proof, SessionAct
from monitor.recorder.arrivals import Arrived
from monitor.recorder.bookings import Bookings
from monitor.recorder.desk import Desk
from monitor.recorder.judging import Judging
from monitor.recorder.planning import Planning
from monitor.recorder.reading_again import ReadingAgain
from monitor.recorder.receiving import Receiving
from monitor.recorder.recorder import Recorder
from monitor.recorder.sealing import Seal
from monitor.recorder.signing import Signing
from monitor.recorder.telling import Telling
from monitor.recorder.writing import PATIENCE_S, Writer
from monitor.runtime import ThreadRuntime
from monitor.security.signing_key import open_signing_key
from monitor.store.assignments import AssignmentRow, insert_assignment
from monitor.store.chairs import bind_chair, upsert_chair, upsert_station
from monitor.store.engine import open_engine
from monitor.store.patients import insert_patient
from monitor.store.people import insert_person
from monitor.store.queries.sessions import policy_text
from monitor.store.rows import Batch, PatientRow, PersonRow, ReadingRow
from monitor.store.store import Store
from monitor.ward.chairs import Chair
from monitor.ward.live_session import LiveSession
from monitor.ward.picture import Picture
from monitor.ward.restore import restore
from monitor.ward.ward import Ward
from tests.fresh_record import fresh_record
from tests.prepared import PREPARED, SCREENED, trained

PATIENT_S = 10.0  # what a slow commit does is tested beside; here it is the machine's story alone
START_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")
POLICY, POLICY_TEXT = read_policy("adult-ketamine")
CODES = read_codes()
BASELINE = {"nibp_sys": 126.0, "nibp_dia": 76.0, "nibp_mean": 93.0, "hr": 74.0, "pr": 74.0, "spo2": 97.0, "rr": 14.0}
MDC = {"hr": "147842^MDC_ECG_HEART_RATE", "spo2": "150456^MDC_PULS_OXIM_SAT_O2", "rr": "151562^MDC_RESP_RATE",
       "nibp_sys": "150021^MDC_PRESS_BLD_NONINV_SYS", "nibp_dia": "150022^MDC_PRESS_BLD_NONINV_DIA",
       "nibp_mean": "150023^MDC_PRESS_BLD_NONINV_MEAN", "pump_rate": "158014^MDC_FLOW_FLUID_PUMP_CURRENT",
       "pump_volume": "157993^MDC_VOL_FLUID_DELIV_TOTAL", "pump_dose": "158001^MDC_DOSE_DRUG_DELIV_TOTAL",
       "pump_concentration": "157760^MDC_CONC_DRUG"}  # fmt: skip
# What a monitor sent in a test, without what was measured before the start.
SENT = (
    "(select * from readings where layout_id not in (select id from reading_layouts where source = 'BEFORE')) as sent"
)
UNITS = {"hr": "264864^MDC_DIM_BEAT_PER_MIN", "spo2": "262688^MDC_DIM_PERCENT", "rr": "264928^MDC_DIM_RESP_PER_MIN",
         "pump_rate": "265266^MDC_DIM_MILLI_L_PER_HR", "pump_volume": "263762^MDC_DIM_MILLI_L",
         "pump_dose": "263890^MDC_DIM_MILLI_G", "pump_concentration": "264306^MDC_DIM_MILLI_G_PER_ML"}  # fmt: skip
MMHG = "266016^MDC_DIM_MMHG"


class HandClock:
    """Time that passes only when a test says so; real to the second enough for the spine."""

    speed = 1.0

    def __init__(self, *, system: bool = True) -> None:
        self.system = system
        self.passed_s = 0.0

    def now(self) -> datetime:
        return START_AT + timedelta(seconds=self.passed_s)

    def mono_s(self) -> float:
        return 5000.0 + self.passed_s

    def real_s(self, virtual_s: float) -> float:
        return virtual_s


@dataclass
class Ears:
    """Hears everything that is pushed; everybody watches everything, but no display hangs on the wall."""

    heard: list[tuple[str, Mapping[str, object], str | None]] = field(default_factory=list)
    deaf: bool = False
    broken: Exception | None = None

    def emit(self, event: str, payload: Mapping[str, object], to: str | None = None) -> None:
        if self.broken is not None:
            raise self.broken
        self.heard.append((event, payload, to))

    def watched(self, room: str) -> bool:
        return not self.deaf and not room.startswith("wall:")


@dataclass
class House:
    """Everything between the wire and the record."""

    store: Store
    clock: HandClock
    runtime: ThreadRuntime
    ward: Ward
    recorder: Recorder
    desk: Desk
    receiving: Receiving
    judging: Judging
    writer: Writer
    telling: Telling
    publisher: Publisher
    ears: Ears
    counters: Counters
    nurse: Actor
    second_nurse: Actor
    physician: Actor
    discharge_staff: Actor
    patient_id: int

    def chair(self, name: str = "1") -> Chair:
        return next(chair for chair in self.ward if chair.name == name)

    def live(self, session_id: int) -> LiveSession:
        return self.ward.session(session_id)

    def wait(self, seconds: float) -> None:
        """Let time pass, without judging what it does."""
        self.clock.passed_s += seconds

    def tick(self, seconds: float = 0.0) -> None:
        """Let time pass in steps of a second, judging each."""
        for _ in range(max(1, int(seconds))):
            self.clock.passed_s += min(1.0, seconds)
            self.recorder.tick(list(self.ward))
            self.turn()

    def turn(self) -> None:
        """Wait until the spine has done what is queued."""
        self.recorder.transact(lambda connection: None)

    def send(self, raw: bytes, **changes: object) -> bytes:
        """One frame through the spine; gives back its answers."""
        arrived = self.arrive(raw, **changes)
        assert arrived.done.wait(20)
        return b"".join(arrived.answers)

    def arrive(self, raw: bytes, refused: str | None = None) -> Arrived:
        arrived = Arrived(raw, "10.0.0.9:1234", self.clock.now(), self.clock.mono_s(), self.runtime.signal(), refused)
        self.recorder.receive(arrived)
        return arrived

    def vitals(self, seconds_ago: float = 0.0, **values: float) -> bytes:
        """What a monitor measured some seconds ago, sent and answered."""
        return self.send(oru(self.clock.now() - timedelta(seconds=seconds_ago), **values))

    def as_impatient_as_a_server(self) -> None:
        """For what is tested of slow commits."""
        self.recorder._writer._patience_s = PATIENCE_S

    def plan(self, chair: str = "1", *, in_h: float = 0.0, patient_id: int | None = None) -> int:
        at = self.clock.now() + timedelta(hours=in_h)
        return self.desk.plan_session(PlanSession(patient_id or self.patient_id, self.chair(chair).id, at, self.nurse))

    def act(self, session_id: int, event: str, **changes: object) -> ActDone:
        """An event at the session's present version; `details` are the remaining keywords."""
        act = self.as_act(session_id, event, **changes)
        return self.desk.act(act)

    def as_act(self, session_id: int, event: str, **changes: object) -> SessionAct:
        known = {"by", "at", "reason", "version", "request_id", "second", "proof"}
        details = {name: value for name, value in changes.items() if name not in known}
        version = changes.get("version")
        return SessionAct(
            session_id=session_id,
            request_id=str(changes.get("request_id") or uuid.uuid4()),
            expected_version=self.live(session_id).course.version if version is None else int(str(version)),
            event=event,
            person=changes.get("by", self.nurse),  # type: ignore[arg-type]
            reason=changes.get("reason"),  # type: ignore[arg-type]
            at=changes.get("at"),  # type: ignore[arg-type]
            details=details,
            second_person=changes.get("second"),  # type: ignore[arg-type]
            proof=changes.get("proof", Proof.ENTERED_AGAIN),  # type: ignore[arg-type]
        )

    def prepared(self, chair: str = "1") -> int:
        """A session of which only the start is missing."""
        session_id = self.plan(chair)
        self.act(session_id, "check_in")
        self.act(session_id, "record_weight", weight_kg=70.0)
        self.act(session_id, "confirm_consent")
        self.act(
            session_id, "record_order", by=self.physician, dose_mg_per_kg=0.5, over_min=40.0,
            concentration_mg_per_ml=1.0,
        )  # fmt: skip
        self.act(session_id, "record_preparation", items=PREPARED)
        self.act(session_id, "record_screening", items=SCREENED)
        self.measured_before(session_id)
        self.act(session_id, "capture_baseline", values=BASELINE)
        self.act(session_id, "second_check", by=self.second_nurse)
        self.act(session_id, "physician_clearance", by=self.physician)
        return session_id

    def measured_before(self, session_id: int, seconds_ago: float = 1.0, **changes: float) -> None:
        """What a monitor measured in the last minutes, in the record alone: the live picture heard nothing of it."""
        values = {**BASELINE, **changes}
        rows = tuple(
            self._reading(session_id, self.clock.now() - timedelta(seconds=seconds_ago + n), values) for n in range(3)
        )
        self.desk.assess(Assess(session_id, str(uuid.uuid4()), "poss", {"level": 1}, self.nurse))
        self.store.write(Batch(readings=rows))

    def _reading(self, session_id: int, at: datetime, values: Mapping[str, float]) -> ReadingRow:
        chair_id = self.live(session_id).chair_id
        return ReadingRow(chair_id, session_id, "BEFORE", at, at, at, values)

    def infusing(self, chair: str = "1") -> int:
        session_id = self.prepared(chair)
        self.act(session_id, "start", rate_ml_per_h=52.5)
        return session_id

    def read(self, query: Callable[[Connection], object]) -> object:
        return self.store.read(query)


def oru(at: datetime, *, bed: str = "BED1", patient: str = "", source: str = "MON^SIM", sent_at: datetime | None = None,
        control_id: str = "", extra: tuple[str, ...] = (), **values: float) -> bytes:  # fmt: skip
    """One ORU^R01 with values of one time."""
    stamp, sent = f"{at:%Y%m%d%H%M%S}.{at.microsecond // 1000:03d}+0000", sent_at or at
    rows = [
        f"OBX|{number}|NM|{MDC[vital]}^MDC|1.{number}|{value:g}|{UNITS.get(vital, MMHG)}^MDC|||||F|||{stamp}"
        for number, (vital, value) in enumerate(values.items(), 1)
    ]
    number = control_id or uuid.uuid4().hex[:12]
    head = [
        f"MSH|^~\\&|{source}|WARD|IM|CLINIC|{sent:%Y%m%d%H%M%S}+0000||ORU^R01^ORU_R01|{number}|P|2.6",
        f"PID|||{patient}^^^H^MR||",
        f"PV1||I|^^{bed}",
        f"OBR|1|||VITALS|||{stamp}",
    ]
    return "\r".join((*head, *rows, *extra, "")).encode()


def furnish(store: Store) -> dict[str, int]:
    """Two chairs, a patient and four people; gives back their ids."""

    def act(connection: Connection) -> dict[str, int]:
        ids: dict[str, int] = {}
        station = upsert_station(connection, "A")
        for number in (1, 2):
            ids[f"chair{number}"] = upsert_chair(connection, str(number), number, station)
            bind_chair(connection, ids[f"chair{number}"], f"BED{number}", START_AT, None)
        people = (("nurse", "nurse"), ("second", "nurse"), ("physician", "physician"), ("staff", "discharge_staff"))
        for name, role in people:
            ids[name] = insert_person(connection, PersonRow(name, name.title(), role, "$argon2id$x", False, START_AT))
            trained(connection, ids[name])
        for number in (1, 2):  # her chairs: a running one without a nurse is an alarm of its own
            hers = AssignmentRow(
                ids[f"chair{number}"],
                ids["nurse"],
                "Nurse",
                START_AT,
                START_AT + timedelta(days=30),
                None,
                "",
                None,
                "Test",
            )
            insert_assignment(connection, hers)
        row = PatientRow("MRN42", "Kowalska", "Maria", date(1961, 5, 4), "female", START_AT)
        ids["patient"] = insert_patient(connection, row)
        return ids

    answer = store.write(Batch(acts=(act,))).answers[0]
    assert isinstance(answer, dict), answer
    return answer


@contextmanager
def open_house(folder: Path, *, demo: bool = False, system: bool = True, settings: SourceSettings | None = None,
               clock: HandClock | None = None) -> Iterator[House]:  # fmt: skip
    """The spine on the record in a folder; what stands in the record already stands again."""
    path = folder / "record.db"
    if fresh := not path.exists():
        fresh_record(path)
    store = Store(open_engine(f"sqlite:///{path}", folder))
    ids = furnish(store) if fresh else _known(store)
    house = _assemble(folder, store, ids, clock or HandClock(system=system), demo, settings)
    threading.Thread(target=house.recorder.run, daemon=True).start()
    try:
        yield house
    finally:
        house.recorder.stop()
        assert house.recorder.stopped.wait(20)
        store.close()


def _known(store: Store) -> dict[str, int]:
    def ids(connection: Connection) -> dict[str, int]:
        people = {name: int(key) for key, name in connection.execute(text("select id, name from people"))}
        return {**people, "patient": int(str(connection.execute(text("select min(id) from patients")).scalar()))}

    return store.read(ids)


def _assemble(
    folder: Path, store: Store, ids: Mapping[str, int], clock: HandClock, demo: bool, settings: SourceSettings | None
) -> House:
    runtime, counters, ears = ThreadRuntime(), Counters(), Ears()

    def policies(connection: Connection, sha256: str):  # type: ignore[no-untyped-def]
        return POLICY if sha256 == POLICY.sha256 else read_stored_policy(policy_text(connection, sha256) or "", POLICY)

    ward = store.read(restore, policies, clock.now(), clock.mono_s())
    picture = Picture(ward, POLICY, clock)  # type: ignore[arg-type]
    publisher = Publisher(ears, picture, clock, runtime, counters, "b1")  # type: ignore[arg-type]
    new_id = id_maker(clock.now)
    judging = Judging(clock, counters, new_id)  # type: ignore[arg-type]
    sources = {EVERY_OTHER: settings or SourceSettings(zone=UTC_ZONE)}
    receiving = Receiving(ward, judging, CODES, sources, clock, counters)  # type: ignore[arg-type]
    writer, telling = Writer(store, runtime, counters, PATIENT_S), Telling(publisher, picture, ward)
    recorder = Recorder(ward, receiving, judging, writer, telling, clock, runtime, counters, new_id)  # type: ignore[arg-type]
    seal = Seal(open_signing_key(folder / "signing_key"), UTC_ZONE)
    bookings = Bookings(ward, POLICY.day_plan, UTC_ZONE)
    desk = Desk(
        recorder, Acting(ward, judging, bookings), Acknowledging(ward, judging), Signing(ward, seal, demo),
        Planning(ward, POLICY, POLICY_TEXT, judging, bookings), lambda look: runtime.offload(store.read, look),
        policies, ReadingAgain(CODES, sources),
    )  # fmt: skip

    def actor(name: str, role: str) -> Actor:
        return Actor(ids[name], name.title(), role)

    return House(
        store, clock, runtime, ward, recorder, desk, receiving, judging, writer, telling, publisher, ears, counters,
        actor("nurse", "nurse"), actor("second", "nurse"), actor("physician", "physician"),
        actor("staff", "discharge_staff"), ids["patient"],
    )  # fmt: skip


def until(what: Callable[[], object], within_s: float = 10.0) -> None:
    """Wait until something is true."""
    ends_at = time.monotonic() + within_s
    while not what():
        assert time.monotonic() < ends_at, "waited in vain"
        time.sleep(0.01)
