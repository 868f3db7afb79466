"""Readings as Observations, one a value; the three pressures of one cuff measurement are one panel.

Law: every value that was acknowledged is told, at full resolution, with what is doubted about it: a value the device
took back or corrected is `entered-in-error`; one that is questionable, implausible, marked or came late says so in a
tag and in words. Nothing is rounded.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from monitor.clinical.marked_values import is_marked
from monitor.clinical.vitals import NIBP, Vital
from monitor.reports.fhir.codes import CUFF_PANEL, LOINC_OF, OWN, TERMINOLOGY, full_url, loinc, own, quantity, to
from monitor.reports.fhir.record import SessionFile
from monitor.store.queries.readings import ReadingRecord

Json = dict[str, object]
_VITAL_SIGNS = [
    {"coding": [{"system": f"{TERMINOLOGY}observation-category", "code": "vital-signs", "display": "Vital Signs"}]}
]
_PUMP = [{"coding": [{"system": f"{TERMINOLOGY}observation-category", "code": "therapy", "display": "Therapy"}]}]
_CUFF = frozenset(vital.value for vital in NIBP)
_SAID = {
    "questionable": "Questionable: evidence of an artefact.",
    "implausible": "Implausible: outside what physiology allows.",
    "ARTEFACT": "Marked as an artefact by a named person.",
    "withdrawn": "Not charted: the device took it back.",
    "corrected": "Not charted: the device corrected it.",
    "replaced": "Not charted: another content of the same moment came later.",
}


def observations(file: SessionFile, readings: Iterable[ReadingRecord]) -> Iterator[tuple[str, Json]]:
    """Address and resource of each reading, in their order."""
    for _, same in groupby(readings, key=lambda one: (one.at, one.source, one.part)):
        rows = list(same)
        cuff = [one for one in rows if one.vital in _CUFF]
        panel = cuff if len(cuff) > 1 and len({_doubts(file, one) for one in cuff}) == 1 else []
        if panel:
            yield _panel(file, panel)
        yield from (_single(file, one) for one in rows if one not in panel)


def _single(file: SessionFile, one: ReadingRecord) -> tuple[str, Json]:
    body = {"code": _code(one.vital), "valueQuantity": quantity(one.value, one.unit)}
    return _key(one, one.vital), {**_about(file, one), **body}


def _panel(file: SessionFile, cuff: Sequence[ReadingRecord]) -> tuple[str, Json]:
    parts = [{"code": _code(one.vital), "valueQuantity": quantity(one.value, one.unit)} for one in cuff]
    return _key(cuff[0], "nibp"), {**_about(file, cuff[0]), "code": loinc(CUFF_PANEL), "component": parts}


def _key(one: ReadingRecord, what: str) -> str:
    moment = one.measured_at.isoformat()
    return full_url("reading", f"{one.chair_id} {moment} {one.part} {what} {one.sub_id} {one.struck}")


def _code(vital: str) -> Json:
    pair = LOINC_OF.get(vital)
    return own("vital", vital, vital) if pair is None else loinc(pair)


def _about(file: SessionFile, one: ReadingRecord) -> Json:
    """What every Observation says: of whom, when, by which device, and what is doubted."""
    doubts = _doubts(file, one)
    said: Json = {
        "resourceType": "Observation",
        "status": "entered-in-error" if one.struck in ("withdrawn", "corrected", "replaced") else "final",
        "category": _PUMP if one.vital.startswith("pump_") else _VITAL_SIGNS,
        "subject": to(file.subject),
        "encounter": to(file.encounter),
        "effectiveDateTime": one.at.isoformat(),
        "issued": one.received_at.isoformat(),
        "device": to(file.device(one.source)),
    }
    if one.sub_id:
        said["method"] = {"text": f"channel {one.sub_id}"}
    if doubts:
        said["meta"] = {"tag": [{"system": f"{OWN}quality", "code": doubt.split(":")[0]} for doubt in doubts]}
        said["note"] = [{"text": _words(doubt)} for doubt in doubts]
    return said


def _doubts(file: SessionFile, one: ReadingRecord) -> tuple[str, ...]:
    found = [one.quality] if one.quality != "accepted" else []
    if file.marks and is_marked(file.marks, Vital(one.vital), one.at):
        found.append("ARTEFACT")
    if one.struck:
        found.append(one.struck)
    if one.late_id is not None:
        found.append(f"LATE:{file.late_by.get(one.late_id, '')}")
    if one.measured_at != one.at:
        found.append(f"CLOCK:{one.measured_at.isoformat()}")
    return tuple(found)


def _words(doubt: str) -> str:
    name, _, more = doubt.partition(":")
    if name == "LATE":
        return f"Came into the record later{', by ' + more if more else ''}; it was never live."
    if name == "CLOCK":
        return f"The device's own clock said {more}; the time told is ours."
    return _SAID[name]
