"""What is stored with a patient who goes without a discharge: the criteria that were open at that moment.

Law: evaluated inside the transaction on what is stored, as a signature is; it refuses nothing: whoever walks out has
gone, and whoever must be moved is moved.
"""

from sqlalchemy import Connection

from monitor.clinical.discharge.findings import Result
from monitor.clinical.discharge.gate import DischargeEvaluation, evaluate
from monitor.clinical.session import SessionEvent
from monitor.recorder.evidence import discharge_evidence
from monitor.recorder.start_check import Asked
from monitor.recorder.stored_guards import FUTURE, LOOK_BACK
from monitor.store.queries.rebuild import discharge_record

LEAVINGS = frozenset({SessionEvent.LEAVE_AGAINST_ADVICE, SessionEvent.TRANSFER})


def open_when_leaving(connection: Connection, asked: Asked) -> dict[str, object]:
    """The part of the event that says what was not MET, each with its answer and evidence."""
    live, now = asked.live, asked.now
    record = discharge_record(connection, live.id, now - LOOK_BACK, now + FUTURE)
    return {"open_criteria": open_criteria(evaluate(live.policy, discharge_evidence(record, now), now))}


def open_criteria(evaluation: DischargeEvaluation) -> list[dict[str, object]]:
    """What is not MET, each with its answer and evidence."""
    return [
        {"id": one.id, "title": one.words, "result": one.result.value, "evidence": one.evidence}
        for one in evaluation.criteria
        if one.result is not Result.MET
    ]
