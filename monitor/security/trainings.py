"""Who was trained in what, recorded and withdrawn. Law: each act and its audit entry are one transaction; what was
entered wrongly is withdrawn with a reason and entered anew, and nobody records a training of their own.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from monitor.clinical.staff import Ending, Lack, StaffAct, StaffPolicy, Training, ending, lacking_of
from monitor.errors import Conflict, NotFound, Refused
from monitor.security.records import By
from monitor.security.roles import NURSES, Role
from monitor.store import audit
from monitor.store import trainings as rows
from monitor.store.queries.people import Person, person_by_id
from monitor.store.rows import AuditEntry

LONGEST_NOTE = 300
LONGEST_YEARS = 10  # no certificate lasts longer; a slip of the year does


@dataclass(frozen=True, slots=True)
class NewTraining:
    """A training as somebody enters it: of a course of the policy, from its first to its last day."""

    person_id: int
    course: str
    valid_from: date
    expires_on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands: courses their role needs and they lack, and those that end soon."""

    lacks: tuple[Lack, ...]
    ending: tuple[Ending, ...]


def record_training(connection: Connection, by: By, at: datetime, policy: StaffPolicy, new: NewTraining) -> int:
    """A training of somebody; its number. Raises Refused, NotFound."""
    _check(policy, new, by, at)
    if person_by_id(connection, new.person_id) is None:
        raise NotFound("There is no such person.")
    row = rows.TrainingRow(
        new.person_id, new.course, new.valid_from, new.expires_on, new.note.strip(), at, by.person_id, by.name
    )
    training_id = rows.insert_training(connection, row)
    days = {"valid_from": new.valid_from.isoformat(), "expires_on": new.expires_on.isoformat()}
    facts = {"training": training_id, "course": new.course, **days}
    _note(connection, by, at, "training_recorded", f"person {new.person_id}", facts)
    return training_id


def withdraw_training(connection: Connection, by: By, at: datetime, training_id: int, reason: str) -> None:
    """It does not count any more, and stays in the record with the reason; raises NotFound, Refused, Conflict."""
    found = rows.training(connection, training_id)
    if found is None:
        raise NotFound("There is no such training.")
    if not reason.strip():
        raise Refused("Say in a few words why it does not count.", ("reason",))
    if found.withdrawn_at is not None:
        raise Conflict(f"{found.withdrawn_by} has withdrawn this training already.")
    row = rows.TrainingWithdrawalRow(training_id, reason.strip(), at, by.person_id, by.name)
    rows.insert_training_withdrawal(connection, row)
    facts = {"training": training_id, "course": found.course}
    _note(connection, by, at, "training_withdrawn", f"person {found.person_id}", facts)


def needed_by(policy: StaffPolicy, role: str) -> tuple[str, ...]:
    """The courses somebody of this role needs for what the role is there for, each once."""
    acts: tuple[StaffAct, ...] = ()
    if role in NURSES:
        acts = (StaffAct.START,)
    elif role == Role.PHYSICIAN:
        acts = (StaffAct.RECORD_ORDER, StaffAct.PHYSICIAN_CLEARANCE)
    return tuple(dict.fromkeys(course for act in acts for course in policy.needs[act]))


def standing_of(policy: StaffPolicy, role: str, held: Sequence[Training], on: date) -> Standing:
    """What somebody of this role lacks on that day, and what ends soon."""
    needed = needed_by(policy, role)
    return Standing(lacking_of(policy, needed, held, on), ending(policy, needed, held, on))


def held_by_each(connection: Connection, people: Collection[Person]) -> Mapping[int, list[rows.TrainingRecord]]:
    """Every training of these people, withdrawn ones too, by person."""
    found: dict[int, list[rows.TrainingRecord]] = {person.id: [] for person in people}
    for one in rows.trainings_of(connection, list(found)):
        found[one.person_id].append(one)
    return found


def _check(policy: StaffPolicy, new: NewTraining, by: By, at: datetime) -> None:
    if by.person_id == new.person_id:
        raise Refused("Somebody else must record your training.", ("person_id",))
    if new.course not in policy.courses:
        raise Refused(f"The policy in use has no course “{new.course}”.", ("course",))
    if new.expires_on < new.valid_from:
        raise Refused("The last day lies before the first.", ("expires_on",))
    if new.expires_on - new.valid_from > timedelta(days=366 * LONGEST_YEARS):
        raise Refused(f"No training holds longer than {LONGEST_YEARS} years: look at the year.", ("expires_on",))
    if new.valid_from > at.date() + timedelta(days=366):
        raise Refused("It begins more than a year from now: look at the year.", ("valid_from",))
    if len(new.note) > LONGEST_NOTE:
        raise Refused(f"A note has at most {LONGEST_NOTE} characters.", ("note",))


def _note(connection: Connection, by: By, at: datetime, action: str, about: str, facts: Mapping[str, object]) -> None:
    audit.append(connection, AuditEntry(at, by.name, action, about, by.person_id, facts))
