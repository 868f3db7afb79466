"""Who lies where as the hospital says it: later said goes before earlier said, in whatever order it comes."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from monitor.store.queries.admissions import AdmissionRecord
from monitor.ward.hospital_beds import Differs, HospitalBeds
from monitor.ward.live_session import PatientLabel

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def word(
    minute: int, who: str, bed: str | None, left: str | None = None, *, simulated: bool = False, number: int = 0
) -> AdmissionRecord:
    at = AT + timedelta(minutes=minute)
    return AdmissionRecord(number or minute + 1, "A0?", who, bed, left, at, at, simulated)


def beds(*words: AdmissionRecord, merged: dict[str, str] | None = None) -> HospitalBeds:
    hospital = HospitalBeds(merged if merged is not None else {})
    for one in words:
        hospital.hear(one)
    for who in ("ANA", "BEA", "EVA"):
        hospital.know(PatientLabel(ord(who[0]), who, who[0], who[-2:]))
    return hospital


def lies(hospital: HospitalBeds, bed: str) -> str | None:
    said = hospital.says_of([bed])
    return None if said is None else said.hospital_id or "free"


DAY = (
    word(0, "ANA", "B1"),
    word(1, "BEA", "B2"),
    word(2, "ANA", "B3", "B1"),
    word(3, "EVA", "B1"),
    word(4, "BEA", None, "B2"),
)


@pytest.mark.parametrize("order", list(permutations(range(5)))[::7])
def test_in_any_order_the_beds_are_as_they_were_said_last(order: tuple[int, ...]) -> None:
    hospital = beds(*(DAY[n] for n in order))
    assert [lies(hospital, bed) for bed in ("B1", "B2", "B3", "B9")] == ["EVA", "free", "ANA", None]


def test_nobody_comes_back_into_a_bed_because_another_left_it() -> None:
    hospital = beds(word(0, "ANA", "B1"), word(1, "BEA", "B1"), word(2, "BEA", None, "B1"))
    assert lies(hospital, "B1") == "free"


def test_a_bed_that_was_only_ever_left_is_free() -> None:
    assert lies(beds(word(0, "ANA", "B2", "B1")), "B1") == "free"


def test_a_simulators_word_stands_behind_the_hospitals() -> None:
    hospital = beds(word(0, "ANA", "B1"), word(5, "BEA", "B1", simulated=True), word(6, "ANA", None, simulated=True))
    assert lies(hospital, "B1") == "ANA"


def test_what_was_said_of_a_merged_id_is_said_of_the_one_that_took_its_place() -> None:
    merged: dict[str, str] = {}
    hospital = beds(word(0, "ANA", "B1"), word(1, "BEA", "B2"), merged=merged)
    merged["ANA"] = "BEA"
    hospital.merge()
    assert [lies(hospital, bed) for bed in ("B1", "B2")] == ["free", "BEA"]
    assert hospital.difference(["B2"], "ANA", AT) is None


@pytest.mark.parametrize(
    ("words", "differs"),
    [
        ((), None),
        ((word(1, "ANA", "B1"),), None),
        ((word(1, "BEA", "B1"),), Differs.OTHER_PATIENT),
        ((word(1, "ANA", "B1"), word(2, "ANA", "B2", "B1")), Differs.MOVED),
        ((word(2, "ANA", "B2", "B1"),), Differs.MOVED),
        ((word(-9, "ANA", "B1"), word(-8, "ANA", "B2")), Differs.MOVED),
        ((word(2, "ANA", None),), Differs.LEFT),
        ((word(-9, "ANA", "B1"), word(-8, "ANA", None, "B1")), None),
        ((word(-9, "ANA", "B7"),), None),
        ((word(1, "BEA", "B1"), word(2, "BEA", None, "B1")), None),
    ],
    ids=["nothing said", "lies here", "another lies here", "moved away", "moved away, never placed", "moved before",
         "gone", "gone before they came", "lay elsewhere before", "the other has gone"],
)  # fmt: skip
def test_a_session_differs_only_where_the_hospital_says_something_else(
    words: tuple[AdmissionRecord, ...], differs: Differs | None
) -> None:
    found = beds(*words).difference(["B1"], "ANA", AT)
    assert (None if found is None else found.how) == differs
