"""Adverse events: a person's judgement of what was seen, corrected by new entries, over when somebody says so."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.errors import NotAllowed, Refused
from monitor.store.queries.sessions import session_events
from monitor.ward.adverse_events import adverse_events
from monitor.ward.course_picture import events_of
from monitor.ward.restore import course_event
from tests.recorder.house import House

NAUSEA = {
    "term": "nausea", "grade": 2, "relation": "probable", "action": "treated", "serious": [], "description": "",
}  # fmt: skip


def record(house: House, session_id: int, **changes: object) -> int:
    return house.act(session_id, "record_adverse_event", **{**NAUSEA, **changes}).version


def test_an_adverse_event_is_open_until_somebody_says_it_is_over(house: House) -> None:
    session_id = house.infusing()
    began_at = house.clock.now()
    version = record(house, session_id)
    [nausea] = adverse_events(house.live(session_id).course.events)
    assert (nausea.title, nausea.grade, nausea.open, nausea.onset_at) == ("Nausea", 2, True, began_at)
    house.wait(600)
    house.act(session_id, "resolve_adverse_event", adverse_event=version)
    [nausea] = adverse_events(house.live(session_id).course.events)
    assert nausea.resolved_at == began_at + timedelta(minutes=10)
    stored = [course_event(one) for one in house.store.read(session_events, session_id)]
    assert adverse_events(stored) == [nausea]  # after a restart the same


def test_it_is_corrected_by_a_new_entry_and_keeps_its_end_and_one_that_never_was_is_none(house: House) -> None:
    session_id = house.infusing()
    version = record(house, session_id, grade=1)
    house.act(session_id, "resolve_adverse_event", adverse_event=version)
    house.act(session_id, "correct_entry", corrects=version, reason="judged again", instead={**NAUSEA, "grade": 3})
    [nausea] = adverse_events(house.live(session_id).course.events)
    assert (nausea.version, nausea.grade, nausea.open, nausea.needs_review) == (version, 3, False, True)
    newest = house.live(session_id).course.version
    house.act(session_id, "correct_entry", corrects=newest, reason="another patient")
    assert adverse_events(house.live(session_id).course.events) == []


def test_an_end_said_too_early_is_struck_and_the_event_is_open_again(house: House) -> None:
    session_id = house.infusing()
    version = record(house, session_id)
    over = house.act(session_id, "resolve_adverse_event", adverse_event=version).version
    with pytest.raises(Refused, match="is over since"):
        house.act(session_id, "resolve_adverse_event", adverse_event=version)
    house.act(session_id, "correct_entry", corrects=over, reason="it came back")
    assert adverse_events(house.live(session_id).course.events)[0].open


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"grade": 4}, "no grade 4"),  # nausea ends at 3
        ({"grade": 5}, "Grade 5 is death"),
        ({"serious": ["death"]}, "Grade 5 is death"),
        ({"grade": 0}, "grade of 1 to 5"),
        ({"relation": "perhaps"}, "not complete"),
        ({"serious": "death"}, "not complete"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words_and_stores_nothing(
    house: House, wrong: dict[str, object], why: str
) -> None:
    session_id = house.infusing()
    before = house.live(session_id).course.version
    with pytest.raises(Refused, match=why):
        record(house, session_id, **wrong)
    assert house.live(session_id).course.version == before


def test_a_correction_passes_the_same_rails(house: House) -> None:
    session_id = house.infusing()
    version = record(house, session_id)
    with pytest.raises(Refused, match="no grade 4"):
        house.act(session_id, "correct_entry", corrects=version, reason="worse", instead={**NAUSEA, "grade": 4})


def test_a_death_is_recorded_and_never_over(house: House) -> None:
    session_id = house.infusing()
    version = record(house, session_id, term="apnea", grade=5, serious=["death"])
    with pytest.raises(Refused, match="never over"):
        house.act(session_id, "resolve_adverse_event", adverse_event=version)


def test_nothing_is_over_before_it_began_and_only_what_was_recorded(house: House) -> None:
    session_id = house.infusing()
    version = record(house, session_id)
    early = house.clock.now() - timedelta(minutes=5)
    with pytest.raises(Refused, match="cannot be over before"):
        house.act(session_id, "resolve_adverse_event", adverse_event=version, at=early)
    with pytest.raises(Refused, match="no such adverse event"):
        house.act(session_id, "resolve_adverse_event", adverse_event=version - 1)


def test_discharge_staff_record_one_and_a_pharmacist_does_not(house: House) -> None:
    session_id = house.infusing()
    house.act(session_id, "record_adverse_event", by=house.discharge_staff, **NAUSEA)
    with pytest.raises(NotAllowed):
        house.act(session_id, "record_adverse_event", by=replace(house.nurse, role="pharmacist"), **NAUSEA)


def test_the_list_of_entries_says_it_in_words_and_what_a_correction_says_anew(house: House) -> None:
    session_id = house.infusing()
    version = record(house, session_id)
    listed = {one["id"]: one for one in events_of(house.live(session_id).course.events)}
    assert listed[version]["words"] == "Adverse event: Nausea grade 2"
    assert listed[version]["can"] == sorted(NAUSEA)
