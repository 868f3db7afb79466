"""A session as a FHIR R4 bundle: valid by R4's own models, every reference resolves, every value is the database's."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from fhirclient.models.bundle import Bundle
from sqlalchemy import text

from monitor.recorder.acts import Assess
from monitor.reports.fhir.bundle import closing, opening, reading_entries
from monitor.reports.fhir.codes import LOINC_OF, OWN, SIMULATED, TEST_DATA
from monitor.reports.fhir.record import Document, SessionFile
from monitor.store.queries import session
from monitor.store.queries.readings import ReadingRecord
from monitor.store.queries.struck import told_readings
from monitor.web.session_file import session_file
from tests.recorder.house import POLICY, START_AT, House, open_house, oru
from tests.recorder.test_acknowledging import alarm_of, seen
from tests.recorder.test_signing import ready, sign

Json = dict[str, Any]
SOURCE = "BÉDSIDE"
NAUSEA = {"term": "nausea", "grade": 2, "relation": "probable", "action": "treated", "serious": [], "description": ""}


@dataclass(frozen=True)
class Told:
    """A session's bundle beside what it was made of."""

    file: SessionFile
    readings: list[ReadingRecord]
    bundle: Json

    def of(self, kind: str) -> list[Json]:
        return [one["resource"] for one in self.bundle["entry"] if one["resource"]["resourceType"] == kind]


def told(house: House, session_id: int, **changes: object) -> Told:
    history = house.read(lambda connection: session(connection, session_id))
    file = house.read(
        lambda connection: session_file(connection, history, lambda _c, _s: POLICY, house.clock.now(), "1.0")  # type: ignore[arg-type]
    )
    file = replace(file, **changes)  # type: ignore[type-var]
    rows: Any = house.read(
        lambda connection: told_readings(connection, session_id, START_AT.replace(year=2025), house.clock.now())
    )
    sources = sorted({one.source for one in rows})
    halves = (rows[: len(rows) // 2], rows[len(rows) // 2 :])
    text_of = opening(file) + b"".join(reading_entries(file, half) for half in halves) + closing(file, sources)  # type: ignore[arg-type]
    return Told(file, rows, json.loads(text_of))  # type: ignore[arg-type]


def desaturate(house: House, spo2: float) -> None:
    for _ in range(40):
        house.wait(1)
        house.send(oru(house.clock.now(), source=SOURCE, hr=74.0, spo2=spo2, rr=14.0))


def an_afternoon(house: House) -> int:
    """A whole session: an alarm, an adverse event, drugs corrected and struck, a mark, a value taken back; signed."""
    session_id = ready(house, SOURCE)
    desaturate(house, 86.0)
    house.desk.acknowledge(seen(house, session_id, alarm_of(house, session_id)))
    desaturate(house, 97.0)
    event = house.act(session_id, "record_adverse_event", **NAUSEA).version
    house.act(session_id, "resolve_adverse_event", adverse_event=event)
    drug = {"drug": "ondansetron", "dose": 8.0, "unit": "mg", "route": "iv"}
    wrong = house.act(session_id, "give_medication", **drug, reason="as at home").version
    house.act(session_id, "correct_entry", corrects=wrong, instead={**drug, "dose": 4.0}, reason="mistyped")
    at = house.clock.now().isoformat()
    house.act(session_id, "mark_values", vital="spo2", from_at=at, to_at=at, reason="patient moved")
    first = house.desk.assess(Assess(session_id, "nrs-a", "nrs", {"pain": 7}, house.nurse))
    house.desk.assess(Assess(session_id, "nrs-b", "nrs", {"pain": 2}, house.nurse, None, first))
    return session_id


@pytest.fixture(scope="module")
def afternoon(furnished: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("fhir")
    (folder / "record.db").touch(mode=0o600)
    (folder / "record.db").write_bytes(furnished)
    with open_house(folder) as house:
        yield told(house, an_afternoon(house), document=Document("application/pdf", b"%PDF-1.4 record", "Record", True))


def references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("reference"), str):
            yield part["reference"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def test_it_is_valid_by_the_models_of_r4_and_every_reference_resolves(afternoon: Told) -> None:
    Bundle(afternoon.bundle, strict=True)
    urls = [one["fullUrl"] for one in afternoon.bundle["entry"]]
    assert [url for url, count in Counter(urls).items() if count > 1] == []
    assert set(references(afternoon.bundle)) <= set(urls)
    kinds = {one["resource"]["resourceType"] for one in afternoon.bundle["entry"]}
    assert kinds >= {
        *("Patient", "Encounter", "Device", "Observation", "MedicationAdministration", "AdverseEvent", "Procedure"),
        *("QuestionnaireResponse", "DocumentReference", "AuditEvent", "Practitioner"),
    }


def test_every_reading_of_the_database_is_told_once_with_its_unit_time_and_device(afternoon: Told) -> None:
    told_values = []
    devices = {one["fullUrl"]: one["resource"] for one in afternoon.bundle["entry"]}
    for one in afternoon.of("Observation"):
        parts = one.get("component", [one]) if "device" in one else []
        for part in parts:
            source = devices[one["device"]["reference"]]["identifier"][0]["value"]
            amount = part["valueQuantity"]
            told_values.append((part["code"]["coding"][0]["code"], one["effectiveDateTime"], amount["value"], source))
            assert amount["unit"] == amount["code"]
    stored = [
        (LOINC_OF[one.vital][0] if one.vital in LOINC_OF else one.vital, one.at.isoformat(), one.value, one.source)
        for one in afternoon.readings
    ]
    assert len(stored) > 500
    assert Counter(told_values) == Counter(stored)


def test_what_is_doubted_of_a_value_is_said_of_it_and_of_no_other(afternoon: Told) -> None:
    tagged = {
        (one["effectiveDateTime"], tag["code"])
        for one in afternoon.of("Observation")
        for tag in one.get("meta", {}).get("tag", [])
        if tag["system"] == f"{OWN}quality"
    }
    marks = {(mark.from_at.isoformat(), "ARTEFACT") for mark in afternoon.file.marks}
    doubted = {(one.at.isoformat(), one.quality) for one in afternoon.readings if one.quality != "accepted"}
    assert marks
    assert tagged == marks | doubted


def test_drug_scores_and_adverse_events_are_told_as_they_stand_and_as_they_were_entered(afternoon: Told) -> None:
    given = [
        (one["status"], one["medicationCodeableConcept"]["text"], one["dosage"]["dose"]["value"])
        for one in afternoon.of("MedicationAdministration")
    ]
    infused = [amount for _, drug, amount in given if drug == "ketamine"]
    assert sum(infused) == pytest.approx(35.0, abs=0.05), "0.5 mg/kg of 70 kg"
    assert ("completed", "ondansetron", 4.0) in given
    assert ("entered-in-error", "ondansetron", 8.0) in given
    pain = [one for one in afternoon.of("QuestionnaireResponse") if one["questionnaire"].endswith(":nrs")]
    stands = {one["item"][0]["answer"][0]["valueInteger"]: one["status"] for one in pain}
    assert (stands[7], stands[2]) == ("entered-in-error", "amended")
    event = afternoon.of("AdverseEvent")[0]
    assert event["event"]["text"] == "Nausea, CTCAE grade 2"
    assert event["outcome"]["coding"][0]["code"] == "resolved"


def test_an_alarm_is_told_from_when_to_when_with_who_acknowledged_it(afternoon: Told) -> None:
    alarm = next(one for one in afternoon.file.alarms if one.vital == "spo2" and one.acknowledgements)
    found = next(one for one in afternoon.of("Observation") if one["code"]["text"] == f"Alarm {alarm.rule_id}")
    assert found["effectivePeriod"]["start"] == alarm.raised_at.isoformat()
    said = {part["code"]["text"] for part in found["component"]}
    assert f"Acknowledged by {alarm.acknowledgements[0].by}" in said


def test_the_document_is_whole_and_the_trail_of_the_session_goes_with_it(afternoon: Told) -> None:
    attached = afternoon.of("DocumentReference")[0]["content"][0]["attachment"]
    assert (attached["size"], attached["contentType"]) == (15, "application/pdf")
    assert len(afternoon.of("AuditEvent")) == len(afternoon.file.trail) > 10


def test_a_signature_is_told_with_its_bytes_its_signer_and_what_it_was_given_for(folder: Path) -> None:
    with open_house(folder) as house:
        session_id = ready(house)
        house.desk.sign_discharge(sign(house, session_id))
        said = told(house, session_id)
    Bundle(said.bundle, strict=True)
    given, provenance = said.file.signatures[0], said.of("Provenance")[0]
    assert provenance["agent"][0]["who"]["display"] == f"{given.printed_name}, {given.role}"
    assert provenance["entity"][0]["what"]["identifier"]["value"] == given.record_sha256
    assert said.of("Encounter")[0]["status"] == "finished"
    assert said.of("Encounter")[0]["hospitalization"]["dischargeDisposition"]["coding"][0]["code"] == "home"
    again = replace(said.file, asked_at=START_AT)
    assert opening(again).splitlines()[1:] == opening(said.file).splitlines()[1:], "the same record, the same resources"


@pytest.mark.parametrize("kind", ["scheduled", "cancelled", "one value", "running", "clock change"])
def test_a_session_without_much_of_a_record_is_told_as_it_is(house: House, kind: str) -> None:
    session_id = house.infusing() if kind == "running" else house.plan()
    if kind == "cancelled":
        house.act(session_id, "cancel", reason="not today")
    elif kind == "one value":
        house.act(session_id, "check_in")
        house.vitals(spo2=97.0)
    elif kind == "clock change":
        house.act(session_id, "check_in")
        house.send(oru(house.clock.now().replace(hour=3), sent_at=house.clock.now(), spo2=97.0))
    house.wait(60)
    said = told(house, session_id)
    Bundle(said.bundle, strict=True)
    values = [one for one in said.of("Observation") if "device" in one]
    expected = {"scheduled": "planned", "cancelled": "cancelled", "running": "in-progress"}
    assert said.of("Encounter")[0]["status"] == expected.get(kind, "arrived")
    assert len(values) == len(said.readings) - (2 * 3 if kind == "running" else 0)
    if kind in ("one value", "clock change"):
        assert len(values) == 1
    if kind == "running":
        assert "end" not in said.of("Procedure")[0]["performedPeriod"]
        assert [one["status"] for one in said.of("MedicationAdministration")] == ["in-progress"]


def test_each_resource_of_a_simulated_session_says_so_and_none_of_a_real_one(house: House) -> None:
    session_id = house.plan()
    real = told(house, session_id)
    assert "SIMULATED" not in json.dumps(real.bundle)
    simulated = told(house, session_id, head=replace(real.file.head, simulated=True))
    for one in [simulated.bundle, *(entry["resource"] for entry in simulated.bundle["entry"])]:
        assert SIMULATED in one["meta"]["tag"]
        assert TEST_DATA in one["meta"]["security"]


def test_addresses_name_nobody(afternoon: Told) -> None:
    who = afternoon.file.patient
    urls = " ".join(one["fullUrl"] for one in afternoon.bundle["entry"])
    assert not re.search(f"{who.family_name}|{who.hospital_id}", urls)
    assert all(url.startswith("urn:uuid:") for url in urls.split())


def test_no_reading_is_lost_between_the_pieces(house: House) -> None:
    session_id = house.plan()
    house.act(session_id, "check_in")
    for _ in range(5):
        house.wait(1)
        house.vitals(hr=70.0, spo2=97.0)
    counted = house.read(lambda c: c.execute(text("select count(*) from readings")).scalar())
    said = told(house, session_id)
    assert len([one for one in said.of("Observation") if "device" in one]) == 2 * int(str(counted))
