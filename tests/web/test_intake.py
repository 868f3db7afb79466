"""What an interface engineer is told of the sources, over the API."""

from monitor.hl7.message import parse
from monitor.hl7.reader import read
from monitor.hl7.source import SourceSettings
from monitor.security.roles import Role
from monitor.store.queries import AuditRecord, audit_page
from monitor.store.rows import Batch, QuarantineRow, UnassignedRow
from monitor.ward.unplaced import NO_CHAIR, OTHER_PATIENT
from tests.recorder.house import CODES, UTC_ZONE, oru
from tests.web.clinic import START_AT, Clinic

UNKNOWN = "OBX|9|NM|99999^MDC_NEW^MDC|1.9|7|||||||F"


def test_the_register_of_sources_is_told_without_a_patient(clinic: Clinic) -> None:
    raw = oru(START_AT, patient="MRN42", extra=(UNKNOWN,), hr=72.0)
    device = read(parse(raw), CODES, SourceSettings(zone=UTC_ZONE), START_AT)
    given = clinic.given
    entry = given.sources.heard(device.source, "10.1.2.7:50 monitor 7", START_AT, given.clock.mono_s())
    entry.says(device, START_AT, 0.0)
    entry.is_charted("8", device)
    entry.answered("AA")
    reply = clinic.signed_in().get("/api/v1/intake")
    (told,) = reply.json["sources"]
    assert told["not_charted"] == [{"reason": "unknown_code", "rows": 1, "latest_code": "99999"}]
    assert (told["source"], told["peer"], told["heard"], told["clock_ok"]) == ("MON^SIM", "10.1.2.7", True, True)
    assert (told["beds"], told["chairs"], told["readings"], told["answers"]) == (["BED1"], ["8"], 1, {"AA": 1})
    assert "MRN42" not in reply.text


def test_who_may_not_see_refused_messages_does_not_see_the_register(clinic: Clinic) -> None:
    assert clinic.signed_in(Role.DISCHARGE_STAFF).get("/api/v1/intake").status_code == 403


def test_a_mismatch_is_known_by_its_code_and_not_by_its_sentence(clinic: Clinic) -> None:
    reasons = (OTHER_PATIENT, NO_CHAIR)
    rows = tuple(UnassignedRow(START_AT, "p", "MON", "B1", None, one, one.encode()) for one in reasons)
    clinic.office.store.write(Batch(unassigned=rows))
    browser = clinic.signed_in()
    assert {one["reason_code"] for one in browser.get("/api/v1/unassigned").json} == {"other_patient", "no_chair"}
    groups = browser.get("/api/v1/unassigned/devices").json["devices"]
    assert {one["reason_code"] for one in groups} == {"other_patient", "no_chair"}


def test_who_looks_at_refused_bytes_stands_in_the_audit_trail_and_the_bytes_do_not(clinic: Clinic) -> None:
    raw = b"MSH|^~\\&|HIS||||||ADT^A04|1|P|2.5\rPID|||MRN42\r"
    clinic.office.store.write(Batch(quarantine=(QuarantineRow(START_AT, "10.0.0.1", "bad", "AE", "1", raw),)))
    browser = clinic.signed_in()
    (listed,) = browser.get("/api/v1/quarantine?text=false").json
    assert (listed["text"], listed["bytes"]) == (None, len(raw))
    assert trail(clinic) == [], "the list without what was sent is no reading"
    assert "MRN42" in browser.get(f"/api/v1/quarantine/{listed['id']}").json["text"]
    browser.get(f"/api/v1/quarantine/{listed['id']}/explanation")
    assert "MRN42" in browser.get("/api/v1/quarantine").json[0]["text"]
    found = trail(clinic)
    assert [one.about for one in found] == ["quarantine", f"quarantine {listed['id']}", f"quarantine {listed['id']}"]
    assert all(one.facts == {"ids": [listed["id"]]} and one.person_id is not None for one in found)
    assert "MRN42" not in str(found)
    assert browser.get("/api/v1/quarantine/99999").status_code == 404


def trail(clinic: Clinic) -> list[AuditRecord]:
    found = clinic.office.store.read(audit_page, limit=100)
    return [one for one in found if one.action == "quarantine.read"]
