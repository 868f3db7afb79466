"""The signed discharge as MDM^T02, and what was added to a record later as MDM^T06.

Law: the words of the document are those of the signed record; its SHA-256 stands in it, so that both can be compared.
"""

from collections.abc import Iterator
from datetime import timedelta, timezone

from monitor.hl7.times import format_time
from monitor.hl7.writing import Segment
from monitor.outgoing.facts import Added, SessionFacts, Signed
from monitor.outgoing.summary import OWN, subject

SIGNED_TYPE = ("MDM", "T02", "MDM_T02")
ADDENDUM_TYPE = ("MDM", "T06", "MDM_T06")
_CONTENT = ("DISCHARGE", "Discharge record", OWN)


def signed_discharge(facts: SessionFacts, number: str) -> list[Segment]:
    """PID, PV1, TXA and one OBX a line; `number` is TXA-12, unique to this document."""
    return [*_head(facts, "T02"), _txa(facts, number, ""), *_lines(list(_discharge_lines(facts)))]


def addendum(facts: SessionFacts, added: Added, number: str, parent: str) -> list[Segment]:
    """The same for an addendum; `parent` is TXA-12 of the document it is added to, "" when there is none."""
    lines = [f"Addendum to session {facts.session_id}, {_when_utc(added)} by {added.by}:", *added.text.splitlines()]
    return [*_head(facts, "T06"), _txa(facts, number, parent), *_lines(_marked(facts, lines))]


def _head(facts: SessionFacts, trigger: str) -> list[Segment]:
    return [("EVN", trigger, format_time(facts.closed_at)), *subject(facts)]


def _txa(facts: SessionFacts, number: str, parent: str) -> Segment:
    """TXA-2 DS (discharge summary), TXA-17 LA (legally authenticated) once signed, else AU."""
    signed = facts.signatures[0] if facts.signatures else None
    status = "LA" if signed is not None and not parent else "AU"
    return (
        *("TXA", "1", "DS", "TX", format_time(facts.closed_at), "", "", "", "", "", "", ""),
        *(number, parent, "", "", "", status, "", "AV"),
    )


def _discharge_lines(facts: SessionFacts) -> Iterator[str]:
    yield from _marked(facts, [])
    yield f"Discharge from infusion session {facts.session_id}, chair {facts.chair}"
    for signed in facts.signatures:
        yield f"{signed.meaning}: {signed.printed_name}, {signed.role.replace('_', ' ')}, {_when(signed)}"
        if signed.override_reason:
            yield f"Signed although not every criterion was met; reason: {signed.override_reason}"
    for criterion, result in facts.signatures[0].criteria if facts.signatures else ():
        yield f"{criterion.replace('_', ' ')}: {result.upper().replace('_', ' ')}"
    if facts.dose is not None:
        yield f"{facts.dose.drug} given: {facts.dose.given_mg:.2f} mg"
    for signed in facts.signatures[:1]:
        yield f"SHA-256 of the signed record: {signed.record_sha256}"


def _marked(facts: SessionFacts, lines: list[str]) -> list[str]:
    return ["SIMULATED: no patient was treated", *lines] if facts.simulated else lines


def _lines(lines: list[str]) -> list[Segment]:
    return [("OBX", str(number), "TX", _CONTENT, "", line, *([""] * 5), "F") for number, line in enumerate(lines, 1)]


def _when(signed: Signed) -> str:
    zone = timezone(timedelta(minutes=signed.utc_offset_min))
    return signed.signed_at.astimezone(zone).isoformat(sep=" ", timespec="seconds")


def _when_utc(added: Added) -> str:
    return added.at.isoformat(sep=" ", timespec="minutes")
