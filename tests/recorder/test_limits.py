"""Limits of one patient through the spine: who, how far, what they do to alarms, what a restart makes of them."""

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.clinical.policy.policy import parse_policy
from monitor.clinical.vitals import Vital
from monitor.errors import Conflict, NotAllowed, Refused
from monitor.store.queries.alarms import alarms
from monitor.store.queries.sessions import session_events
from monitor.store.queries.trail import audit_page
from monitor.ward.due import bp_due, due_list
from monitor.ward.limits_picture import limit_steps, limits_picture
from monitor.ward.numbers import numbers
from tests.clinical.alarms.test_rate_of_change import switched_on
from tests.recorder.house import POLICY, POLICY_TEXT, HandClock, House, open_house, oru


def change(house: House, session_id: int, rule: str = "spo2_low", **asked: object) -> None:
    """The nurse (or `by`) changes limits, for a reason."""
    by, reason = asked.pop("by", house.nurse), asked.pop("reason", "lives with 89 at home")
    details = asked if "limits" in asked or "reset" in asked else {"limits": asked}
    house.act(session_id, "change_limits", by=by, reason=reason, rule=rule, **details)
    house.turn()  # what follows for alarms is stored right after the answer


def breathe(house: House, value: float, seconds: int = 35) -> None:
    """The monitor sends one SpO2 every 5 s."""
    for _ in range(seconds // 5):
        house.wait(5)
        house.vitals(spo2=value)


def stage(house: House, session_id: int, rule: str = "spo2_low") -> str:
    state = house.live(session_id).states.get(rule)
    return "normal" if state is None else str(state.stage)


def picture(house: House, session_id: int, rule: str = "spo2_low") -> dict:
    found = limits_picture(house.live(session_id))
    return next(one for one in found["rules"] if one["rule"] == rule)


def test_from_the_next_value_on_the_patients_own_limit_judges(house: House) -> None:
    session_id = house.infusing()
    change(house, session_id, by=house.physician, medium=88, high=86)
    breathe(house, 89, 60)
    assert stage(house, session_id) == "normal"
    breathe(house, 87)
    assert stage(house, session_id) == "active"
    (alarm,) = house.store.read(alarms, session_id)
    assert alarm.events[0].limit == 88
    assert "own limit (the policy's is 92, changed by Physician)" in alarm.events[0].cause


def test_a_standing_alarm_follows_at_once_and_its_record_names_the_person(house: House) -> None:
    session_id = house.infusing()
    breathe(house, 89)
    change(house, session_id, by=house.physician, medium=88, high=86)
    assert stage(house, session_id) == "latched", "a High nobody acknowledged waits for a person"
    (alarm,) = house.store.read(alarms, session_id)
    assert (alarm.events[-1].event, alarm.events[-1].cause) == ("latched", "limit changed by Physician")
    assert house.live(session_id).shown()[0].stage == "latched"


def test_a_medium_that_ends_so_leaves_its_message(house: House) -> None:
    session_id = house.infusing()
    breathe(house, 91)
    change(house, session_id, medium=91, reason="so")
    assert stage(house, session_id) == "active", "91 is not inside 91 by the hysteresis"
    change(house, session_id, by=house.physician, medium=90, high=88)
    assert stage(house, session_id) == "normal"
    assert [message.rule_id for message in house.live(session_id).messages()] == ["spo2_low"]


def test_the_words_of_a_pressure_keep_both_its_numbers(house: House) -> None:
    session_id = house.infusing()
    house.vitals(nibp_sys=182, nibp_dia=95)
    change(house, session_id, "sbp_high", by=house.physician, high=190)
    (alarm,) = [one for one in house.store.read(alarms, session_id) if one.rule_id == "sbp_high"]
    assert (alarm.events[-1].event, alarm.events[-1].words) == ("deescalated", "BP 182/95 > 160")


def test_a_nurse_moves_what_the_policy_lets_a_nurse_move(house: House) -> None:
    session_id = house.infusing()
    change(house, session_id, medium=91)
    with pytest.raises(NotAllowed, match="only a physician"):
        change(house, session_id, high=88)
    with pytest.raises(NotAllowed):
        change(house, session_id, by=house.discharge_staff, medium=91)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [({"limits": {"medium": 80}}, "80 % is not accepted; 91 to 95 % is"), ({"limits": {"high": 93}}, "86 to 91 % is"),
     ({"limits": {}}, "at least one"), ({"reset": True}, "no limits of its own"), ({"limits": 3}, "not complete"),
     ({"limits": {"urgent": 3}}, "not complete"), ({"limits": {"medium": 90}, "reset": True}, "not complete")],
)  # fmt: skip
def test_a_refused_change_half_applies_nothing(house: House, asked: dict, sentence: str) -> None:
    session_id = house.infusing()
    version = house.live(session_id).course.version
    with pytest.raises(Refused, match=sentence):
        change(house, session_id, by=house.physician, **asked)
    assert house.live(session_id).course.version == version
    assert house.live(session_id).judged_by is house.live(session_id).policy


def test_it_needs_a_reason_and_the_version_seen_and_counts_from_now_on(house: House) -> None:
    session_id = house.infusing()
    with pytest.raises(Refused, match="reason"):
        change(house, session_id, medium=91, reason=" ")
    with pytest.raises(Conflict):
        house.act(session_id, "change_limits", reason="so", version=1, rule="spo2_low", limits={"medium": 91})
    with pytest.raises(Refused, match="timed back"):
        house.act(
            session_id, "change_limits", reason="so", at=house.clock.now() - timedelta(minutes=5), rule="spo2_low",
            limits={"medium": 91},
        )  # fmt: skip


def test_it_is_audited_with_the_person(house: House) -> None:
    session_id = house.infusing()
    change(house, session_id, medium=91)
    newest = house.store.read(audit_page, limit=1)[0]
    assert (newest.action, newest.actor) == ("session.change_limits", "Nurse")
    stored = house.store.read(session_events, session_id)[-1]
    assert (stored.reason, dict(stored.details)) == (
        "lives with 89 at home", {"rule": "spo2_low", "limits": {"medium": 91}},
    )  # fmt: skip


def test_the_numbers_and_the_steps_of_the_band_show_the_limit_in_force(house: House) -> None:
    session_id = house.infusing()
    house.vitals(spo2=97, nibp_sys=120)
    mono_s = house.clock.mono_s()
    before = numbers(house.chair(), POLICY, mono_s)
    assert (before["spo2"]["low"], before["spo2"]["own"]) == (92, False)
    assert limit_steps(house.live(session_id)) == {}
    change(house, session_id, medium=91)
    shown = numbers(house.chair(), POLICY, mono_s)
    assert (shown["spo2"]["low"], shown["spo2"]["own"]) == (91, True)
    assert (shown["hr"]["own"], shown["bp"]["own"]) == (False, False)
    change(house, session_id, "dbp_high", medium=95)
    assert numbers(house.chair(), POLICY, mono_s)["bp"]["own"], "a pressure is one number"
    change(house, session_id, reset=True)
    assert numbers(house.chair(), POLICY, mono_s)["spo2"] | {"age_s": 0} == before["spo2"] | {"age_s": 0}
    at = house.clock.now().isoformat()
    assert limit_steps(house.live(session_id)) == {
        "spo2": [
            {"low": 92, "high": None},
            {"low": 91, "high": None, "at": at, "by": "Nurse"},
            {"low": 92, "high": None, "at": at, "by": "Nurse"},
        ],
        "nibp_dia": [{"low": 50, "high": 96}, {"low": 50, "high": 95, "at": at, "by": "Nurse"}],  # 76 and 20 before
    }


def test_the_list_of_limits_says_what_is_in_force_what_the_policy_says_and_how_far_it_moves(house: House) -> None:
    session_id = house.infusing()
    change(house, session_id, medium=91)
    rule = picture(house, session_id)
    medium, high = rule["levels"]
    assert rule["changed"]
    assert (medium["limit"], medium["policy_limit"], medium["low"], medium["high"]) == (91, 92, 91, 95)
    assert medium["own"] == {
        "limit": 91, "by": "Nurse", "at": house.clock.now().isoformat(), "reason": "lives with 89 at home",
    }  # fmt: skip
    assert (high["limit"], high["policy_limit"], high["own"], high["physician"]) == (90, 90, None, True)
    assert high["high"] == 90, "one below the medium that is in force"
    fixed = picture(house, session_id, "spo2_desaturation")["levels"][0]
    assert (fixed["adjustable"], fixed["low"], fixed["high"]) == (False, None, None)
    rise = picture(house, session_id, "sbp_rise")
    assert (rise["kind"], rise["levels"][0]["limit"], rise["levels"][0]["policy_limit"]) == ("relative", 151.2, None)
    fall = picture(house, session_id, "spo2_fast_fall")
    assert (fall["kind"], fall["within_s"], fall["levels"][0]["limit"]) == ("change", 60, None)
    assert fall["off_reason"]


def test_a_restart_keeps_them_and_what_they_did(folder: Path) -> None:
    with open_house(folder) as house:
        session_id = house.infusing()
        change(house, session_id, by=house.physician, medium=88, high=86)
        breathe(house, 87)
        assert stage(house, session_id) == "active"
        passed_s = house.clock.passed_s
    clock = HandClock()
    clock.passed_s = passed_s + 20
    with open_house(folder, clock=clock) as house:
        assert house.live(session_id).judged_by.rules_by_id["spo2_low"].levels[0].limit == 88
        assert stage(house, session_id) == "active"
        house.wait(5)
        house.vitals(spo2=88)
        assert stage(house, session_id) == "active"
        house.wait(5)
        house.vitals(spo2=89)
        assert stage(house, session_id) == "normal"


def test_the_end_of_the_session_drops_them(house: House) -> None:
    session_id = house.infusing()
    change(house, session_id, by=house.physician, medium=88, high=86)
    house.act(session_id, "transfer", reason="to the ward")
    house.vitals(spo2=97)
    empty = numbers(house.chair(), POLICY, house.clock.mono_s())["spo2"]
    assert (empty["low"], empty["own"]) == (92, False)
    house.wait(60)  # another measurement is another time
    again = house.infusing()
    assert house.live(again).judged_by is house.live(again).policy
    breathe(house, 89)
    assert stage(house, again) == "active", "the same patient begins with the policy's limits"


@pytest.mark.parametrize("state", ["preparing", "infusing", "held", "observing"])
def test_limits_change_in_every_state_in_which_vitals_are_judged(house: House, state: str) -> None:
    session_id = house.prepared() if state == "preparing" else house.infusing()
    if state == "held":
        house.act(session_id, "hold", reason="line")
    if state == "observing":
        house.act(session_id, "end_infusion")
    change(house, session_id, medium=91)
    assert house.live(session_id).course.state == state


def test_limits_do_not_change_before_check_in(house: House) -> None:
    with pytest.raises(Refused):
        change(house, house.plan(), medium=91)


# --- What the spine owes the other rules -----------------------------------------------------------------------------


def test_a_rule_of_change_remembers_between_messages_and_over_a_restart(folder: Path) -> None:
    policy = parse_policy(switched_on(POLICY_TEXT))
    with open_house(folder) as house:
        session_id = house.infusing()
        house.live(session_id).policy = policy
        for value in (98, 98, 93, 93, 93):
            house.wait(5)
            house.vitals(spo2=value)
        assert stage(house, session_id, "spo2_fast_fall") == "active"
        (alarm,) = house.store.read(alarms, session_id)
        assert alarm.events[0].words == "SpO₂ 93, down 5 within 60 s"


def test_the_pulse_does_not_stand_in_for_a_heart_rate_that_came_in_another_message(house: House) -> None:
    session_id = house.infusing()
    for _ in range(12):
        house.wait(2)
        house.vitals(hr=80)
        house.wait(1)
        house.send(pulse(house, 150))
    assert stage(house, session_id, "pr_high") == "normal"
    assert house.chair().latest[Vital.PR].value == 150
    for _ in range(12):  # the electrodes are off: now it does
        house.wait(3)
        house.send(pulse(house, 150))
    assert stage(house, session_id, "pr_high") == "active"


def pulse(house: House, value: float) -> bytes:
    """The pulse oximeter speaks by itself."""
    at = f"{house.clock.now():%Y%m%d%H%M%S}+0000"
    unit = "264864^MDC_DIM_BEAT_PER_MIN^MDC"
    row = f"OBX|9|NM|149530^MDC_PULS_OXIM_PULS_RATE^MDC|1.9|{value}|{unit}|||||F|||{at}"
    return oru(house.clock.now(), extra=(row,))


def test_one_repeat_is_due_after_the_first_pressure_beyond_a_medium_and_none_after_it(house: House) -> None:
    session_id = house.infusing()

    def due() -> dict[str, float]:
        found = due_list(house.live(session_id), house.chair(), house.clock.now())
        return {one.words: one.due_s for one in found if "BP" in one.words}

    house.wait(290)
    house.vitals(nibp_sys=161, nibp_dia=80)
    assert due() == {"Repeat BP": 60, "BP": 300}
    house.wait(80)
    assert due()["Repeat BP"] == -20
    house.vitals(nibp_sys=161, nibp_dia=80)
    assert stage(house, session_id, "sbp_high") == "active"
    assert list(due()) == ["BP"]
    house.wait(300)
    house.vitals(nibp_sys=150, nibp_dia=101)
    assert "Repeat BP" in due(), "the next scheduled reading may ask again"


def test_a_bolus_brings_the_next_pressure_nearer_as_a_change_of_rate_does(house: House) -> None:
    session_id = house.infusing()
    house.wait(20 * 60)
    house.vitals(nibp_sys=120, nibp_dia=80)
    house.wait(60)
    house.act(session_id, "give_bolus", dose_mg=5.0)
    due = bp_due(house.live(session_id), house.chair(), house.clock.now())
    assert due is not None
    assert (due.at - house.clock.now()).total_seconds() == 300
