"""The bundle, written piece by piece. Law: what is written is one JSON document whatever is left out; the readings of a
session are never held at once.
"""

from collections.abc import Iterable, Iterator

import orjson

from monitor.reports.fhir.alarms import alarm_observations
from monitor.reports.fhir.codes import SIMULATED, TEST_DATA, full_url
from monitor.reports.fhir.observations import observations
from monitor.reports.fhir.record import SessionFile
from monitor.reports.fhir.resources import Entry, devices, what_happened, who_and_where, who_vouches
from monitor.store.queries.readings import ReadingRecord


def opening(file: SessionFile) -> bytes:
    """The bundle up to and with everything but the readings."""
    head = {
        "resourceType": "Bundle",
        "meta": _meta(file),
        "identifier": {"system": "urn:ietf:rfc:3986", "value": full_url("bundle", file.head.id)},
        "type": "collection",
        "timestamp": file.asked_at.isoformat(),
    }
    entries = [*who_and_where(file), *what_happened(file), *alarm_observations(file), *who_vouches(file)]
    return orjson.dumps(head)[:-1] + b',"entry":[\n' + b",\n".join(_entries(file, entries))


def reading_entries(file: SessionFile, readings: Iterable[ReadingRecord]) -> bytes:
    """The entries of some readings, to follow `opening` or each other."""
    return b"".join(b",\n" + entry for entry in _entries(file, observations(file, readings)))


def closing(file: SessionFile, sources: Iterable[str]) -> bytes:
    """The devices that the readings named, and the end of the bundle."""
    return b"".join(b",\n" + entry for entry in _entries(file, devices(file, sources))) + b"\n]}\n"


def _entries(file: SessionFile, entries: Iterable[Entry]) -> Iterator[bytes]:
    for url, resource in entries:
        if file.head.simulated:
            resource["meta"] = {**_as_meta(resource), **_meta(file, resource)}
        yield orjson.dumps({"fullUrl": url, "resource": resource})


def _meta(file: SessionFile, resource: dict[str, object] | None = None) -> dict[str, object]:
    """What a simulated session's bundle and each of its resources carries."""
    if not file.head.simulated:
        return {"tag": [{"system": SIMULATED["system"], "code": "RECORDED", "display": "Recorded from devices"}]}
    tags = _as_meta(resource or {}).get("tag", [])
    return {"security": [TEST_DATA], "tag": [SIMULATED, *(tags if isinstance(tags, list) else [])]}


def _as_meta(resource: dict[str, object]) -> dict[str, object]:
    meta = resource.get("meta", {})
    return meta if isinstance(meta, dict) else {}
