"""The hospital merges two identifiers (A40): both mean the same person everywhere, and nothing is rewritten."""

import pytest

from monitor.errors import Conflict
from monitor.store import queries
from monitor.store.patients import insert_patient
from monitor.store.queries.patients import same_person
from monitor.store.rows import PatientRow
from tests.recorder.house import START_AT, House, open_house, oru


def merge(merged: str, survivor: str, source: str = "ADT^HOSPITAL") -> bytes:
    head = f"MSH|^~\\&|{source}|X|IM|C|20260302090000+0000||ADT^A40^ADT_A39|M{merged}|P|2.6"
    return "\r".join(
        (head, "EVN|A40|20260302090000", f"PID|||{survivor}^^^H^MR||Kowalska^Maria", f"MRG|{merged}^^^H^MR", "")
    ).encode()


def rules(house: House, session_id: int) -> set[str]:
    return {alarm.rule_id for alarm in house.live(session_id).shown()}


def test_a_running_session_takes_the_new_identifier_and_the_old(house: House) -> None:
    session_id = house.infusing()
    house.wait(1)
    house.send(oru(house.clock.now(), patient="MRN77", hr=71.0))
    house.tick(1)
    assert "patient_mismatch" in rules(house, session_id)
    assert b"MSA|AA" in house.send(merge("MRN42", "MRN77"))
    for name in ("MRN77", "MRN42"):
        house.wait(1)
        house.send(oru(house.clock.now(), patient=name, hr=72.0))
    house.tick(1)
    assert "patient_mismatch" not in rules(house, session_id)
    assert house.live(session_id).patient.hospital_id == "MRN42", "the session is not rewritten"
    house.wait(1)
    house.send(oru(house.clock.now(), patient="MRN5", hr=73.0))
    house.tick(1)
    assert "patient_mismatch" in rules(house, session_id)


def test_search_sessions_and_duplicates_know_one_person(house: House, folder) -> None:
    house.plan()
    house.send(merge("MRN42", "MRN77"))
    (found,) = house.read(lambda c: queries.patients(c, "MRN42"))
    assert found.hospital_id == "MRN77"
    assert house.read(lambda c: queries.patient_by_hospital_id(c, "MRN42")).id == found.id
    theirs = house.read(lambda c: same_person(c, found.id))
    assert house.patient_id in theirs
    assert len(house.read(lambda c: queries.sessions(c, patient_id=theirs))) == 1
    with pytest.raises(Conflict):
        house.desk.transact(lambda c: insert_patient(c, PatientRow("MRN42", "K", "M", None, None, START_AT)))
    with open_house(folder, clock=house.clock) as again:
        assert again.ward.is_same_patient("MRN42", "MRN77")


def test_a_merge_sent_again_or_back_changes_nothing_and_a_simulator_merges_nobody(house: House) -> None:
    house.send(merge("MRN1", "MRN2", source="SIM^ADT"))
    assert not house.ward.is_same_patient("MRN1", "MRN2")
    for raw in (merge("MRN42", "MRN77"), merge("MRN42", "MRN77"), merge("MRN77", "MRN42")):
        house.send(raw)
    assert house.read(queries.audit_page)[0].action == "patient_merged"
    assert [one.action for one in house.read(queries.audit_page)].count("patient_merged") == 1
    assert house.ward.merged == {"MRN42": "MRN77"}
