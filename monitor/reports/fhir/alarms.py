"""Alarms as Observations: from when to when each stood, its words at its worst, and who acknowledged it when.

Law: FHIR R4 has no alarm; what is told is the condition that was found and what staff did, with codes of our own.
"""

from collections.abc import Iterator

from monitor.reports.fhir.codes import TERMINOLOGY, full_url, own, to
from monitor.reports.fhir.record import SessionFile
from monitor.store.queries.alarms import AlarmRecord

Json = dict[str, object]
_WORST = ("high", "medium", "low")  # IEC 60601-1-8
_CATEGORY = [{"coding": [{"system": f"{TERMINOLOGY}observation-category", "code": "procedure"}]}]


def alarm_observations(file: SessionFile) -> Iterator[tuple[str, Json]]:
    """Address and resource of each alarm, by when it was raised."""
    for alarm in file.alarms:
        if alarm.events:
            yield full_url("alarm", alarm.id), _observation(file, alarm)


def _observation(file: SessionFile, alarm: AlarmRecord) -> Json:
    worst = min(alarm.events, key=lambda one: _WORST.index(one.priority))
    period = {"start": alarm.raised_at.isoformat()}
    if not alarm.open:
        period["end"] = alarm.events[-1].at.isoformat()
    acknowledged: list[Json] = [
        {"code": own("alarm", "acknowledged", f"Acknowledged by {one.by}"), "valueDateTime": one.at.isoformat()}
        for one in alarm.acknowledgements
    ]
    priority: Json = {"code": own("alarm", "priority", "Priority"), "valueString": worst.priority}
    return {
        "resourceType": "Observation",
        "status": "preliminary" if alarm.open else "final",
        "category": _CATEGORY,
        "code": own("alarm-rule", alarm.rule_id, f"Alarm {alarm.rule_id}"),
        "subject": to(file.subject),
        "encounter": to(file.encounter),
        "effectivePeriod": period,
        "valueString": worst.words,
        "component": [priority, *acknowledged],
    }
