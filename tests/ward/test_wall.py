"""What a display on the wall is sent: enough to look up and go there, and nothing that says who it is."""

import json

from monitor.recorder.acts import AcknowledgeAct
from monitor.ward.picture import Picture
from monitor.ward.wall import locked_picture
from tests.recorder.house import POLICY, House, open_house

PRIVATE = ("N42", "42", "nausea of Maria", "Kowalska", "Nurse", "MRN", '"version"', "BED1")


def test_initials_state_numbers_and_alarms_stay_and_all_else_is_taken_out(tmp_path) -> None:
    with open_house(tmp_path) as house:
        session_id = a_held_session(house)
        picture = Picture(house.ward, POLICY, house.clock)  # type: ignore[arg-type]
        sent = picture.for_wall(picture.board("A"))
        tile = sent["tiles"][0]  # type: ignore[index]
        assert tile["session"]["initials"] == "M.K."
        assert tile["session"]["state"] == "held"
        assert tile["bound"] is True
        assert tile["responsible"]["initials"] == "N"
        assert [alarm["words"] for alarm in tile["alarms"]] == ["SpO₂ 83 < 85"]
        assert tile["alarms"][0]["acknowledged"] == {"by": "N", "saw": "83"}
        assert tile["alarms"][0]["session"] is None
        assert set(sent) == set(picture.board("A"))
        told = json.dumps([{name: part[name] for name in ("session", "bed", "hospital_says", "alarms")} for part in
                           sent["tiles"]])  # type: ignore[attr-defined]  # fmt: skip
        told = told.replace(tile["alarms"][0]["id"], "")  # a name made by chance may hold any two digits
        assert [words for words in PRIVATE if words in told] == []
        assert house.live(session_id).course.held_reason == "nausea of Maria"


def test_a_locked_page_is_sent_numbers_curves_alarms_and_state_and_no_word_anybody_typed(tmp_path) -> None:
    with open_house(tmp_path) as house:
        session_id = a_held_session(house)
        picture = Picture(house.ward, POLICY, house.clock)  # type: ignore[arg-type]
        live = house.live(session_id)
        whole = {**picture.session(live, house.ward.chair(live.chair_id)), "points": [{"vital": "hr"}], "seq": 7}
        told = picture.for_locked(whole)
        assert set(told) == {"numbers", "points", "seq", "alarms", "messages", "state"}
        assert told["state"] == "held"
        assert told["alarms"][0]["acknowledged"] == {"by": "N", "saw": "83"}  # type: ignore[index]
        assert [words for words in ("nausea", "Kowalska", "Nurse") if words in json.dumps(told)] == []


def test_the_curves_of_a_locked_page_are_drawn_without_events_reasons_and_devices_words() -> None:
    measured = {"now_at": "2026-11-25T19:00:00+00:00", "series": {"hr": {"at": [], "value": []}}, "bp": [], "rate": []}
    drawn = locked_picture({
        **measured,
        "session": {"remaining_s": 60.0, "initials": "M.K."},
        "events": [{"words": "Maria wept"}],
        "told_by_devices": [{"words": "Maria's pump"}],
        "marked": [{"vital": "spo2", "from_at": "a", "to_at": "b", "words": "hand moved (Ana Gil RN)"}],
        "limit_steps": {"hr": [{"low": 50, "high": 120}, {"low": 50, "high": 130, "at": "c", "by": "Ana Gil RN"}]},
        "what a later version adds": "Maria",
    })  # fmt: skip
    assert [words for words in ("Maria", "Ana", "M.K.", "hand") if words in json.dumps(drawn)] == []
    assert drawn == {
        **measured,
        "session": {"remaining_s": 60.0},
        "events": [],
        "told_by_devices": [],
        "marked": [{"vital": "spo2", "from_at": "a", "to_at": "b", "words": ""}],
        "limit_steps": {"hr": [{"low": 50, "high": 120}, {"low": 50, "high": 130, "at": "c"}]},
    }


def a_held_session(house: House) -> int:
    session_id = house.infusing()
    house.vitals(hr=74, spo2=83, rr=14)
    for _ in range(12):
        house.tick(1)
        house.vitals(hr=74, spo2=83, rr=14)
    house.act(session_id, "hold", reason="nausea of Maria")
    alarm = next(one for one in house.live(session_id).shown() if one.rule_id.startswith("spo2"))
    house.desk.acknowledge(AcknowledgeAct(session_id, alarm.id, alarm.priority.value, alarm.value, house.nurse))
    return session_id
