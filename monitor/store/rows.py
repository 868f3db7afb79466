"""What can be written, as plain values.

Law: a Batch is one transaction; what is in it is stored together or not at all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import Connection

from monitor.store.pump_rows import PumpEventRow

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """Every vital one source measured at one time on one chair (a wide row).

    `values` are in canonical units by vital word; `implausible` names those that may be used for nothing else,
    `questionable` those with evidence of an artefact (what was judged of them: not part of what was measured);
    `others` are valid values of further sources of a vital, `absences` the vitals sent without a value and why.
    `device_at` is the identity of the measurement, together with the chair and the values themselves.
    """

    chair_id: int
    session_id: int | None
    source: str
    device_at: datetime
    charted_at: datetime
    received_at: datetime
    values: Mapping[str, float]
    sub_ids: Mapping[str, str] = field(default_factory=dict)
    implausible: frozenset[str] = frozenset()
    questionable: frozenset[str] = frozenset()
    others: tuple[tuple[str, float, str], ...] = ()  # (vital, value, sub_id)
    absences: tuple[tuple[str, str], ...] = ()  # (vital, reason)
    corrects: bool = False  # OBX-11 C: stands beside the earlier row and goes before it
    late_id: int | None = None  # the late act that brought it into the record; None: received live


@dataclass(frozen=True, slots=True)
class WithdrawalRow:
    """A value a device took back (OBX-11 D or W); the reading itself stays as it was stored."""

    chair_id: int
    session_id: int | None
    source: str
    vital: str
    sub_id: str
    device_at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """An alarm as it was raised; what happened to it later is its AlarmEventRows."""

    id: str
    session_id: int
    chair_id: int
    rule_id: str
    kind: str
    vital: str | None
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class AlarmEventRow:
    """One change of one alarm: raised, escalated, deescalated, acknowledged, cleared, latched, ended."""

    alarm_id: str
    at: datetime
    event: str
    state: str
    priority: str
    value: float | None
    limit: float | None
    words: str
    cause: str
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class AcknowledgementRow:
    """Who acknowledged which alarm (`by`, the name shown; `person_id` None for a program) and what they saw."""

    alarm_id: str
    at: datetime
    person_id: int | None
    priority_seen: str
    value_seen: float | None
    by: str = ""


@dataclass(frozen=True, slots=True)
class DeviceAlarmRow:
    """An alarm of the bedside monitor or pump itself, kept apart from ours."""

    chair_id: int | None
    session_id: int | None
    source: str
    code: str
    text: str
    phase: str | None
    priority: str | None
    device_at: datetime
    received_at: datetime
    device: str | None = None  # which of the source's devices, where it says so
    source_channel: str | None = None
    state: str | None = None
    audio: str | None = None


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """Bytes that were refused, with the reason a person can act on."""

    received_at: datetime
    peer: str
    reason: str
    answer: str | None
    control_id: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class UnassignedRow:
    """A message that could be read but not given to a chair or a patient."""

    received_at: datetime
    peer: str
    source: str
    bed: str | None
    patient_id: str | None
    reason: str
    raw: bytes
    device_id: str | None = None
    equipment: str = ""
    vitals: str = ""  # words between blanks


@dataclass(frozen=True, slots=True)
class RawBlock:
    """Bytes of charted messages of one commit; compressed by the store and kept `keep_raw_hours`."""

    received_at: datetime
    frames: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to what; chained by hash inside the transaction of the act. `facts` hold no names of patients."""

    at: datetime
    actor: str
    action: str
    object: str
    person_id: int | None
    facts: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody who can sign in; `password_hash` is an argon2id string, never a password."""

    name: str
    printed_name: str
    role: str
    password_hash: str
    must_change_password: bool
    created_at: datetime
    language: str | None = None  # None: what the browser asks for


@dataclass(frozen=True, slots=True)
class SignInRow:
    """One signed-in browser; `id_hash` is the SHA-256 (hex) of the secret in its cookie."""

    id_hash: str
    person_id: int
    created_at: datetime
    expires_at: datetime
    second_step: str | None = None


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A bearer token of a program; `token_hash` is its SHA-256 (hex)."""

    token_hash: str
    name: str
    role: str
    created_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PatientRow:
    """Who a patient is, as somebody entered or corrected it at a time."""

    hospital_id: str
    family_name: str
    given_name: str
    birth_date: date | None
    sex: str | None
    at: datetime
    person_id: int | None = None
    by: str | None = None
    reason: str | None = None  # of a correction


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """The text of a clinic policy, kept once by its SHA-256 (hex) so that a session can always be judged again."""

    sha256: str
    policy_id: str
    version: str
    text: str
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A planned infusion session in its first state, with the policy it is pinned to."""

    patient_id: int
    chair_id: int
    state: str
    policy: PolicyRow
    scheduled_for: datetime
    simulated: bool
    created_at: datetime
    series_id: int | None = None


@dataclass(frozen=True, slots=True)
class SessionEventRow:
    """What somebody (`by`) did to a session; `expected_version` and `from_state` are what they saw."""

    session_id: int
    request_id: str
    expected_version: int
    event: str
    from_state: str
    to_state: str
    at: datetime
    recorded_at: datetime
    person_id: int | None
    role: str
    reason: str | None = None
    details: Json = field(default_factory=dict)
    by: str = ""


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """A score or a set of confirmations as a named person saw them; a correction names the one it replaces."""

    session_id: int
    request_id: str
    kind: str
    items: Json
    total: float | None
    at: datetime
    recorded_at: datetime
    person_id: int | None
    replaces_id: int | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """A signature under a record; `record` is canonical JSON and is stored exactly as signed."""

    session_id: int
    request_id: str
    record: str
    meaning: str
    person_id: int
    printed_name: str
    role: str
    signed_at: datetime
    utc_offset_min: int
    override_reason: str | None = None
    key_id: str | None = None
    signature: bytes | None = None

    @property
    def about(self) -> Json:
        """What it is given for, as the signed text names it."""
        return {"session": self.session_id}


class Act(Protocol):
    """A person's act: runs inside the batch's transaction, in a savepoint of its own.

    Returns what the caller is answered; raises a MonitorError to undo only itself.
    """

    def __call__(self, connection: Connection, /) -> object: ...


Transact = Callable[[Act], object]  # do an act in the writer's transaction; its answer, or its refusal raised


@dataclass(frozen=True, slots=True)
class Batch:
    """Everything one transaction stores, written in this order."""

    readings: tuple[ReadingRow, ...] = ()
    withdrawals: tuple[WithdrawalRow, ...] = ()
    alarms: tuple[AlarmRow, ...] = ()
    alarm_events: tuple[AlarmEventRow, ...] = ()
    acknowledgements: tuple[AcknowledgementRow, ...] = ()
    device_alarms: tuple[DeviceAlarmRow, ...] = ()
    pump_events: tuple[PumpEventRow, ...] = ()
    quarantine: tuple[QuarantineRow, ...] = ()
    unassigned: tuple[UnassignedRow, ...] = ()
    raw: tuple[RawBlock, ...] = ()
    audit: tuple[AuditEntry, ...] = ()
    simulated: tuple[int, ...] = ()  # sessions that a simulator was found to feed
    acts: tuple[Act, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class Written:
    """What a batch did: readings that were new (the rest were already stored), and each act's answer or its error."""

    readings_new: int
    answers: tuple[object, ...]
