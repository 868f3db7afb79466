"""What only the record can say of an act, asked inside its transaction. Law: what the live picture believed counts for
nothing here.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import Connection

from monitor.clinical.discharge.gate import VITAL_CRITERIA, Result, evaluate, vitals_met
from monitor.clinical.session import (
    LIVE_STATES,
    SessionEvent,
)
from monitor.clinical.staff import StaffAct
from monitor.errors import Conflict, Refused
from monitor.recorder.conflicts import version_and_state
from monitor.recorder.evidence import discharge_evidence
from monitor.recorder.start_check import Asked, may_mark, may_review, may_start
from monitor.recorder.training_check import refuse_untrained
from monitor.store.queries.rebuild import discharge_record
from monitor.store.queries.sessions import sessions

FUTURE = timedelta(seconds=120)  # so far ahead a clock may run
LOOK_BACK = timedelta(hours=3)  # what a discharge is judged on


def _chair_is_free(connection: Connection, asked: Asked) -> None:
    """Two people may check in two patients at once: only the record can say who was first."""
    live = asked.live
    taken = sessions(connection, states=[state.value for state in LIVE_STATES], chair_id=live.chair_id, limit=1)
    if taken and taken[0].id != live.id:
        raise Conflict("The chair has just been taken by another session.", version_and_state(live))


def _vitals_are_met(connection: Connection, asked: Asked) -> None:
    live, now = asked.live, asked.now
    record = discharge_record(connection, live.id, now - LOOK_BACK, now + FUTURE)
    evaluation = evaluate(live.policy, discharge_evidence(record, now), now)
    if not vitals_met(evaluation):
        open_criteria = tuple(
            item.id for item in evaluation.criteria if item.id in VITAL_CRITERIA and item.result is not Result.MET
        )
        raise Refused(f"Monitoring goes on; not met yet: {', '.join(open_criteria)}.", open_criteria)


def _may_order(connection: Connection, asked: Asked) -> None:
    refuse_untrained(connection, asked.live.policy, StaffAct.RECORD_ORDER, asked.row.person_id, asked.now)


def _may_clear(connection: Connection, asked: Asked) -> None:
    refuse_untrained(connection, asked.live.policy, StaffAct.PHYSICIAN_CLEARANCE, asked.row.person_id, asked.now)


# What only the record can answer, asked inside the transaction.
STORED_GUARDS: Mapping[SessionEvent, Callable[[Connection, Asked], None]] = {
    SessionEvent.CHECK_IN: _chair_is_free,
    SessionEvent.RECORD_ORDER: _may_order,
    SessionEvent.CHANGE_ORDER: _may_order,
    SessionEvent.PHYSICIAN_CLEARANCE: _may_clear,
    SessionEvent.START: may_start,
    SessionEvent.ACKNOWLEDGE_GATE: may_review,
    SessionEvent.MARK_ARTEFACT: may_mark,
    SessionEvent.END_MONITORING: _vitals_are_met,
}
