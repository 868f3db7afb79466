"""Finding a patient: by any word, without accents, by date of birth, page by page, whoever they were merged into."""

from dataclasses import replace
from datetime import date

import pytest

from monitor.store.merging import insert_merge
from monitor.store.patients import insert_patient, revise_patient
from monitor.store.queries.patients import born_on, count_patients, patient_revisions, patients
from monitor.store.texts import search_terms


def add(clinic, hospital_id: str, family_name: str, given_name: str = "Ana", born: date | None = None) -> int:
    row = replace(clinic.a_patient(hospital_id, family_name), given_name=given_name, birth_date=born)
    return clinic.do(lambda c: insert_patient(c, row))


def found(clinic, query: str, **page: int) -> list[int]:
    return [one.id for one in clinic.store.read(patients, query, **page)]


@pytest.mark.parametrize(
    "query", ["munoz", "MUÑOZ", "perez mu", "josé muñ", "d-77", "D 77", "1952-05-04", "4.5.1952 jos"]
)
def test_somebody_is_found_by_any_word_without_accents_or_case(clinic, query):
    hers = add(clinic, "D-77", "Muñoz Pérez", "José", date(1952, 5, 4))
    assert found(clinic, query) == [hers]


@pytest.mark.parametrize("query", ["unoz", "munoz kowal", "1952-05-05", "d-78", "%", "_"])
def test_what_is_not_the_beginning_of_a_word_finds_nobody(clinic, query):
    add(clinic, "D-77", "Muñoz Pérez", "José", date(1952, 5, 4))
    assert found(clinic, query) == []


def test_a_date_with_two_readings_finds_both(clinic):
    assert search_terms("4/5/1961") == [frozenset({"born:1961-05-04", "born:1961-04-05"})]
    assert search_terms("13/5/1961") == [frozenset({"born:1961-05-13"})]


def test_the_list_is_read_page_by_page_by_name(clinic):
    keys = [add(clinic, f"L-{name}", name, "Zoe") for name in ("Zander", "Álvarez", "Becker", "alonso")]
    assert found(clinic, "zoe", limit=2) == [keys[3], keys[1]]
    assert found(clinic, "zoe", limit=2, offset=2) == [keys[2], keys[0]]
    assert clinic.store.read(count_patients, "zoe") == 4
    assert clinic.store.read(count_patients) == 5


def test_a_correction_is_found_by_the_new_words_alone_and_the_old_stay_in_the_record(clinic):
    hers = add(clinic, "D-77", "Muñoz")
    married = replace(clinic.a_patient("D-78", "Becker"), by="Dana", reason="married")
    clinic.do(lambda c: revise_patient(c, hers, married))
    assert (found(clinic, "munoz"), found(clinic, "d-77"), found(clinic, "becker")) == ([], [], [hers])
    assert [(one.family_name, one.reason) for one in clinic.store.read(patient_revisions, hers)] == [
        ("Muñoz", ""),
        ("Becker", "married"),
    ]


def test_who_was_merged_is_listed_once_and_found_by_both(clinic):
    kept, merged = add(clinic, "D-1", "Muñoz"), add(clinic, "D-2", "Munos", born=date(1952, 5, 4))
    clinic.do(lambda c: insert_merge(c, "D-2", "D-1", clinic.t0, "staff", "1"))
    assert [found(clinic, query) for query in ("munoz", "munos", "d-2", "d-1", "1952-05-04")] == [[kept]] * 5
    assert clinic.store.read(count_patients) == 2
    assert [one.id for one in clinic.store.read(born_on, date(1952, 5, 4))] == [kept]
    assert merged not in found(clinic, "")


def test_a_survivor_nobody_knew_is_listed_once_they_are_added(clinic):
    add(clinic, "D-2", "Munos")
    clinic.do(lambda c: insert_merge(c, "D-2", "D-1", clinic.t0, "ADT", "1"))
    assert found(clinic, "d-2") == []
    kept = add(clinic, "D-1", "Muñoz")
    assert found(clinic, "d-2") == [kept]
