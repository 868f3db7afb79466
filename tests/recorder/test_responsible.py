"""Who is responsible for a chair: taken, given with a note, run out; and the alarm of a chair that is nobody's."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from monitor.clinical.session import SessionState
from monitor.errors import Conflict, NotAllowed, Refused
from monitor.recorder.acts import Actor, HandOver
from monitor.security import records
from monitor.security.records import By
from monitor.store.queries.assignments import Assignment, responsible_during
from monitor.store.queries.trail import audit_page
from monitor.store.requests import request_of
from monitor.ward.responsible import assignment_event, responsible, responsible_picture, staff_initials
from tests.recorder.house import House, open_house

RULE = "no_responsible_nurse"


def hand_over(house: House, to: Actor | None, by: Actor | None = None, note: str = "", chair: str = "1") -> Assignment:
    by = by or to or house.nurse
    standing = responsible(house.chair(chair), house.clock.now())
    return house.desk.hand_over(
        HandOver(house.chair(chair).id, None if to is None else to.person_id, note, standing and standing.id, by)
    )


def rules(house: House, session_id: int) -> set[str]:
    house.tick(1)
    return {alarm.rule_id for alarm in house.live(session_id).shown()}


def test_a_nurse_takes_a_chair_and_a_restart_knows_whose_it_is(house: House, folder: Path) -> None:
    hand_over(house, house.second_nurse)
    with open_house(folder, clock=house.clock) as again:
        picture = responsible_picture(again.chair(), again.clock.now())
        assert picture is not None
        assert picture["person_id"] == house.second_nurse.person_id
        assert picture["initials"] == "S"


def test_a_chair_that_has_run_out_is_nobodys_and_says_so_once_drug_has_run(house: House) -> None:
    session_id = house.infusing()
    hand_over(house, house.nurse)
    assert RULE not in rules(house, session_id)
    house.wait(12 * 3600)
    assert RULE in rules(house, session_id)
    assert responsible_picture(house.chair(), house.clock.now()) is None
    hand_over(house, house.nurse)
    assert RULE not in rules(house, session_id)


def test_before_the_start_a_chair_may_be_nobodys_and_nothing_starts_there(house: House) -> None:
    hand_over(house, None, house.nurse)
    session_id = house.prepared()
    assert RULE not in rules(house, session_id)
    with pytest.raises(Refused, match="responsible nurse"):
        house.act(session_id, "start", rate_ml_per_h=52.5)
    hand_over(house, house.nurse)
    house.act(session_id, "start", rate_ml_per_h=52.5)
    house.wait(12 * 3600)
    assert RULE in rules(house, session_id)
    alarm = next(one for one in house.live(session_id).shown() if one.rule_id == RULE)
    assert (alarm.priority, alarm.words) == ("low", "No responsible nurse")


def test_whoever_gives_a_running_chair_away_says_what_must_be_known(house: House) -> None:
    session_id = house.infusing()
    with pytest.raises(Refused, match="what the next nurse must know") as refusal:
        hand_over(house, house.second_nurse, house.nurse)
    assert refusal.value.missing == ("note",)
    given = hand_over(house, house.second_nurse, house.nurse, "nausea at 09:10, ondansetron given")
    assert (given.session_id, given.note) == (session_id, "nausea at 09:10, ondansetron given")
    picture = responsible_picture(house.chair(), house.clock.now())
    assert picture is not None
    assert picture["note_waits"] is True
    assert "ondansetron" not in str(picture)


def test_the_note_waits_until_its_taker_has_read_it_and_nobody_reads_it_for_her(house: House, folder: Path) -> None:
    house.infusing()
    given = hand_over(house, house.second_nurse, house.nurse, "watch the line")
    with pytest.raises(NotAllowed):
        house.desk.see_note(given.id, house.nurse)
    for _ in range(2):
        assert house.desk.see_note(given.id, house.second_nurse).seen_at == house.clock.now()
    with open_house(folder, clock=house.clock) as again:
        picture = responsible_picture(again.chair(), again.clock.now())
        assert picture is not None
        assert picture["note_waits"] is False


def test_taking_a_running_chair_over_needs_no_note_and_leaving_it_to_nobody_is_refused(house: House) -> None:
    house.infusing()
    assert hand_over(house, house.second_nurse).note == ""
    with pytest.raises(Refused, match="give it to a nurse"):
        hand_over(house, None, house.second_nurse)


def test_who_saw_another_responsible_than_stands_is_told_and_changes_nothing(house: House) -> None:
    seen = responsible(house.chair(), house.clock.now())
    assert seen is not None
    hand_over(house, house.second_nurse)
    with pytest.raises(Conflict, match="Second is responsible"):
        house.desk.hand_over(HandOver(house.chair().id, house.nurse.person_id, "", seen.id, house.nurse))


def test_the_same_request_twice_is_one_hand_over_and_one_entry_of_the_trail(house: House) -> None:
    standing = responsible(house.chair(), house.clock.now())
    asked = request_of(house.nurse.person_id, "r1", {"a": 1}, house.clock.now())
    act = HandOver(
        house.chair().id, house.second_nurse.person_id, "secret", standing and standing.id, house.nurse, asked
    )
    assert house.desk.hand_over(act) == house.desk.hand_over(act)
    told = [one for one in house.store.read(audit_page) if one.action == "chair.assign"]
    assert len(told) == 1
    assert "secret" not in str(told[0].facts)


@pytest.mark.parametrize("who", ["physician", "discharge_staff"])
def test_only_nurses_are_responsible_and_only_they_say_who_is(house: House, who: str) -> None:
    other: Actor = getattr(house, who)
    with pytest.raises(NotAllowed):
        hand_over(house, house.nurse, other)
    with pytest.raises(Refused, match="is no nurse"):
        hand_over(house, other, house.nurse)


def test_a_session_knows_who_was_responsible_at_check_in_and_who_after_and_lists_it(house: House) -> None:
    session_id = house.infusing()
    house.wait(60)
    hand_over(house, house.second_nurse, house.nurse, "all calm")
    house.act(session_id, "end_infusion", reason="done")
    found = house.store.read(responsible_during, session_id)
    assert [(one.name, one.note) for one in found] == [("Nurse", ""), ("Second", "all calm")]
    live = house.live(session_id)
    told = [assignment_event(one) for one in live.assignments]
    assert [(one["words"], one["kind"]) for one in told] == [("Responsible nurse: Second. all calm", "note")]


def test_initials_leave_titles_and_credentials_out() -> None:
    said = {"R. Alvarez RN": "RA", "Dr. E. Voss": "EV", "Dana": "D", "Ana Maria Torres Ruiz": "AR", "RN": "R", "": ""}
    assert {name: staff_initials(name) for name in said} == said


def test_an_assignment_that_runs_out_does_so_to_the_second(house: House) -> None:
    chair = house.chair()
    assert chair.assignment is not None
    ends_at = house.clock.now() + timedelta(seconds=5)
    chair.assignment = replace(chair.assignment, until_at=ends_at)
    assert responsible(chair, ends_at - timedelta(seconds=1)) is chair.assignment
    assert responsible(chair, ends_at) is None


def test_who_is_disabled_is_responsible_for_nothing_and_her_running_chair_calls(house: House) -> None:
    session_id = house.infusing()
    assert RULE not in rules(house, session_id)
    gone = partial(records.disable_person, by=By("Office"), at=house.clock.now(), person_id=house.nurse.person_id)
    house.desk.relieve(gone, house.nurse.person_id, house.physician)
    assert responsible(house.chair(), house.clock.now()) is None
    assert RULE in rules(house, session_id)
    told = house.read(partial(responsible_during, session_id=session_id))
    assert [one.person_id for one in told] == [house.nurse.person_id, None]  # who was it, at all times
    assert house.live(session_id).course.state is SessionState.INFUSING
