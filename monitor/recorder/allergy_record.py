"""A statement about a patient's allergies: stored with its audit row, then known to the patient's running sessions.

Law: what contradicts what stands is refused inside the transaction, so that nobody overwrites another unseen.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from monitor.clinical.dosing.allergies import Allergies, Said, check_statement
from monitor.recorder.acts import Actor
from monitor.recorder.turn import Turn
from monitor.security.roles import Action, require
from monitor.store.allergies import AllergyRow, insert_allergy
from monitor.store.audit import append
from monitor.store.queries.allergies import allergies_of
from monitor.store.queries.patients import same_person
from monitor.store.requests import Request, made_for, remember
from monitor.store.rows import Act, AuditEntry
from monitor.ward.ward import Ward


@dataclass(frozen=True, slots=True)
class StateAllergy:
    """What a person says of a patient's allergies; `withdraws` is the statement that was wrong."""

    patient_id: int
    said: Said
    substance: str
    reaction: str
    coding: str
    code: str
    withdraws: int | None
    reason: str
    person: Actor
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class AllergiesStand:
    """What stands after it, and the patients who are this person."""

    allergies: Allergies
    patient_ids: frozenset[int]


def store_statement(act: StateAllergy, turn: Turn) -> Act:
    """The stored act; raises Refused, NotFound, NotAllowed, Conflict."""
    require(act.person, Action.CHART)

    def store(connection: Connection) -> AllergiesStand:
        if made_for(connection, act.request) is None:
            standing = allergies_of(connection, act.patient_id)
            check_statement(standing, act.said, act.substance, act.withdraws, act.reason)
            made = insert_allergy(connection, _row(act, turn))
            remember(connection, act.request, made)
            append(
                connection,
                AuditEntry(
                    turn.now, act.person.name, "patient.allergy", f"patient {act.patient_id}", act.person.person_id,
                    {"statement": made, "said": act.said.value},
                ),
            )  # fmt: skip
        ids = frozenset(same_person(connection, act.patient_id))
        return AllergiesStand(allergies_of(connection, act.patient_id), ids)

    return store


def stated(ward: Ward, answer: object, turn: Turn) -> Allergies:
    """Every running session of this person knows it at once, and its page is told."""
    if not isinstance(answer, AllergiesStand):
        raise TypeError(f"not a stored statement: {answer!r}")
    for live in ward.sessions().values():
        if live.patient.id in answer.patient_ids:
            live.allergies = answer.allergies
            turn.sessions[live.id] = (ward.chair(live.chair_id), live)
    return answer.allergies


def _row(act: StateAllergy, turn: Turn) -> AllergyRow:
    return AllergyRow(
        act.patient_id, act.said, act.substance.strip(), act.reaction.strip(), act.coding, act.code.strip(),
        act.withdraws, act.reason.strip(), turn.now, act.person.person_id, act.person.name,
    )  # fmt: skip
