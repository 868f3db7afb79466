"""Who is connected, who was turned away, and what each source sent. Law: numbers and names of devices, no patient."""

from flask import Blueprint

from monitor.recorder.receiving import CLOCK_TOLERANCE_S
from monitor.recorder.source_register import SourceEntry
from monitor.security.roles import Action
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Time
from monitor.web.here import services

blueprint = Blueprint("intake", __name__)
_LONGEST_CODE = 40  # characters


class ConnectionAnswer(Answer):
    """One open connection; `broken` counts frames without end, stalled or too large, and stretches of junk."""

    peer: str
    since_at: Time
    tls_subject: str | None
    last_heard_at: Time | None
    frames: int
    bytes: int
    broken: int


class TurnedAwayAnswer(Answer):
    """How often an address was turned away for a reason since the server began."""

    address: str
    reason: str
    count: int
    last_at: Time


class NotChartedAnswer(Answer):
    """Rows that were not charted for one reason of `hl7 explain`; `latest_code` is OBX-3.1 of the last one."""

    reason: str
    rows: int
    latest_code: str


class SourceAnswer(Answer):
    """What one source sent since the server began.

    `kind`: named; else no source but all without a readable MSH (no_header), or all beyond the register's room (other).
    `heard`: it sends now. `clock_s` is its clock minus ours by the quickest message of the last two minutes, `clock_ok`
    whether that is within 120 s; null: it says no time. `readings` are the values charted, `duplicates` messages that
    came again. `refused` are kept in quarantine, `unassigned` are nobody's (`other_patient` among them).
    """

    source: str
    kind: str
    peer: str
    manufacturer: str
    model: str
    serial: str
    software: str
    beds: list[str]
    chairs: list[str]
    first_at: Time
    last_at: Time
    heard: bool
    interval_s: float | None
    clock_s: float | None
    clock_ok: bool | None
    messages: int
    duplicates: int
    readings: int
    not_charted: list[NotChartedAnswer]
    answers: dict[str, int]
    refused: int
    unassigned: int
    other_patient: int


class IntakeAnswer(Answer):
    """The listener as it is now."""

    connections: list[ConnectionAnswer]
    turned_away: list[TurnedAwayAnswer]
    sources: list[SourceAnswer]


@blueprint.get("/intake")
@allowed(Action.VIEW_QUARANTINE, answer=IntakeAnswer)
def look_at_intake() -> IntakeAnswer:
    """Open connections, the oldest first; addresses turned away and sources, the last heard first."""
    given = services()
    intake, mono_s = given.intake, given.clock.mono_s()
    return IntakeAnswer(
        connections=[ConnectionAnswer.model_validate(one) for one in intake.connections.all()],
        turned_away=[TurnedAwayAnswer.model_validate(one) for one in intake.peers.turned_away()],
        sources=[_source(one, mono_s) for one in given.sources.all()],
    )


def _source(one: SourceEntry, mono_s: float) -> SourceAnswer:
    made, clock_s = one.equipment, one.clock_s
    return SourceAnswer(
        source=one.source,
        kind=one.kind,
        peer=one.peer,
        manufacturer=made.manufacturer,
        model=made.model,
        serial=made.serial,
        software=made.software,
        beds=list(one.beds),
        chairs=list(one.chairs),
        first_at=one.first_at,
        last_at=one.last_at,
        heard=one.is_heard(mono_s),
        interval_s=None if one.interval_s is None else round(one.interval_s, 2),
        clock_s=None if clock_s is None else round(clock_s, 1),
        clock_ok=None if clock_s is None else abs(clock_s) <= CLOCK_TOLERANCE_S,
        messages=one.messages,
        duplicates=one.duplicates,
        readings=one.charted,
        not_charted=[
            NotChartedAnswer(reason=reason, rows=rows, latest_code=one.latest_code[reason][:_LONGEST_CODE])
            for reason, rows in sorted(one.not_charted.items(), key=lambda item: -item[1])
        ],
        answers=dict(sorted(one.answers.items())),
        refused=one.refused,
        unassigned=one.unassigned,
        other_patient=one.other_patient,
    )
