"""What people can ask of the recorder, one method an act. Law: each passes through the spine and is answered once."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from monitor.clinical.consultation.completeness import Lacking
from monitor.clinical.consultation.evaluation import open_stops
from monitor.clinical.consultation.reading import consultation_of
from monitor.clinical.dosing.allergies import Allergies
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.policy.preparation_parts import ScreeningItem
from monitor.clinical.scores.news2 import News2
from monitor.clinical.scores.reckoning import Reckoned, reckoned_before
from monitor.clinical.session import SessionEvent
from monitor.errors import NotFound
from monitor.recorder.acknowledging import Acknowledging, seen_before
from monitor.recorder.acting import Acting
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
from monitor.recorder.addenda import AFTERWARDS, add_afterwards
from monitor.recorder.allergy_record import StateAllergy, stated, store_statement
from monitor.recorder.assigning import Assigning
from monitor.recorder.binding_devices import BindingDevices
from monitor.recorder.consulted import consulted
from monitor.recorder.consulting import Consulting, SignConsultation
from monitor.recorder.discharge_picture import (
    picture_of_discharge,
    signatures_after_orders,
    signatures_whole,
    trail_told,
)
from monitor.recorder.hand_over_sheet import hand_over_sheet
from monitor.recorder.handing_over import HandingOver
from monitor.recorder.monitoring_record import recorded_form
from monitor.recorder.news2_record import recorded_news2
from monitor.recorder.order_changes import ORDERS, order_signed
from monitor.recorder.paper_picture import consultations_told, series_orders_told
from monitor.recorder.patient_record import CorrectPatient, MergePatients, patient_changed, store_change
from monitor.recorder.planning import Planning
from monitor.recorder.quarantine_replay import Replaying
from monitor.recorder.reading_again import ReadingAgain
from monitor.recorder.reassessing import Reassess, record_reassessment
from monitor.recorder.recorder import Recorder
from monitor.recorder.review_picture import picture_of_review
from monitor.recorder.reviewing import CoSign, Reviewing, SignReview
from monitor.recorder.series_orders import SeriesOrdering, SignSeriesOrder
from monitor.recorder.signing import Signing, signed_before
from monitor.recorder.start_check import gate_in_record
from monitor.recorder.stored_guards import LOOK_BACK
from monitor.recorder.turn import Turn
from monitor.security.sign_in import LONGEST_H
from monitor.store.queries.assessments import AssessmentRecord, assessments
from monitor.store.queries.assignments import Assignment
from monitor.store.queries.chairs import chairs
from monitor.store.queries.patients import Patient
from monitor.store.queries.rebuild import discharge_record
from monitor.store.queries.record_digest import record_digest
from monitor.store.queries.sessions import event_by_request, session_head, start_recorded_at
from monitor.ward.preparation_picture import picture_of_preparation
from monitor.ward.restore import restore_session

T = TypeVar("T")


class Read(Protocol):
    """Runs a query on a reading connection, off the hub."""

    def __call__(self, query: Callable[[Connection], T]) -> T:
        """What the query gives."""


class Desk:
    """The recorder as the web room knows it."""

    def __init__(
        self,
        recorder: Recorder,
        acting: Acting,
        acknowledging: Acknowledging,
        signing: Signing,
        planning: Planning,
        read: Read,
        policies: Callable[[Connection, str], ClinicPolicy],
        reading_again: ReadingAgain,
        signed_off: Callable[[], None] = lambda: None,
    ) -> None:
        self._recorder = recorder
        self._acting = acting
        self._acknowledging = acknowledging
        self._signing = signing
        self._planning = planning
        self._read = read
        self._policies = policies
        self._signed_off = signed_off
        self._consulting = Consulting(planning.policy, signing.seal)
        self._reviewing = Reviewing(signing.seal, policies, signing.demo)
        self._ordering = SeriesOrdering(planning.policy, signing.seal)
        self._devices = BindingDevices(recorder.ward)
        self._handing_over = HandingOver(recorder.ward, timedelta(hours=LONGEST_H * recorder.clock.speed))
        self._assigning = Assigning(recorder.ward, reading_again)
        self._replaying = Replaying(recorder.ward, reading_again)

    def act(self, act: SessionAct) -> ActDone:
        """One session event; raises Conflict, Refused, NotAllowed, NotFound, NotRecording."""
        done = self._done_before(act)
        if done is not None:
            return done
        if act.event in AFTERWARDS and not self._acting.is_running(act.session_id):
            added = self._recorder.perform(partial(add_afterwards, act, self._signing.seal), _as_done)
            self._signed_off()
            return added
        prepare = partial(self._acting.prepare, act)
        signs = act.event in ORDERS
        if signs:
            prepare = partial(order_signed, self._acting.prepare, act, self._signing.seal)
        done = self._recorder.perform(prepare, partial(self._acting.settle, act))
        if signs:
            self._signed_off()
        return done

    def _done_before(self, act: SessionAct) -> ActDone | None:
        """What this very request did; the record is asked once the session is over."""
        if self._acting.is_running(act.session_id):
            return self._acting.done_before(act)
        stored = self._read(partial(_stored_before, act=act))
        return ActDone(int(str(stored["version"])), str(stored["state"])) if stored else None

    def acknowledge(self, act: AcknowledgeAct) -> Mapping[str, object]:
        """One alarm seen; raises Conflict, NotFound, NotAllowed, NotRecording. Asked again, it answers as before."""
        try:
            return self._recorder.perform(
                partial(self._acknowledging.prepare, act), partial(self._acknowledging.settle, act)
            )
        except NotFound:
            seen = self._read(partial(seen_before, act=act))
            if not seen:
                raise
            return seen

    def sign_discharge(self, act: SignDischarge) -> Mapping[str, object]:
        """A signature on a discharge; raises Refused with the open criteria, Conflict, NotAllowed, NotRecording.

        Asked again, it answers as before; whoever comes second is told who signed and when.
        """
        as_event = SessionAct(
            session_id=act.session_id,
            request_id=act.request_id,
            expected_version=0,
            event=SessionEvent.DISCHARGE.value,
            person=act.person,
            reason=act.override_reason,
        )
        try:
            done = self._recorder.perform(partial(self._signing.prepare, act), partial(self._acting.settle, as_event))
        except NotFound:  # it left the live picture meanwhile: the record knows who signed
            before = self._read(partial(signed_before, act=act))
            if before is None:
                raise
            done = before
        self._signed_off()
        return {"version": done.version, "state": done.state}

    def plan_session(self, plan: PlanSession) -> int:
        """A new session on the list; its id. Raises NotFound, Conflict, NotRecording."""
        return self._recorder.perform(partial(self._planning.plan, plan), self._planning.planned)

    def bind_chair(self, bind: BindChair) -> None:
        """Another monitor for a chair, or none; raises NotFound, Conflict, NotRecording."""
        self._recorder.perform(
            partial(self._planning.bind, bind), lambda answer, turn: self._planning.bound(bind, turn)
        )

    def bind_device(self, bind: BindDevice) -> None:
        """A further device for a chair, or taken off it; raises NotFound, Conflict, NotRecording."""
        self._recorder.perform(partial(self._devices.bind, bind), partial(self._devices.bound, bind))

    def hand_over(self, act: HandOver) -> Assignment:
        """Another nurse for a chair; raises NotFound, Refused, Conflict, NotAllowed, NotRecording."""
        hands = self._handing_over
        return self._recorder.perform(partial(hands.hand_over, act), hands.handed_over)

    def relieve(self, act: Callable[[Connection], object], person_id: int, by: Actor) -> None:
        """An act that ends somebody's being a nurse here, and with it every chair they had; raises what it raises."""
        hands = self._handing_over
        self._recorder.perform(partial(hands.relieve, act, person_id, by), hands.relieved)

    def see_note(self, assignment_id: int, person: Actor) -> Assignment:
        """Its taker has read a hand-over note; raises NotFound, NotAllowed, NotRecording."""
        hands = self._handing_over
        return self._recorder.perform(partial(hands.see_note, assignment_id, person), hands.note_seen)

    def assign_unassigned(self, act: AssignUnassigned) -> Mapping[str, object]:
        """Unassigned messages given to a session or chair; raises NotFound, Refused, Conflict, NotRecording."""
        waiting = self._read(partial(self._assigning.look, act=act))
        return self._recorder.perform(
            partial(self._assigning.assign, act, waiting), partial(self._assigning.assigned, act, waiting)
        )

    def replay_quarantine(self, act: ReplayQuarantine) -> Mapping[str, object]:
        """Refused messages read once more; raises NotFound, Conflict, NotRecording."""
        messages = self._read(partial(self._replaying.look, act=act))
        return self._recorder.perform(
            partial(self._replaying.replay, act, messages), partial(self._replaying.replayed, messages)
        )

    def state_allergy(self, act: StateAllergy) -> Allergies:
        """What is said of a patient's allergies; raises Refused, Conflict, NotFound, NotAllowed, NotRecording."""
        return self._recorder.perform(partial(store_statement, act), partial(stated, self._recorder.ward))

    def change_patient(self, act: CorrectPatient | MergePatients) -> Patient:
        """Who a patient is, corrected or merged; raises Refused, Conflict, NotFound, NotRecording."""
        return self._recorder.perform(partial(store_change, act), partial(patient_changed, self._recorder.ward))

    def assess(self, assess: Assess) -> int:
        """A score or confirmation; its id. Raises Refused, Conflict, NotFound, NotRecording."""
        return self._recorder.perform(partial(self._planning.assess, assess), partial(self._planning.assessed, assess))

    def sign_consultation(self, act: SignConsultation) -> int:
        """A consultation; its number. Raises Refused with what is missing, Conflict, NotFound, NotRecording."""
        number = self._recorder.perform(partial(self._consulting.sign, act), _as_number)
        self._signed_off()
        return number

    def sign_review(self, act: SignReview) -> int:
        """A review of a session that is over; its id. Raises Refused, Conflict, NotFound, NotAllowed, NotRecording."""
        found = self._read(partial(record_digest, session_id=act.session_id))
        number = self._recorder.perform(partial(self._reviewing.review, act, found), _as_number)
        self._signed_off()
        return number

    def co_sign(self, act: CoSign) -> int:
        """A co-signature; its id. Raises Refused, Conflict, NotFound, NotAllowed, NotRecording."""
        number = self._recorder.perform(partial(self._reviewing.co_sign, act), _as_number)
        self._signed_off()
        return number

    def review(self, session_id: int) -> Mapping[str, object]:
        """Why a session waits for a review, and who reviewed and co-signed what; raises NotFound."""
        return self._read(partial(picture_of_review, session_id=session_id, keys=self._signing.seal.public))

    def reassess(self, act: Reassess) -> int:
        """A physician's answer about a series; its number. Raises Refused, Conflict, NotFound, NotAllowed."""
        seal, now = self._signing.seal, self._recorder.clock.now()
        made = self._recorder.transact(
            partial(record_reassessment, act=act, policies=self._policies, seal=seal, now=now)
        )
        self._signed_off()
        return int(str(made))

    def consultation_lacks(self, said: Mapping[str, object]) -> tuple[Sequence[Lacking], Sequence[ScreeningItem]]:
        """What a form still lacks, and which hard stops stand in it."""
        form, consulting = consultation_of(said), self._consulting
        return consulting.lacking(form, self._recorder.clock.now()), open_stops(consulting.items, form.risks)

    def consultations(self, patient_id: int) -> Mapping[str, object]:
        """What is asked, and every consultation of a patient, newest first, verified now; raises NotFound."""
        keys, items = self._signing.seal.public, self._consulting.items
        return self._read(partial(consultations_told, patient_id=patient_id, items=items, keys=keys))

    def sign_series_order(self, act: SignSeriesOrder) -> int:
        """An order of a series; its number. Raises Refused, Conflict, NotFound, NotAllowed, NotRecording."""
        number = self._recorder.perform(partial(self._ordering.sign, act), _as_number)
        self._signed_off()
        return number

    def series_orders(self, series_id: int) -> Mapping[str, object]:
        """Every order of a series, newest first, with what it comes to at the last weight; raises NotFound."""
        keys, policy = self._signing.seal.public, self._planning.policy
        return self._read(partial(series_orders_told, series_id=series_id, policy=policy, keys=keys))

    def transact(self, act: Callable[[Connection], object]) -> object:
        """Any other recorded act, in the writer's transaction; raises what the act raises, or NotRecording."""
        return self._recorder.transact(act)

    def scores(self, session_id: int) -> list[tuple[AssessmentRecord, Reckoned]]:
        """Every score of a session, corrected ones too, by time, each with what it adds up to. Raises NotFound."""
        return self._read(partial(_scores, session_id=session_id, policies=self._policies))

    def news2(self, session_id: int) -> News2:
        """NEWS2 as of now, or of the end of a session that is over; raises NotFound."""
        now = self._recorder.clock.now()
        return self._read(lambda connection: recorded_news2(connection, session_id, self._policies, now))

    def discharge(self, session_id: int) -> Mapping[str, object]:
        """The discharge evaluation as of now, in the contract's shape; raises NotFound."""
        now: datetime = self._recorder.clock.now()

        def look(connection: Connection) -> dict[str, object]:
            record = discharge_record(connection, session_id, now - LOOK_BACK, now + timedelta(seconds=1))
            picture = picture_of_discharge(record, self._policies(connection, record.session.policy_sha256), now)
            signed = signatures_after_orders(connection, session_id, self._signing.seal.public)
            return {**picture, "signatures": signed, "trail": trail_told(connection) if signed else None}

        return self._read(look)

    def hand_over_sheet(self, session_id: int) -> Mapping[str, object]:
        """What another team must know of the patient, as of now or of the session's end; raises NotFound."""
        now, keys = self._recorder.clock.now(), self._signing.seal.public
        return self._read(lambda connection: hand_over_sheet(connection, session_id, self._policies, now, keys))

    def monitoring_form(self, session_id: int) -> Mapping[str, object]:
        """What a monitoring form asks, computed from the record; raises NotFound."""
        now = self._recorder.clock.now()
        return self._read(lambda connection: recorded_form(connection, session_id, self._policies, now))

    def signatures(self, session_id: int) -> list[Mapping[str, object]]:
        """Every signature with the signed text and its key, oldest first, each verified now; raises NotFound."""
        return self._read(partial(signatures_whole, session_id=session_id, keys=self._signing.seal.public))

    def preparation(self, session_id: int) -> Mapping[str, object]:
        """What stands before the start as the record answers it now (or answered it then); raises NotFound."""
        now: datetime = self._recorder.clock.now()
        notices = self._acting.notices(session_id, self._recorder.clock.mono_s())

        def look(connection: Connection) -> dict[str, object]:
            live = restore_session(connection, session_id, self._policies, now, 0.0)
            at = live.course.started_at or now
            chair = any(one.id == live.chair_id and one.bed for one in chairs(connection))
            recorded_at = start_recorded_at(connection, session_id) or now
            gate = gate_in_record(connection, live, at, recorded_at, chair=chair, notices=notices)
            head = {"version": live.course.version, "state": live.course.state.value}
            said_before = {"consultation": consulted(connection, session_id)}
            return {**picture_of_preparation(gate, at), **said_before, **head}

        return self._read(look)


def _as_number(answer: object, turn: Turn) -> int:
    return int(str(answer))


def _as_done(answer: object, turn: Turn) -> ActDone:
    if not isinstance(answer, ActDone):
        raise TypeError(f"not a stored event: {answer!r}")
    return answer


def _stored_before(connection: Connection, act: SessionAct) -> dict[str, object]:
    stored = event_by_request(connection, act.session_id, act.request_id)
    if stored is None or stored.event != act.event or stored.person_id != act.person.person_id:
        return {}
    return {"version": stored.version, "state": stored.to_state}


def _scores(
    connection: Connection, session_id: int, policies: Callable[[Connection, str], ClinicPolicy]
) -> list[tuple[AssessmentRecord, Reckoned]]:
    head = session_head(connection, session_id)
    if head is None:
        raise NotFound("There is no such session.")
    policy = policies(connection, head.policy_sha256)
    found = assessments(connection, session_id, replaced=True)
    return [(one, reckoned_before(one.kind, one.items, one.total, policy.scores)) for one in found]
