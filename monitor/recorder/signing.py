"""The discharge gate and its signature.

Law: no discharge outside the signing transaction. Inside it everything is read again from the record and evaluated;
what is not MET is refused, unless a physician overrides with a reason. UNKNOWN is never MET.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from monitor.clinical.discharge.findings import Result
from monitor.clinical.discharge.gate import DischargeEvaluation, evaluate
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.session import SessionEvent, SessionState
from monitor.errors import Conflict, NotAllowed, Refused
from monitor.recorder.acts import ActDone, SignDischarge
from monitor.recorder.evidence import discharge_evidence
from monitor.recorder.sealing import Seal, Signed
from monitor.recorder.signed_record import signed_content
from monitor.recorder.stored_guards import FUTURE, LOOK_BACK
from monitor.recorder.storing_events import Stored, store_event
from monitor.recorder.turn import Turn
from monitor.security.roles import Action, require
from monitor.security.signatures import Meaning
from monitor.store.queries.assessments import signatures
from monitor.store.queries.rebuild import DischargeRecord, discharge_record
from monitor.store.queries.sessions import event_by_request, session_head
from monitor.store.rows import Act, SessionEventRow
from monitor.ward.ward import Ward

_SECOND = "#second"  # makes a request id of the second signature that no caller can send


@dataclass(frozen=True, slots=True)
class Signing:
    """Prepares a signature on a discharge; the evaluation happens inside the transaction."""

    ward: Ward
    seal: Seal
    demo: bool

    def prepare(self, act: SignDischarge, turn: Turn) -> Act:
        """Check who signs what; returns what is evaluated and stored."""
        _check_signers(act)
        live = self.ward.session(act.session_id)
        if live.simulated and not self.demo:
            raise Refused("This session was fed by a simulator; it is signed only in demo mode.", ("demo_mode",))
        if live.course.state is not SessionState.OBSERVING:
            raise Refused(f"A session that is {live.course.state} is not discharged.", ("observing",))
        policy, version = live.policy, live.course.version

        def store(connection: Connection) -> Stored | ActDone:
            return signed_before(connection, act) or self._store(connection, act, policy, version, turn.now)

        return store

    def _store(
        self, connection: Connection, act: SignDischarge, policy: ClinicPolicy, version: int, now: datetime
    ) -> Stored:
        """Evaluate, sign and discharge; the readings this turn stored are in the record already."""
        record = discharge_record(connection, act.session_id, now - LOOK_BACK, now + FUTURE)
        if record.session.version != version:
            current: dict[str, object] = {"version": record.session.version, "state": record.session.state}
            raise Conflict("Somebody else acted on this session meanwhile; look again before signing.", current)
        signed, open_criteria = _evaluated(record, policy, act, now)
        signature_id = self.seal.give(connection, signed)
        if act.second_person is not None:
            second = replace(
                signed,
                request_id=f"{act.request_id}{_SECOND}",
                person=act.second_person,
                meaning=Meaning.WITNESSED,
                facts=None,
            )
            self.seal.give(connection, second)
        details = {"signature_id": signature_id, "overridden": list(open_criteria)}
        return store_event(connection, _discharge(act, version, now, details), policy)


def _check_signers(act: SignDischarge) -> None:
    """A discharge is signed by one; an override by the physician and somebody else who may sign a discharge."""
    overriding = act.override_reason is not None
    require(act.person, Action.OVERRIDE_DISCHARGE if overriding else Action.SIGN_DISCHARGE)
    if act.person.person_id is None:
        raise NotAllowed("Only a person signs a discharge, with their own password.")
    if not overriding:
        return
    if not (act.override_reason or "").strip():
        raise Refused("An override needs its reason.", ("reason",))
    second = act.second_person
    if second is None or second.person_id is None:
        raise Refused("An override needs a second person's signature.", ("second_person",))
    if second.person_id == act.person.person_id:
        raise Refused("The second person must be somebody else.", ("second_person",))
    require(second, Action.SIGN_DISCHARGE)


def _evaluated(
    record: DischargeRecord, policy: ClinicPolicy, act: SignDischarge, now: datetime
) -> tuple[Signed, tuple[str, ...]]:
    """What is signed, and the criteria that are open; raises Refused when some are and nobody overrides."""
    evidence = discharge_evidence(record, now)
    evaluation = evaluate(policy, evidence, now)
    open_criteria = tuple(item.id for item in evaluation.criteria if item.result is not Result.MET)
    changed = turned(evaluation, act.seen)
    if open_criteria and act.override_reason is None:
        raise Refused(f"Not all criteria are met: {', '.join(open_criteria)}.", open_criteria, changed)
    unseen = tuple(str(one["id"]) for one in changed if one["from"] == Result.MET.value)
    if unseen:  # an override speaks only for what its physician saw open
        raise Refused("A criterion has turned since you looked: look again before you override.", unseen, changed)
    second = None if act.second_person is None else act.second_person.name
    signed = Signed(
        session_id=act.session_id,
        request_id=act.request_id,
        person=act.person,
        meaning=Meaning.APPROVED,
        content={**signed_content(record, policy, evidence, evaluation, now), "second_person": second},
        at=now,
        override_reason=act.override_reason,
        facts={"open": list(open_criteria)},
    )
    return signed, open_criteria


def turned(evaluation: DischargeEvaluation, seen: Mapping[str, str]) -> tuple[dict[str, object], ...]:
    """The criteria whose answer is not the one that was seen: from what to what, with the evidence of now."""
    return tuple(
        {"id": one.id, "title": one.words, "from": seen[one.id], "to": one.result.value, "evidence": one.evidence}
        for one in evaluation.criteria
        if one.id in seen and seen[one.id] != one.result.value
    )


def _discharge(act: SignDischarge, version: int, now: datetime, details: dict[str, object]) -> SessionEventRow:
    """The event that ends the session."""
    return SessionEventRow(
        session_id=act.session_id,
        request_id=act.request_id,
        expected_version=version,
        event=SessionEvent.DISCHARGE.value,
        from_state=SessionState.OBSERVING.value,
        to_state=SessionState.DISCHARGED.value,
        at=now,
        recorded_at=now,
        person_id=act.person.person_id,
        by=act.person.name,
        role=act.person.role,
        reason=act.override_reason,
        details=details,
    )


def signed_before(connection: Connection, act: SignDischarge) -> ActDone | None:
    """What this very request did; None while nobody has signed.

    Raises Conflict, with who and when, when somebody else's signature discharged the patient.
    """
    done = event_by_request(connection, act.session_id, act.request_id)
    if done is not None and (done.event, done.person_id) == (SessionEvent.DISCHARGE.value, act.person.person_id):
        return ActDone(done.version, done.to_state)
    head = session_head(connection, act.session_id)
    if head is None or head.state != SessionState.DISCHARGED:
        return None
    first = next(one for one in signatures(connection, act.session_id) if one.meaning == Meaning.APPROVED)
    current: dict[str, object] = {"version": head.version, "state": head.state}
    raise Conflict(
        f"{first.printed_name} has already signed this discharge, at {first.signed_at:%H:%M} UTC.",
        {**current, "signed_by": first.printed_name, "signed_at": first.signed_at.isoformat()},
    )
