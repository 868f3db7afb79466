"""The data of an esketamine-style monitoring form of one session.

Law: computed from the record and nothing else; what the record cannot say is UNKNOWN or not measured, and stays so.

Source: CLINICAL.md §7.1; this is no form of any programme, only what such forms ask.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.clinical.adverse_events import AdverseEvent
from monitor.clinical.discharge.evidence import DischargeEvidence
from monitor.clinical.discharge.vitals import covered_s
from monitor.clinical.monitoring_form.episodes import Episode, Seen, Symptom, dissociation, sedation
from monitor.clinical.monitoring_form.pressures import Pressures, pressures
from monitor.clinical.monitoring_form.ready import Readiness, would_have_been_ready
from monitor.clinical.policy.parts import DischargePolicy
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.scores.ctcae import term_of
from monitor.clinical.vitals import Vital

_DEPRESSIONS = frozenset({"apnea", "hypoxia"})
# High alarms of these rules speak for depressed breathing [D].
DEPRESSION_RULES = frozenset({"rr_low", "spo2_low", "spo2_desaturation", "apnoea", "apnoea_etco2"})


@dataclass(frozen=True, slots=True)
class Depression:
    """Something that speaks for depressed breathing: a High alarm of breathing or saturation, or an adverse event."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Monitored:
    """What the form is computed from; `end_at` is the end of monitoring or of the session, None while it goes on."""

    evidence: DischargeEvidence
    end_at: datetime | None
    symptoms: Sequence[Symptom]
    depressions: Sequence[Depression]
    adverse_events: Sequence[AdverseEvent]


@dataclass(frozen=True, slots=True)
class MonitoringForm:
    """The form; `total_min` from the start of the infusion to the end of monitoring."""

    started_at: datetime | None
    end_at: datetime | None
    total_min: float | None
    pressures: Pressures
    sedation: Episode
    dissociation: Episode
    respiratory_depression: Seen
    depressions: tuple[Depression, ...]
    ready: Readiness
    serious: tuple[AdverseEvent, ...]


def monitoring_form(policy: ClinicPolicy, told: Monitored, now: datetime) -> MonitoringForm:
    """The form as of now, or of the end of the session."""
    evidence, started_at = told.evidence, told.evidence.started_at
    found, until_at = _depressions(told, started_at), told.end_at or now
    return MonitoringForm(
        started_at=started_at,
        end_at=told.end_at,
        total_min=_total_min(started_at, told.end_at),
        pressures=pressures(evidence, told.end_at),
        sedation=sedation(policy.discharge, evidence, told.symptoms),
        dissociation=dissociation(policy.discharge, evidence, told.symptoms),
        respiratory_depression=Seen.YES if found else _breathing_was_watched(policy.discharge, evidence, until_at),
        depressions=found,
        ready=would_have_been_ready(policy, evidence, until_at),
        serious=tuple(one for one in told.adverse_events if one.serious),
    )


def _total_min(started_at: datetime | None, end_at: datetime | None) -> float | None:
    return None if started_at is None or end_at is None else (end_at - started_at).total_seconds() / 60


def _depressions(told: Monitored, started_at: datetime | None) -> tuple[Depression, ...]:
    """Since the start, in order."""
    if started_at is None:
        return ()
    named = [
        Depression(one.onset_at, f"{one.title} grade {one.grade}")
        for one in told.adverse_events
        if (term := term_of(one.term)) is not None and term.id in _DEPRESSIONS
    ]
    return tuple(sorted((one for one in [*told.depressions, *named] if one.at >= started_at), key=lambda one: one.at))


def _breathing_was_watched(gate: DischargePolicy, evidence: DischargeEvidence, until_at: datetime) -> Seen:
    """Without a sign of it, “no” needs a rate or a saturation for most of the time, as a sustained criterion does."""
    start_at = evidence.started_at
    if start_at is None or until_at <= start_at:
        return Seen.UNKNOWN
    needed_s = gate.covered_percent / 100 * (until_at - start_at).total_seconds()
    measured_s = max(
        covered_s(gate, evidence.readings[vital], start_at, until_at) if evidence.readings.get(vital) else 0.0
        for vital in (Vital.RR, Vital.SPO2)
    )
    return Seen.NO if measured_s >= needed_s else Seen.UNKNOWN
