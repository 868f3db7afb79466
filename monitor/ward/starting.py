"""Where a session stands before its start. Law: the answer is start_gate's; here its facts are only gathered."""

from dataclasses import replace
from datetime import datetime

from monitor.clinical.policy.preparation_parts import PreparationItem
from monitor.clinical.preparation.entries import Said
from monitor.clinical.preparation.start_gate import Notice, StartGate, start_gate
from monitor.ward.live_session import GateLook, LiveSession


def start_gate_of(
    live: LiveSession, now: datetime, *, chair: bool, look: GateLook | None, notices: tuple[Notice, ...] = ()
) -> StartGate:
    """The start gate of a session; `look` is what was found in the record, None when nobody has looked yet."""
    facts = live.course.start_facts(live.policy, chair=chair)
    if look is not None:
        facts = replace(
            facts,
            findings=look.findings,
            etco2_measured=look.etco2_measured,
            staff=look.staff,
            reassess=look.reassess,
            consultation=look.consultation,
        )
    return start_gate(live.policy, facts, now, notices)


def on_air(said: Said) -> bool | None:
    """Whether the patient breathes room air; None when nobody has said."""
    entry = said.items.get(PreparationItem.OXYGEN)
    return None if entry is None else entry.values.get("on_air") is True
