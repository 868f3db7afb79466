"""Corrections and merges by staff reach the sessions that run."""

from dataclasses import replace

import pytest

from monitor.errors import Refused
from monitor.recorder.patient_record import CorrectPatient, MergePatients
from monitor.store.patients import insert_patient
from monitor.store.queries.patients import patient
from monitor.store.requests import request_of
from monitor.store.rows import PatientRow
from tests.recorder.house import START_AT, House


def test_a_corrected_hospital_number_is_what_a_running_session_matches(house: House) -> None:
    session_id = house.infusing()
    stands = house.store.read(patient, house.patient_id)
    row = PatientRow("MRN99", "Novak", stands.given_name, None, None, START_AT, 1, "Nurse", "wrong sticker")
    request = request_of(1, "c-1", {}, START_AT)
    house.desk.change_patient(CorrectPatient(house.patient_id, 1, row, house.nurse, request))
    shown = house.live(session_id).patient
    assert (shown.hospital_id, shown.id_digits, shown.initials[-2:]) == ("MRN99", "99", "N.")


def test_two_that_both_run_are_merged_only_by_whoever_knows_it(house: House) -> None:
    house.infusing()
    other = PatientRow("P77", "Lis", "Ewa", None, None, START_AT)
    duplicate = int(str(house.recorder.transact(lambda c: insert_patient(c, other))))
    second = house.plan("2", patient_id=duplicate)
    house.act(second, "check_in")
    request = request_of(1, "m-1", {}, START_AT)
    act = MergePatients(house.patient_id, duplicate, "P77", "lis", "typed twice", False, house.nurse, request)
    with pytest.raises(Refused, match="running under each of the two") as refusal:
        house.desk.change_patient(act)
    assert refusal.value.missing == ("knows_both_run",)
    assert not house.ward.is_same_patient("P77", "MRN42")
    house.desk.change_patient(replace(act, knows_both_run=True))
    assert house.ward.is_same_patient("P77", "MRN42")
