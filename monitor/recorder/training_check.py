"""Whether whoever answers for an act has the trainings the session's policy asks of them, as the record says.

Law: asked inside the act's own transaction, of the day it is recorded; somebody disabled is responsible for nothing.
"""

from datetime import datetime

from sqlalchemy import Connection

from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.staff import StaffAct, StaffLook, lacking
from monitor.errors import Refused
from monitor.store.queries.assignments import assignment_at
from monitor.store.queries.people import person_by_id
from monitor.store.trainings import held_by

_NAMED = {StaffAct.RECORD_ORDER: "An order", StaffAct.PHYSICIAN_CLEARANCE: "A clearance"}


def look_at_staff(connection: Connection, policy: ClinicPolicy, chair_id: int, at: datetime) -> StaffLook:
    """Who was responsible for the chair at this time, and what a start needed of them that they did not have."""
    standing = assignment_at(connection, chair_id, at)
    if standing is None or standing.person_id is None or standing.until_at <= at:
        return StaffLook(None)
    person = person_by_id(connection, standing.person_id)
    if person is None or (person.disabled_at is not None and person.disabled_at <= at):
        return StaffLook(None)
    return StaffLook(
        person.printed_name, lacking(policy.staff, StaffAct.START, held_by(connection, person.id), at.date())
    )


def refuse_untrained(
    connection: Connection, policy: ClinicPolicy, act: StaffAct, person_id: int | None, now: datetime
) -> None:
    """Raise Refused with what this act needs and whoever does it does not have."""
    if not policy.staff.needs[act]:
        return
    held = () if person_id is None else held_by(connection, person_id)
    lacks = lacking(policy.staff, act, held, now.date())
    if lacks:
        words = "; ".join(one.words for one in lacks)
        raise Refused(
            f"{_NAMED[act]} needs a training you do not have: {words}. A charge nurse or administrator records it "
            "under People.",
            ("training",),
        )
