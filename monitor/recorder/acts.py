"""What people do, as values.

Law: every act names its person, and carries an id so that doing it twice has one effect.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.store.queries.refused import Whose
from monitor.store.requests import Request


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a signed-in person, or an integration token (`person_id` None)."""

    person_id: int | None
    name: str
    role: str


class Proof(StrEnum):
    """How the person who acts was known."""

    SIGNED_IN = "signed_in"
    ENTERED_AGAIN = "entered_again"  # their password, for this one act: what a signature needs


@dataclass(frozen=True, slots=True)
class SessionAct:
    """One event of one session, as a person asked for it; `expected_version` is what they saw."""

    session_id: int
    request_id: str
    expected_version: int
    event: str
    person: Actor
    reason: str | None = None
    at: datetime | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    second_person: Actor | None = None  # who saw it too, known by their own password
    proof: Proof = Proof.SIGNED_IN


@dataclass(frozen=True, slots=True)
class ActDone:
    """The session after an act."""

    version: int
    state: str


@dataclass(frozen=True, slots=True)
class AcknowledgeAct:
    """A person has seen one alarm at one priority and value."""

    session_id: int
    alarm_id: str
    priority: str
    value: float | None
    person: Actor
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class SignDischarge:
    """A person signs that the patient may go; `override_reason` when criteria are not all met (physicians only).

    An override carries a `second_person`, who re-entered their own name and password and signs too. `seen` are the
    answers by criterion that stood before the person who signs; empty when nobody says.
    """

    session_id: int
    request_id: str
    person: Actor
    override_reason: str | None = None
    second_person: Actor | None = None
    seen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlanSession:
    """A session somebody puts on the list."""

    patient_id: int
    chair_id: int
    scheduled_for: datetime
    person: Actor
    request: Request | None = None
    series_id: int | None = None
    reason: str | None = None  # why nearer than the series allows


@dataclass(frozen=True, slots=True)
class BindChair:
    """The bed that shall speak for a chair; None for no bed."""

    chair_id: int
    bed: str | None
    person: Actor


@dataclass(frozen=True, slots=True)
class BindDevice:
    """A further device, by what it sends, that shall speak for a chair from now on, or (`off`) no more."""

    chair_id: int
    identifier: str
    off: bool
    person: Actor
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class HandOver:
    """The nurse who is responsible for a chair from now on; None for nobody.

    `seen_id` is the assignment that stood on the person's screen, None when nobody was responsible.
    """

    chair_id: int
    person_id: int | None
    note: str
    seen_id: int | None
    person: Actor
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class AssignUnassigned:
    """The unassigned messages of one device that a person gives to a session, or to a chair without one."""

    whose: Whose
    chair_id: int | None
    session_id: int | None
    reason: str
    override_reason: str | None
    person: Actor
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class ReplayQuarantine:
    """Refused messages to be read again: one by its id, or the oldest of one refusal's reason."""

    quarantine_id: int | None
    of_reason: str | None
    note: str
    person: Actor
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class Assess:
    """What somebody saw, as items of one scale; `at` None means now, `replaces_id` names what it corrects."""

    session_id: int
    request_id: str
    kind: str
    items: Mapping[str, object]
    person: Actor
    at: datetime | None = None
    replaces_id: int | None = None
