"""What an interface engineer is told of the sources, over the API."""

from monitor.hl7.message import parse
from monitor.hl7.reader import read
from monitor.hl7.source import SourceSettings
from monitor.security.roles import Role
from monitor.store.rows import Batch, UnassignedRow
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
