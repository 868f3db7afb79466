"""Values marked as artefact: a new entry, no evidence for a discharge, and taken back by a correction."""

from datetime import datetime, timedelta

import pytest

from monitor.clinical.vitals import Vital
from monitor.errors import Refused
from monitor.recorder.acting import LOOK_BACK
from monitor.recorder.evidence import discharge_evidence
from monitor.store.queries.rebuild import discharge_record
from tests.recorder.house import House


def mark(house: House, session_id: int, begin_at: datetime, end_at: datetime, vital: str = "spo2") -> int:
    details = {"vital": vital, "from_at": begin_at.isoformat(), "to_at": end_at.isoformat()}
    return house.act(session_id, "mark_values", **details, reason="patient moved").version


def evidence_of_spo2(house: House, session_id: int) -> tuple[list[float], list[float]]:
    """What speaks for the patient, and what may only speak against."""
    now = house.clock.now()
    record = house.store.read(discharge_record, session_id, now - LOOK_BACK, now)
    evidence = discharge_evidence(record, now)
    return tuple(
        [value for _, value in part.get(Vital.SPO2, ())] for part in (evidence.readings, evidence.questionable)
    )  # type: ignore[return-value]


def test_a_marked_value_is_no_evidence_for_a_discharge_and_still_speaks_against(house: House) -> None:
    session_id = house.infusing()
    house.wait(10)
    house.measured_before(session_id, spo2=97.5)
    good, doubted = evidence_of_spo2(house, session_id)
    assert 97.5 in good
    version = mark(house, session_id, house.clock.now() - timedelta(seconds=9), house.clock.now())
    good_then, doubted_then = evidence_of_spo2(house, session_id)
    assert len(good_then) < len(good)
    assert len(doubted_then) == len(doubted) + len(good) - len(good_then)
    house.act(session_id, "correct_entry", corrects=version, reason="it was her pulse after all")
    assert evidence_of_spo2(house, session_id) == (good, doubted)


@pytest.mark.parametrize(
    ("begin_min", "end_min", "vital", "words"),
    [(-5, -10, "spo2", "end after it begins"), (-5, 5, "spo2", "lie ahead"), (-90, 0, "spo2", "one hour"),
     (-5, 0, "pump_rate", "corrected at the dose")],
)  # fmt: skip
def test_a_stretch_that_cannot_be_is_refused(
    house: House, begin_min: int, end_min: int, vital: str, words: str
) -> None:
    session_id = house.infusing()
    now = house.clock.now()
    with pytest.raises(Refused, match=words):
        mark(house, session_id, now + timedelta(minutes=begin_min), now + timedelta(minutes=end_min), vital)
