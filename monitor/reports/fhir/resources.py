"""Everything of a session but its readings, as FHIR R4 resources.

Law: each resource says only what the record says; what was corrected or struck stays, as `entered-in-error`.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from html import escape

from monitor.clinical.adverse_events import AdverseEvent, Relation
from monitor.clinical.scores.scales import score_kinds
from monitor.reports.fhir.codes import (
    ASTM,
    AUTHOR,
    DISPOSITION,
    ENCOUNTER_STATUS,
    GENDER,
    HOSPITAL_ID,
    OWN,
    PROCEDURE_STATUS,
    SESSION_ID,
    SIGNATURE_TYPE,
    TERMINOLOGY,
    Reference,
    full_url,
    own,
    quantity,
    to,
)
from monitor.reports.fhir.record import GivenDrug, SessionFile
from monitor.store.queries.assessments import AssessmentRecord, SignatureRecord
from monitor.store.queries.trail import AuditRecord

Json = dict[str, object]
Entry = tuple[str, Json]  # address and resource
_CAUSALITY: Mapping[Relation, str] = {
    Relation.UNRELATED: "unlikely", Relation.UNLIKELY: "unlikely", Relation.POSSIBLE: "possible",
    Relation.PROBABLE: "probable-likely", Relation.DEFINITE: "certain",
}  # fmt: skip
_SEVERITY = ("mild", "moderate", "severe", "severe", "severe")  # CTCAE 1 to 5


def who_and_where(file: SessionFile) -> Iterator[Entry]:
    """Patient, visit, procedure, this product, people."""
    yield file.subject, _patient(file)
    yield file.encounter, _encounter(file)
    yield full_url("infusion", file.head.id), _procedure(file)
    yield file.software, _software(file)
    for name in sorted({one.printed_name for one in file.signatures} | {one.by for one in file.given}):
        yield file.person(name), {"resourceType": "Practitioner", "name": [{"text": name}]}


def devices(file: SessionFile, sources: Iterable[str]) -> Iterator[Entry]:
    """The monitors and pumps that sent."""
    for source in sources:
        yield file.device(source), _device(file, source)


def what_happened(file: SessionFile) -> Iterator[Entry]:
    """Drug, adverse events, scores, alarms."""
    for drug in file.given:
        yield full_url("given", f"{file.head.id} {drug.key}"), _administration(file, drug)
    for event in file.adverse_events:
        yield full_url("adverse event", f"{file.head.id} {event.version}"), _adverse_event(file, event)
    for score in file.scores:
        yield full_url("score", score.id), _questionnaire_response(file, score)


def who_vouches(file: SessionFile) -> Iterator[Entry]:
    """The printed record, signatures and the audit trail of the session."""
    if file.document is not None:
        yield _document_url(file), _document_reference(file)
    for signature in file.signatures:
        yield full_url("signature", signature.id), _provenance(file, signature)
    for entry in file.trail:
        yield full_url("audit", entry.seq), _audit_event(file, entry)


def _patient(file: SessionFile) -> Json:
    who = file.patient
    born: Json = {} if who.birth_date is None else {"birthDate": who.birth_date.isoformat()}
    return {
        "resourceType": "Patient",
        "identifier": [{"system": HOSPITAL_ID, "value": who.hospital_id}],
        "name": [{"use": "official", "family": who.family_name, "given": [who.given_name]}],
        "gender": GENDER.get(who.sex, "unknown"),
        **born,
    }


def _encounter(file: SessionFile) -> Json:
    came_at, over_at = file.at("check_in"), file.over_at
    said: Json = {
        "resourceType": "Encounter",
        "identifier": [{"system": SESSION_ID, "value": str(file.head.id)}],
        "status": ENCOUNTER_STATUS[file.head.state],
        "class": {"system": f"{TERMINOLOGY}v3-ActCode", "code": "AMB", "display": "ambulatory"},
        "type": [own("session", "ketamine-infusion", "Ketamine infusion for cancer pain")],
        "subject": to(file.subject),
        **_period(came_at, over_at if came_at is not None else None, "period"),
    }
    if file.head.state in DISPOSITION:
        code, display = DISPOSITION[file.head.state]
        coding = {"system": f"{TERMINOLOGY}discharge-disposition", "code": code, "display": display}
        said["hospitalization"] = {"dischargeDisposition": {"coding": [coding]}}
    return said


def _procedure(file: SessionFile) -> Json:
    started_at, ended_at = file.at("start"), file.at("end_infusion")
    status = PROCEDURE_STATUS.get(file.head.state)
    if status is None:
        status = "not-done" if started_at is None else "completed"
    return {
        "resourceType": "Procedure",
        "status": status,
        "code": own("procedure", "ketamine-infusion", "Intravenous infusion of ketamine"),
        "subject": to(file.subject),
        "encounter": to(file.encounter),
        **_period(started_at, ended_at, "performedPeriod"),
        "note": [{"text": f"Chair {file.chair}; policy {file.head.policy_id} {file.head.policy_version}"}],
    }


def _period(from_at: datetime | None, until_at: datetime | None, name: str) -> Json:
    times = {"start": from_at, "end": until_at}
    said = {edge: at.isoformat() for edge, at in times.items() if at is not None}
    return {name: said} if said else {}


def _software(file: SessionFile) -> Json:
    return {
        "resourceType": "Device",
        "deviceName": [{"name": "Infusion Monitor", "type": "manufacturer-name"}],
        "version": [{"value": file.software_version}],
    }


def _device(file: SessionFile, source: str) -> Json:
    return {
        "resourceType": "Device",
        "identifier": [{"system": f"{OWN}source", "value": source}],
        "deviceName": [{"name": source, "type": "user-friendly-name"}],
        "patient": to(file.subject),
    }


def _administration(file: SessionFile, one: GivenDrug) -> Json:
    status = "entered-in-error" if one.entered_in_error else "in-progress" if one.until_at is None else "completed"
    dose: Json = {"dose": quantity(one.amount, one.unit)}
    if one.rate_ml_per_h is not None:
        dose["rateQuantity"] = quantity(one.rate_ml_per_h, "mL/h")
    if one.route is not None:
        dose["route"] = {"text": one.route}
    at_once = one.until_at == one.from_at
    effective = {"effectiveDateTime": one.from_at.isoformat()} if at_once else {}
    return {
        "resourceType": "MedicationAdministration",
        "status": status,
        "medicationCodeableConcept": {"text": one.drug},
        "subject": to(file.subject),
        "context": to(file.encounter),
        **effective,
        **({} if at_once else _period(one.from_at, one.until_at, "effectivePeriod")),
        "performer": [{"actor": to(file.person(one.by), one.by)}],
        "dosage": dose,
    }


def _adverse_event(file: SessionFile, one: AdverseEvent) -> Json:
    infusion = to(full_url("infusion", file.head.id))
    causality = {"assessment": own("relation", one.relation.value, one.relation.value)}
    serious = "serious" if one.serious else "non-serious"
    outcome = "resolved" if one.resolved_at is not None else "ongoing"
    return {
        "resourceType": "AdverseEvent",
        "actuality": "actual",
        "identifier": {"system": SESSION_ID, "value": f"{file.head.id}/{one.version}"},
        "event": {**own("ctcae", one.term, one.title), "text": f"{one.title}, CTCAE grade {one.grade}"},
        "subject": to(file.subject),
        "encounter": to(file.encounter),
        "date": one.onset_at.isoformat(),
        "seriousness": _coded("adverse-event-seriousness", serious),
        "severity": _coded("adverse-event-severity", _SEVERITY[one.grade - 1]),
        "outcome": _coded("adverse-event-outcome", "fatal" if one.grade == len(_SEVERITY) else outcome),
        "suspectEntity": [{"instance": infusion, "causality": [causality]}],
    }


def _coded(kind: str, code: str) -> Json:
    return {"coding": [{"system": f"{TERMINOLOGY}{kind}", "code": code}]}


def _questionnaire_response(file: SessionFile, one: AssessmentRecord) -> Json:
    items: list[Json] = [_item(name, value) for name, value in one.items.items()]
    if one.total is not None:
        items.append({"linkId": "total", "text": "total", "answer": [{"valueDecimal": one.total}]})
    stands = "completed" if one.replaces_id is None else "amended"
    known = score_kinds().get(one.kind)
    return {
        "resourceType": "QuestionnaireResponse",
        "identifier": {"system": f"{OWN}score", "value": str(one.id)},
        "text": {"status": "generated", "div": _div(one.kind if known is None else known.title)},
        "questionnaire": f"urn:infusion-monitor:questionnaire:{one.kind}",
        "status": stands if one.replaced_by_id is None else "entered-in-error",
        "subject": to(file.subject),
        "encounter": to(file.encounter),
        "authored": one.at.isoformat(),
        "item": items,
    }


def _div(words: str) -> str:
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{escape(words)}</div>'


def _item(name: str, value: object) -> Json:
    match value:
        case bool():
            answer: Json = {"valueBoolean": value}
        case int():
            answer = {"valueInteger": value}
        case float():
            answer = {"valueDecimal": value}
        case str():
            answer = {"valueString": value or "-"}
        case _:
            answer = {"valueString": json.dumps(value, ensure_ascii=False, sort_keys=True)}
    return {"linkId": name, "text": name, "answer": [answer]}


def _document_url(file: SessionFile) -> Reference:
    return full_url("document", file.head.id)


def _document_reference(file: SessionFile) -> Json:
    document = file.document
    if document is None:
        raise ValueError("There is no document to refer to.")
    attached = {
        "contentType": document.content_type,
        "title": document.title,
        "size": len(document.content),
        "hash": _base64(hashlib.sha1(document.content, usedforsecurity=False).digest()),  # R4: SHA-1, no choice
        "data": _base64(document.content),
    }
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "docStatus": "final" if document.signed else "preliminary",
        "type": own("document", "session-record", "Record of an infusion session"),
        "subject": to(file.subject),
        "content": [{"attachment": attached}],
        "context": {"encounter": [to(file.encounter)]},
    }


def _provenance(file: SessionFile, one: SignatureRecord) -> Json:
    zone = timezone(timedelta(minutes=one.utc_offset_min))
    signed_at = one.signed_at.astimezone(zone).isoformat()
    code, display = SIGNATURE_TYPE.get(one.meaning, AUTHOR)
    who = to(file.person(one.printed_name), f"{one.printed_name}, {one.role}")
    about = [to(file.encounter)] if file.document is None else [to(file.encounter), to(_document_url(file))]
    signature: Json = {
        "type": [{"system": ASTM, "code": code, "display": display}],
        "when": signed_at,
        "who": who,
        "targetFormat": "application/json",
        "data": _base64(one.signature or bytes.fromhex(one.record_sha256)),
    }
    if one.signature is not None:
        signature["sigFormat"] = "application/octet-stream"  # Ed25519 over the canonical record, by the key of `key_id`
    return {
        "resourceType": "Provenance",
        "target": about,
        "recorded": signed_at,
        "reason": [{"text": one.override_reason or one.meaning}],
        "activity": own("signature", one.meaning, one.meaning),
        "agent": [{"type": {"text": one.role}, "who": who}],
        "entity": [
            {"role": "source", "what": {"identifier": {"system": f"{OWN}record-sha256", "value": one.record_sha256}}}
        ],
        "signature": [signature],
    }


def _audit_event(file: SessionFile, one: AuditRecord) -> Json:
    return {
        "resourceType": "AuditEvent",
        "type": {"system": f"{TERMINOLOGY}audit-event-type", "code": "rest", "display": "RESTful Operation"},
        "subtype": [{"system": f"{OWN}act", "code": one.action}],
        "recorded": one.at.isoformat(),
        "outcome": "0",
        "agent": [{"name": one.actor, "requestor": True}],
        "source": {"observer": to(file.software, "Infusion Monitor")},
        "entity": [{"what": to(file.encounter), "description": f"entry {one.seq}, hash {one.hash.hex()}"}],
    }


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
