"""The discharge gate and its signature.

Law: no discharge outside the signing transaction. Inside it everything is read again from the record and evaluated;
what is not MET is refused, unless a physician overrides with a reason. UNKNOWN is never MET.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from monitor.clinical.discharge.findings import Result
from monitor.clinical.discharge.gate import DischargeEvaluation, evaluate
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.session import FINAL_STATES, SessionEvent, SessionState
from monitor.errors import Conflict, NotAllowed, NotFound, Refused
from monitor.recorder.acting import FUTURE, LOOK_BACK, Stored, store_event
from monitor.recorder.acts import Actor, SignDischarge
from monitor.recorder.evidence import discharge_evidence
from monitor.recorder.turn import Turn
from monitor.security.roles import Action, require
from monitor.store.audit import append
from monitor.store.discharge import insert_signature
from monitor.store.queries.people import person_by_id
from monitor.store.queries.rebuild import DischargeRecord, discharge_record
from monitor.store.rows import Act, AuditEntry, SessionEventRow, SignatureRow
from monitor.store.types import canonical_json
from monitor.ward.ward import Ward

WITNESSED = "witnessed"
_SECOND = "#second"  # makes a request id of the second signature that no caller can send


@dataclass(frozen=True, slots=True)
class Signing:
    """Prepares a signature on a discharge; the evaluation happens inside the transaction."""

    ward: Ward
    zone: ZoneInfo
    demo: bool

    def prepare(self, act: SignDischarge, turn: Turn) -> Act:
        """Check who signs what; returns what is evaluated and stored."""
        overriding = act.override_reason is not None
        require(act.person, Action.OVERRIDE_DISCHARGE if overriding else Action.SIGN_DISCHARGE)
        if act.person.person_id is None:
            raise NotAllowed("Only a person signs a discharge, with their own password.")
        if overriding and not (act.override_reason or "").strip():
            raise Refused("An override needs its reason.", ("reason",))
        if overriding:
            _check_second(act)
        live = self.ward.session(act.session_id)
        if live.simulated and not self.demo:
            raise Refused("This session was fed by a simulator; it is signed only in demo mode.", ("demo_mode",))
        if live.course.state is not SessionState.OBSERVING:
            raise Refused(f"A session that is {live.course.state} is not discharged.", ("observing",))
        policy, version = live.policy, live.course.version

        def store(connection: Connection) -> Stored:
            return self._store(connection, act, policy, version, turn.now)

        return store

    def _witness(self, connection: Connection, signature: SignatureRow, second: Actor) -> None:
        """The second signature under the same record."""
        person = person_by_id(connection, second.person_id or 0)
        if person is None:
            raise NotFound("The second person is not known.")
        row = replace(
            signature,
            request_id=f"{signature.request_id}{_SECOND}",
            meaning=WITNESSED,
            person_id=person.id,
            printed_name=person.printed_name,
            role=second.role,
        )
        signature_id, at = insert_signature(connection, row), signature.signed_at
        facts = {"session": signature.session_id, "meaning": WITNESSED}
        append(
            connection, AuditEntry(at, second.name, "discharge.witness", f"signature {signature_id}", person.id, facts)
        )

    def _store(
        self, connection: Connection, act: SignDischarge, policy: ClinicPolicy, version: int, now: datetime
    ) -> Stored:
        record = discharge_record(connection, act.session_id, now - LOOK_BACK, now + FUTURE)
        if record.session.version != version:
            current: dict[str, object] = {"version": record.session.version, "state": record.session.state}
            raise Conflict("Somebody else acted on this session meanwhile; look again before signing.", current)
        evaluation = evaluate(policy, discharge_evidence(record, now), now)
        open_criteria = tuple(item.id for item in evaluation.criteria if item.result is not Result.MET)
        if open_criteria and act.override_reason is None:
            raise Refused(f"Not all criteria are met: {', '.join(open_criteria)}.", open_criteria)
        person = person_by_id(connection, act.person.person_id or 0)
        if person is None:
            raise NotFound("The person who signs is not known.")
        signed = signed_record(record, policy, evaluation, act, now)
        signature = SignatureRow(
            session_id=act.session_id,
            request_id=act.request_id,
            record=signed,
            meaning=act.meaning,
            person_id=person.id,
            printed_name=person.printed_name,
            role=act.person.role,
            signed_at=now,
            utc_offset_min=int((now.astimezone(self.zone).utcoffset() or timedelta()).total_seconds() // 60),
            override_reason=act.override_reason,
        )
        signature_id = insert_signature(connection, signature)
        facts = {"session": act.session_id, "meaning": act.meaning, "open": list(open_criteria)}
        append(
            connection,
            AuditEntry(now, act.person.name, "discharge.sign", f"signature {signature_id}", person.id, facts),
        )
        if act.second_person is not None:
            self._witness(connection, signature, act.second_person)
        row = SessionEventRow(
            session_id=act.session_id,
            request_id=act.request_id,
            expected_version=version,
            event=SessionEvent.DISCHARGE.value,
            from_state=SessionState.OBSERVING.value,
            to_state=SessionState.DISCHARGED.value,
            at=now,
            recorded_at=now,
            person_id=person.id,
            by=act.person.name,
            role=act.person.role,
            reason=act.override_reason,
            details={"signature_id": signature_id, "overridden": list(open_criteria)},
        )
        return store_event(connection, row, policy)


def _check_second(act: SignDischarge) -> None:
    """An override is signed by two: the physician, and somebody else who may sign a discharge."""
    second = act.second_person
    if second is None or second.person_id is None:
        raise Refused("An override needs a second person's signature.", ("second_person",))
    if second.person_id == act.person.person_id:
        raise Refused("The second person must be somebody else.", ("second_person",))
    require(second, Action.SIGN_DISCHARGE)


def signed_record(
    record: DischargeRecord,
    policy: ClinicPolicy,
    evaluation: DischargeEvaluation,
    act: SignDischarge,
    now: datetime,
) -> str:
    """The canonical text of what is signed: session, policy, every criterion with its evidence, open alarms."""
    return canonical_json(
        {
            "session": record.session.id,
            "version": record.session.version,
            "policy": {"id": policy.id, "version": policy.version, "sha256": policy.sha256},
            "evaluated_at": now.isoformat(),
            "criteria": [
                {"id": item.id, "result": item.result.value, "evidence": item.evidence} for item in evaluation.criteria
            ],
            "alarms_open": [alarm.id for alarm in record.alarms if alarm.open],
            "scores": [assessment.id for assessment in record.assessments],
            "simulated": record.session.simulated,
            "meaning": act.meaning,
            "override_reason": act.override_reason,
            "second_person": None if act.second_person is None else act.second_person.name,
        }
    )


def picture_of_discharge(record: DischargeRecord, policy: ClinicPolicy, now: datetime) -> dict[str, object]:
    """The evaluation as of now (or the signed record's own, once the session is over) in the contract's shape."""
    over = record.session.state in {state.value for state in FINAL_STATES}
    moves = [event.at for event in record.events if event.to_state != event.from_state]
    as_of = max(moves) if over and moves else now  # what was added to the record later moves nothing
    evaluation = evaluate(policy, discharge_evidence(record, prediction=policy.prediction), as_of)
    open_criteria = [item.id for item in evaluation.criteria if item.result is not Result.MET]
    return {
        "ready_at": None if evaluation.ready_at is None else evaluation.ready_at.isoformat(),
        "as_of": as_of.isoformat(),
        "state": record.session.state,
        "criteria": [
            {
                "id": item.id,
                "title": item.words,
                "kind": item.kind.value,
                "result": item.result.value,
                "since": None if item.since is None else item.since.isoformat(),
                "expected_at": None if item.expected_at is None else item.expected_at.isoformat(),
                "held_s": item.held_s,
                "needed_s": item.needed_s,
                "evidence": item.evidence,
            }
            for item in evaluation.criteria
        ],
        "scores": _newest_scores(record),
        "signatures": [
            {
                "id": signature.id,
                "meaning": signature.meaning,
                "printed_name": signature.printed_name,
                "role": signature.role,
                "signed_at": signature.signed_at.isoformat(),
                "utc_offset_min": signature.utc_offset_min,
                "record_sha256": signature.record_sha256,
                "override_reason": signature.override_reason,
            }
            for signature in record.signatures
        ],
        "can_sign": record.session.state == SessionState.OBSERVING and not open_criteria,
        "missing": open_criteria,
    }


def _newest_scores(record: DischargeRecord) -> Mapping[str, object]:
    newest: dict[str, object] = {}
    for one in record.assessments:
        newest[one.kind] = {
            "id": one.id, "total": one.total, "items": dict(one.items), "at": one.at.isoformat(), "by": one.by,
        }  # fmt: skip
    return newest
