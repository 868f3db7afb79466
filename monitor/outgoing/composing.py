"""Which messages an event asks for, as bytes. Law: made once and stored before they are sent; never made anew."""

from datetime import datetime

from monitor.hl7.writing import Header, Segment, write
from monitor.outgoing import document
from monitor.outgoing.exchange import Destination
from monitor.outgoing.facts import SessionFacts
from monitor.outgoing.summary import TYPE, summary
from monitor.store.outbox import OutboxRow

SUMMARY, DOCUMENT, ADDENDUM = "summary", "document", "addendum"
_LETTER = {SUMMARY: "S", DOCUMENT: "D", ADDENDUM: "A"}


def kinds_of(facts: SessionFacts) -> tuple[str, ...]:
    """A summary at the end of a session, with the document when a discharge was signed; an addendum alone."""
    if facts.addendum is not None:
        return (ADDENDUM,)
    return (SUMMARY, DOCUMENT) if facts.signatures else (SUMMARY,)


def composed(facts: SessionFacts, to: Destination, at: datetime) -> list[OutboxRow]:
    """The messages of one event."""
    return [_row(facts, kind, to, at) for kind in kinds_of(facts)]


def unwritten(session_id: int, event_id: int, at: datetime) -> OutboxRow:
    """What stands in the outbox when a fault of ours kept the message from being written."""
    return OutboxRow(session_id, event_id, SUMMARY, control_id(SUMMARY, event_id, at), b"", at)


def control_id(kind: str, event_id: int, at: datetime) -> str:
    """MSH-10: at most 20 characters, as HL7 before 2.6 allows."""
    return f"{at:%y%m%d%H%M%S}{_LETTER[kind]}{event_id % 10_000_000}"


def _row(facts: SessionFacts, kind: str, to: Destination, at: datetime) -> OutboxRow:
    own = control_id(kind, facts.event_id, at)
    message_type, segments = _content(facts, kind)
    header = Header(
        application=to.application,
        facility=to.facility,
        to_application=to.to_application,
        to_facility=to.to_facility,
        sent_at=at,
        type=message_type,
        control_id=own,
        simulated=facts.simulated,
    )
    return OutboxRow(facts.session_id, facts.event_id, kind, own, write(header, segments), at)


def _content(facts: SessionFacts, kind: str) -> tuple[tuple[str, str, str], list[Segment]]:
    number = document_number(facts)
    if kind == SUMMARY:
        return TYPE, summary(facts, f"SESSION-{facts.session_id}")
    if kind == DOCUMENT or facts.addendum is None:
        return document.SIGNED_TYPE, document.signed_discharge(facts, number)
    own = f"ADDENDUM-{facts.event_id}"
    return document.ADDENDUM_TYPE, document.addendum(facts, facts.addendum, own, number if facts.signatures else "")


def document_number(facts: SessionFacts) -> str:
    """TXA-12 of a session's discharge record."""
    return f"DISCHARGE-{facts.session_id}"
