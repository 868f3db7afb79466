"""Another content for one moment: a correction, or a second message. Number, chart and record agree, and both stay."""

from datetime import datetime, timedelta

from sqlalchemy import text

from monitor.clinical.vitals import Vital
from monitor.store import queries
from tests.recorder.house import House, oru
from tests.recorder.test_withdrawn import SPAN, charted, curve, taken_back


def corrected(at: datetime, **values: float) -> bytes:
    return oru(at, **values).replace(b"|||||F|||", b"|||||C|||")


def number(house: House, vital: str) -> float | None:
    return house.publisher._picture.tile(house.chair())["numbers"][vital]["value"]  # type: ignore[attr-defined]


def stored(house: House, vital: str) -> list[float]:
    found = house.read(lambda c: c.execute(text(f"select {vital} from readings where {vital} is not null")).all())
    return [value for (value,) in found]


def told(house: House, session_id: int, *, struck: bool = True) -> list[tuple[str, float, str]]:
    found = house.read(lambda c: queries.told_readings(c, session_id, *SPAN, struck=struck))
    return sorted(
        ((one.vital, one.value, one.struck) for one in found if one.source != "BEFORE"), key=lambda one: one[2]
    )


def heard(house: House) -> list[dict[str, object]]:
    return [dict(payload) for event, payload, _ in house.ears.heard if event == "values" and payload.get("struck")]


def test_two_messages_of_one_moment_with_other_content_are_both_kept_and_the_last_is_shown(house: House) -> None:
    session_id = house.infusing()
    house.wait(1)
    at = house.clock.now()
    for value in (97.0, 84.0):
        assert b"MSA|AA" in house.send(oru(at, spo2=value))
    assert number(house, "spo2") == 84.0, "the number says what the chart says"
    assert charted(house, session_id) == [("spo2", 84.0)]
    assert curve(house, "spo2")[-1] == 84.0
    assert {97.0, 84.0} <= set(stored(house, "spo2"))
    assert told(house, session_id, struck=False) == [("spo2", 84.0, ""), ("spo2", 97.0, "replaced")], "nothing vanishes"


def test_the_second_content_of_a_moment_is_judged(house: House) -> None:
    """A monitor that sends twice a second with times of whole seconds hides nothing from the alarms."""
    session_id = house.infusing()
    house.wait(1)
    at = house.clock.now()
    house.send(oru(at, spo2=97.0))
    assert "spo2_desaturation" not in house.live(session_id).states
    house.send(oru(at, spo2=80.0))
    assert "spo2_desaturation" in house.live(session_id).states, "its delay runs"


def test_the_same_contents_sent_again_change_nothing(house: House) -> None:
    house.infusing()
    house.wait(1)
    at = house.clock.now()
    first, second = oru(at, hr=72.0), oru(at, hr=75.0)
    for raw in (first, second, first, second, first):
        house.send(raw)
        house.wait(1)
    assert number(house, "hr") == 75.0
    assert (stored(house, "hr").count(72.0), stored(house, "hr").count(75.0)) == (1, 1)


def test_a_correction_changes_the_number_and_the_open_page_and_makes_it_no_younger(house: House) -> None:
    session_id = house.infusing()
    house.wait(1)
    at = house.clock.now()
    house.send(oru(at, hr=133.0))
    came_s = house.chair().latest[Vital.HR].last_mono_s
    house.wait(4)
    house.send(corrected(at, hr=73.0))
    assert number(house, "hr") == 73.0
    assert house.chair().latest[Vital.HR].last_mono_s == came_s
    assert charted(house, session_id) == [("hr", 73.0)]
    assert told(house, session_id, struck=False) == [("hr", 73.0, "")]
    assert told(house, session_id) == [("hr", 73.0, ""), ("hr", 133.0, "corrected")]
    (frame,) = heard(house)
    assert frame["struck"] == [{"vital": "hr", "at": at.isoformat()}]
    assert frame["numbers"]["hr"]["value"] == 73.0  # type: ignore[index]


def test_what_was_first_sent_does_not_come_back_over_a_correction(house: House) -> None:
    session_id = house.infusing()
    house.wait(1)
    at = house.clock.now()
    house.send(oru(at, hr=133.0))
    house.send(corrected(at, hr=73.0))
    house.send(oru(at, hr=140.0))
    assert number(house, "hr") == 73.0
    assert charted(house, session_id) == [("hr", 73.0)]


def test_a_correction_of_a_value_that_is_too_old_is_kept_and_shown_by_no_number(house: House) -> None:
    session_id = house.infusing()
    for _ in range(5):
        house.wait(1)
        at = house.clock.now()
        house.vitals(hr=133.0)
    house.wait(11)
    house.send(corrected(at, hr=73.0))
    assert house.chair().latest[Vital.HR].value == 133.0, "grey already: the past is not news"
    assert ("hr", 73.0) in charted(house, session_id)


def test_a_withdrawal_takes_the_number_off_the_open_page(house: House) -> None:
    session_id = house.infusing()
    house.wait(1)
    at = house.clock.now()
    house.vitals(hr=133.0)
    house.send(taken_back(at, "hr", 133.0))
    assert told(house, session_id) == [("hr", 133.0, "withdrawn")]
    (frame,) = heard(house)
    assert frame["numbers"]["hr"]["value"] is None  # type: ignore[index]
    assert frame["struck"] == [{"vital": "hr", "at": at.isoformat()}]


def test_a_correction_stands_again_after_a_withdrawal_and_nothing_else_does(house: House) -> None:
    house.infusing()
    house.wait(1)
    at = house.clock.now()
    house.vitals(hr=133.0)
    house.send(taken_back(at, "hr", 133.0))
    house.send(oru(at, hr=90.0))
    assert number(house, "hr") is None
    house.send(corrected(at, hr=75.0))
    assert number(house, "hr") == 75.0


def test_what_stood_beside_the_number_is_taken_back_without_it(house: House) -> None:
    house.infusing()
    house.wait(1)
    at = house.clock.now()
    house.vitals(hr=80.0)
    house.send(taken_back(at, "hr", 90.0, sub_id="1.9"))
    assert number(house, "hr") == 80.0


def test_a_corrected_cuff_value_is_shown_with_its_other_parts_and_its_own_age(house: House) -> None:
    house.infusing()
    house.wait(1)
    at = house.clock.now()
    house.send(oru(at, nibp_sys=210.0, nibp_dia=80.0, nibp_mean=100.0))
    cuff_s = house.chair().cuff.mono_s  # type: ignore[union-attr]
    house.wait(30)
    house.send(corrected(at, nibp_sys=120.0))
    cuff = house.chair().cuff
    assert cuff is not None
    assert (cuff.systolic, cuff.diastolic, cuff.mean, cuff.mono_s) == (120.0, 80.0, 100.0, cuff_s)
    assert house.clock.now() - cuff.device_at >= timedelta(seconds=30)


def test_the_chart_strikes_what_was_corrected_or_taken_back_and_never_erases_it(house: House) -> None:
    session_id = house.infusing()
    for value in (133.0, 140.0, 75.0):
        house.wait(1)
        at = house.clock.now()
        house.vitals(hr=value)
        if value == 133.0:
            house.send(corrected(at, hr=73.0))
        elif value == 140.0:
            house.send(taken_back(at, "hr", 140.0))
    chair_id = house.chair().id
    found = house.read(lambda c: queries.struck_readings(c, chair_id, session_id, *SPAN))
    assert [(one.value, one.struck) for one in found] == [(133.0, "corrected"), (140.0, "withdrawn")]
