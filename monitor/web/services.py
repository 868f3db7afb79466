"""What the web room needs from the rest of the house. Law: it is handed in; nothing here is looked up or made.

The spine and the live picture are said as protocols, so that this room knows what they do and not how.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from monitor.clinical.consultation.completeness import Lacking
from monitor.clinical.dosing.allergies import Allergies
from monitor.clinical.policy.day_plan import DayPlanPolicy
from monitor.clinical.policy.parts import SeriesPolicy
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.policy.preparation_parts import ScreeningItem
from monitor.clinical.scores.news2 import News2
from monitor.clinical.scores.reckoning import Reckoned
from monitor.clinical.staff import StaffPolicy
from monitor.clock import Clock
from monitor.counters import Counters
from monitor.networks import Network
from monitor.printing.paper import Paper
from monitor.recorder.acts import (
    AcknowledgeAct,
    ActDone,
    Actor,
    Assess,
    AssignUnassigned,
    BindChair,
    BindDevice,
    HandOver,
    PlanSession,
    ReplayQuarantine,
    SessionAct,
    SignDischarge,
)
from monitor.recorder.allergy_record import StateAllergy
from monitor.recorder.consulting import SignConsultation
from monitor.recorder.patient_record import CorrectPatient, MergePatients
from monitor.recorder.reassessing import Reassess
from monitor.recorder.reviewing import CoSign, SignReview
from monitor.recorder.series_orders import SignSeriesOrder
from monitor.recorder.source_register import SourceRegister
from monitor.runtime import Runtime
from monitor.security.passwords import Passwords
from monitor.security.registry import SocketRegistry
from monitor.security.second_step import SecondStep
from monitor.security.sign_in import SignIns
from monitor.security.trail_watch import TrailWatch
from monitor.security.turnstile import Turnstile
from monitor.store.queries.assessments import AssessmentRecord
from monitor.store.queries.assignments import Assignment
from monitor.store.queries.patients import Patient
from monitor.ward.sounding import StationSounds
from monitor.web.read_trail import ReadTrail

T = TypeVar("T")
Json = dict[str, object]
Explain = Callable[[bytes, datetime], list[Json]]  # what the receiver makes of bytes received then, in words
Compare = Callable[[int, str, datetime], Mapping[str, object]]  # a session, a policy's SHA-256, now: recorder/what_if
Policies = Callable[[Connection, str], ClinicPolicy]  # by SHA-256, from the record


class WebSettings(Protocol):
    """The settings of config.Config this room reads."""

    @property
    def secure(self) -> bool:
        """Whether browsers come over https."""

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins a browser may come from."""

    @property
    def trusted_proxies(self) -> tuple[Network, ...]:
        """The proxies whose word about a browser's address is believed."""

    @property
    def writes_a_minute(self) -> int:
        """How many acts of one person or program are heard."""

    @property
    def demo(self) -> bool:
        """Whether this is a demonstration with simulated patients."""

    @property
    def clinic_telephone(self) -> str:
        """Whom patients call afterwards; empty when nobody has said."""

    @property
    def timezone(self) -> ZoneInfo:
        """The clinic's zone."""


class Recording(Protocol):
    """The acts of people, which all go through the spine."""

    def act(self, act: SessionAct) -> ActDone:
        """One session event; raises Conflict, Refused, NotAllowed, NotFound, NotRecording."""

    def acknowledge(self, act: AcknowledgeAct) -> Mapping[str, object]:
        """One alarm seen; raises Conflict, NotFound, Refused, NotRecording."""

    def transact(self, act: Callable[[Connection], object]) -> object:
        """Any other recorded act, in the writer's transaction; raises what the act raises, or NotRecording."""

    def sign_discharge(self, act: SignDischarge) -> Mapping[str, object]:
        """A signature on a discharge; raises Refused, Conflict, NotFound, NotRecording."""

    def plan_session(self, plan: PlanSession) -> int:
        """A new session in its first state, pinned to the policy in use; its id. Raises NotFound, Conflict."""

    def bind_chair(self, bind: BindChair) -> None:
        """Another monitor for a chair, or none; raises NotFound, Conflict."""

    def bind_device(self, bind: BindDevice) -> None:
        """A further device for a chair, or taken off it; raises NotFound, Conflict."""

    def hand_over(self, act: HandOver) -> Assignment:
        """Another nurse for a chair; raises NotFound, Refused, Conflict, NotAllowed."""

    def relieve(self, act: Callable[[Connection], object], person_id: int, by: Actor) -> None:
        """An act that ends somebody's being a nurse here; nobody is responsible for the chairs they had then."""

    def state_allergy(self, act: StateAllergy) -> Allergies:
        """What is said of a patient's allergies; raises Refused, Conflict, NotFound, NotAllowed."""

    def sign_consultation(self, act: SignConsultation) -> int:
        """A consultation; its number. Raises Refused with what is missing, Conflict, NotFound, NotAllowed."""

    def consultation_lacks(self, said: Mapping[str, object]) -> tuple[Sequence[Lacking], Sequence[ScreeningItem]]:
        """What a form still lacks, and which hard stops stand in it."""

    def consultations(self, patient_id: int) -> Mapping[str, object]:
        """What is asked, and every consultation of a patient, newest first, verified now; raises NotFound."""

    def reassess(self, act: Reassess) -> int:
        """A physician's answer about a series; its number. Raises Refused, Conflict, NotFound, NotAllowed."""

    def sign_review(self, act: SignReview) -> int:
        """A physician's review of a session that is over; its id. Raises Refused, Conflict, NotFound, NotAllowed."""

    def co_sign(self, act: CoSign) -> int:
        """A co-signature; its id. Raises Refused, Conflict, NotFound, NotAllowed."""

    def review(self, session_id: int) -> Mapping[str, object]:
        """Why a session waits for a review, and who reviewed and co-signed what; raises NotFound."""

    def sign_series_order(self, act: SignSeriesOrder) -> int:
        """An order of a series; its number. Raises Refused, Conflict, NotFound, NotAllowed."""

    def series_orders(self, series_id: int) -> Mapping[str, object]:
        """Every order of a series, newest first, with what it comes to at the last weight; raises NotFound."""

    def change_patient(self, act: CorrectPatient | MergePatients) -> Patient:
        """Who a patient is, corrected or merged; raises Refused, Conflict, NotFound."""

    def see_note(self, assignment_id: int, person: Actor) -> Assignment:
        """Its taker has read a hand-over note; raises NotFound, NotAllowed."""

    def assign_unassigned(self, act: AssignUnassigned) -> Mapping[str, object]:
        """Unassigned messages given to a session or chair; raises NotFound, Refused, Conflict."""

    def replay_quarantine(self, act: ReplayQuarantine) -> Mapping[str, object]:
        """Refused messages read once more; raises NotFound, Conflict."""

    def assess(self, assess: Assess) -> int:
        """A score or confirmation, checked and totalled; its id. Raises Refused, Conflict, NotFound."""

    def scores(self, session_id: int) -> list[tuple[AssessmentRecord, Reckoned]]:
        """Every score of a session, corrected ones too, by time, each with what it adds up to. Raises NotFound."""

    def news2(self, session_id: int) -> News2:
        """NEWS2 as of now, or of the end of a session that is over; raises NotFound."""

    def preparation(self, session_id: int) -> Mapping[str, object]:
        """What stands before a start, as of now; raises NotFound."""

    def hand_over_sheet(self, session_id: int) -> Mapping[str, object]:
        """What another team must know of the patient, as of now or of the session's end; raises NotFound."""

    def monitoring_form(self, session_id: int) -> Mapping[str, object]:
        """What a monitoring form asks, computed from the record; raises NotFound."""

    def discharge(self, session_id: int) -> Mapping[str, object]:
        """The discharge evaluation as of now, in the contract's shape; raises NotFound."""

    def signatures(self, session_id: int) -> Sequence[Mapping[str, object]]:
        """Every signature of a session with what was signed, each verified now; raises NotFound."""


class OpenConnection(Protocol):
    """One device's connection; see monitor/intake/connections.py."""

    peer: str
    since_at: datetime
    tls_subject: str | None
    last_heard_at: datetime | None
    frames: int
    bytes: int
    broken: int


class IntakePicture(Protocol):
    """Who is connected, and who was turned away."""

    @property
    def connections(self) -> "OpenConnections":
        """The open ones."""

    @property
    def peers(self) -> "DoorKeeper":
        """Who may connect."""


class OpenConnections(Protocol):
    """Every open connection."""

    def all(self) -> "Sequence[OpenConnection]":
        """The oldest first."""


class DoorKeeper(Protocol):
    """Who was turned away, and why."""

    def turned_away(self) -> "Sequence[object]":
        """The last one first."""


class Outbox(Protocol):
    """What is told to another system."""

    @property
    def on(self) -> bool:
        """Whether anything is sent."""

    def queue(self, session_id: int) -> int:
        """Tell about one session; how many messages are new. Raises NotFound."""


class Printer(Protocol):
    """Draws papers, without holding up anything live."""

    def pdf(self, paper: Paper) -> bytes:
        """The PDF of a paper; raises NotPrinted, TooBusy."""


class LivePicture(Protocol):
    """What is true now, as pages show it."""

    def stations(self) -> Iterable[str]:
        """The stations' names, the main one first."""

    def board(self, station: str) -> Mapping[str, object]:
        """The board's full snapshot; raises NotFound."""

    def session(self, session_id: int, window_s: float | None = None) -> Mapping[str, object]:
        """One session's full snapshot, its curves of the last `window_s` seconds; raises NotFound."""

    def head(self, session_id: int) -> Mapping[str, object]:
        """What a session's page says above everything else; raises NotFound."""

    def hospital_says(self) -> Mapping[int, Mapping[str, object]]:
        """The hospital's word about the beds of chairs, by chair; those it has said something of."""

    def visits(self, session_ids: Collection[int], policy: DayPlanPolicy) -> Mapping[int, Mapping[str, object]]:
        """Those of the sessions that are not over as the day plan shows them, by session."""

    def suggested_scores(self, session_id: int) -> Mapping[str, Mapping[str, int]]:
        """The points of scores that the chair's numbers answer now; raises NotFound."""

    def limits(self, session_id: int) -> Mapping[str, object]:
        """The alarm limits of one session; raises NotFound."""

    def dose(self, session_id: int) -> Mapping[str, object]:
        """The dose account of one session, also of one that is over; raises NotFound."""

    def readiness(self) -> Mapping[str, object]:
        """At least `recording` (bool)."""


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """Which policy new sessions are pinned to."""

    id: str
    version: str
    approved: bool
    day_plan: DayPlanPolicy
    series: SeriesPolicy
    sha256: str
    staff: StaffPolicy


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the web room is given."""

    config: WebSettings
    clock: Clock
    runtime: Runtime
    recorder: Recording
    ward: LivePicture
    reading: Engine
    sign_ins: SignIns
    second_step: SecondStep
    passwords: Passwords
    sockets: SocketRegistry
    history: Turnstile
    policy: PolicyFacts
    policies: Policies
    secret_key: str
    build: str
    version: str
    templates: Path
    counters: Counters
    explain: Explain
    compare: Compare
    outbox: Outbox
    intake: IntakePicture
    sources: SourceRegister
    sounds: StationSounds
    trail: TrailWatch
    reads: ReadTrail
    press: Printer

    def read(self, query: Callable[..., T], *args: object, **kwargs: object) -> T:
        """Run one query of monitor.store.queries in its own read connection, off the calling task."""

        def run() -> T:
            with self.reading.connect() as connection:
                return query(connection, *args, **kwargs)

        return self.runtime.offload(run)

    def now(self) -> datetime:
        """Aware UTC time of the server's clock."""
        return self.clock.now()

    def guard_s(self) -> float:
        """Seconds for throttles and rates: real ones, even when the server's clock runs faster in a demonstration."""
        return self.clock.real_s(self.clock.mono_s())
