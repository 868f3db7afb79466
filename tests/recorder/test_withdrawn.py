"""A device takes a value back: it leaves every number, curve and gate, and ends no alarm."""

from datetime import datetime, timedelta

from sqlalchemy import text

from monitor.clinical.vitals import Vital
from monitor.recorder.acts import AssignUnassigned, ReplayQuarantine
from monitor.store import queries
from monitor.store.queries.late import late_values
from monitor.store.queries.refused import Whose
from tests.recorder.house import MDC, START_AT, UNITS, House, oru

SPAN = (START_AT - timedelta(hours=1), START_AT + timedelta(hours=1))


def taken_back(at: datetime, vital: str, value: float, *, sub_id: str = "1.1", source: str = "MON^SIM") -> bytes:
    """A message that withdraws one value of an earlier one."""
    stamp = f"{at:%Y%m%d%H%M%S}.{at.microsecond // 1000:03d}+0000"
    row = f"OBX|1|NM|{MDC[vital]}^MDC|{sub_id}|{value:g}|{UNITS[vital]}^MDC|||||W|||{stamp}"
    return oru(at, source=source, extra=(row,))


def charted(house: House, session_id: int) -> list[tuple[str, float]]:
    found = house.read(lambda c: queries.session_readings(c, session_id, *SPAN))
    return [(one.vital, one.value) for one in found if one.source != "BEFORE"]


def curve(house: House, vital: str) -> list[float]:
    chair_id = house.chair().id
    points = house.read(lambda c: queries.decimated(c, chair_id, vital, *SPAN, buckets=10_000))
    return [value for _, value in points]


def test_a_value_taken_back_leaves_numbers_and_curves_and_the_row_stays(house: House) -> None:
    session_id = house.infusing()
    house.wait(1)
    at = house.clock.now()
    house.vitals(hr=133.0)
    before = house.chair().feed.last_mono_s  # type: ignore[union-attr]
    house.wait(1)
    assert b"MSA|AA" in house.send(taken_back(at, "hr", 133.0))
    assert charted(house, session_id) == []
    assert 133.0 not in curve(house, "hr")
    assert house.chair().latest[Vital.HR].withdrawn
    picture = house.publisher._picture.tile(house.chair())  # type: ignore[attr-defined]
    assert (picture["numbers"]["hr"]["value"], picture["numbers"]["hr"]["state"]) == (None, "missing")
    assert house.read(lambda c: c.execute(text("select count(*) from readings where hr = 133")).scalar()) == 1
    assert house.chair().feed.last_mono_s == before, "taking back is not measuring"  # type: ignore[union-attr]


def test_it_ends_no_alarm_and_the_next_value_is_shown(house: House) -> None:
    session_id = house.infusing()
    for _ in range(10):
        house.wait(1)
        at = house.clock.now()
        house.vitals(spo2=80.0)
        house.tick(0.1)
    assert "spo2_desaturation" in {one.rule_id for one in house.live(session_id).shown()}
    house.send(taken_back(at, "spo2", 80.0))
    house.tick(2)
    assert "spo2_desaturation" in {one.rule_id for one in house.live(session_id).shown()}
    house.vitals(spo2=97.0)
    assert not house.chair().latest[Vital.SPO2].withdrawn


def test_what_was_kept_beside_the_charted_value_is_taken_back_alone(house: House) -> None:
    session_id = house.infusing()
    house.wait(1)
    at = house.clock.now()
    house.vitals(hr=80.0)
    house.send(taken_back(at, "hr", 90.0, sub_id="1.9"))
    assert charted(house, session_id) == [("hr", 80.0)]


def test_the_withdrawn_value_sent_again_stays_withdrawn_and_a_later_correction_stands(house: House) -> None:
    session_id = house.infusing()
    house.wait(1)
    at = house.clock.now()
    raw = oru(at, hr=133.0)
    house.send(raw)
    house.wait(1)
    house.send(taken_back(at, "hr", 133.0))
    house.send(taken_back(at, "hr", 133.0))
    house.wait(1)
    house.send(raw)
    assert charted(house, session_id) == []
    house.wait(1)
    house.send(oru(at, hr=75.0).replace(b"|||||F|||", b"|||||C|||"))
    assert charted(house, session_id) == [("hr", 75.0)]
    assert curve(house, "hr")[-1] == 75.0
    assert house.read(lambda c: c.execute(text("select count(*) from withdrawals")).scalar()) == 1


def test_a_cuff_taken_back_is_no_measurement(house: House) -> None:
    house.infusing()
    house.wait(1)
    at = house.clock.now()
    house.vitals(nibp_sys=120.0)
    UNITS.setdefault("nibp_sys", "266016^MDC_DIM_MMHG")
    house.send(taken_back(at, "nibp_sys", 120.0))
    assert house.chair().cuff is None


def test_a_withdrawal_that_comes_before_its_value_holds_all_the_same(house: House) -> None:
    session_id = house.infusing()
    house.wait(5)
    at = house.clock.now() - timedelta(seconds=1)
    house.send(taken_back(at, "hr", 133.0))
    house.send(oru(at, hr=133.0))
    assert charted(house, session_id) == []


def test_a_withdrawal_that_was_refused_and_is_read_again_takes_the_value_off_record_and_screen(house: House) -> None:
    session_id = house.infusing()
    house.wait(1)
    at = house.clock.now()
    house.vitals(hr=133.0)
    house.arrive(taken_back(at, "hr", 133.0), refused="unfinished")
    house.turn()
    (kept,) = house.read(queries.quarantine)
    assert charted(house, session_id) == [("hr", 133.0)]
    answer = house.desk.replay_quarantine(ReplayQuarantine(kept.id, None, "mended", house.nurse))
    assert [one["outcome"] for one in answer["outcomes"]] == ["charted"]  # type: ignore[index]
    house.turn()
    assert charted(house, session_id) == []
    assert 133.0 not in curve(house, "hr")
    assert house.chair().latest[Vital.HR].withdrawn
    assert [frame["struck"] for event, frame, _ in house.ears.heard if event == "values" and frame.get("struck")]


def test_a_withdrawal_assigned_later_takes_back_what_was_assigned_with_it(house: House) -> None:
    session_id = house.infusing()
    house.wait(1)
    at = house.clock.now()
    house.send(oru(at, bed="NEW1", hr=133.0, spo2=97.0))
    house.send(taken_back(at, "hr", 133.0).replace(b"^^BED1", b"^^NEW1"))
    whose = Whose("MON^SIM", "NEW1")
    house.desk.assign_unassigned(AssignUnassigned(whose, None, session_id, "hers", None, house.nurse))
    house.turn()
    assert charted(house, session_id) == [("spo2", 97.0)]
    told = house.read(lambda c: queries.told_readings(c, session_id, *SPAN))
    assert [(one.value, one.struck) for one in told if one.vital == "hr" and one.source != "BEFORE"] == [
        (133.0, "withdrawn")
    ]
    late = house.read(lambda c: late_values(c, house.chair().id, session_id, *SPAN))
    assert {vital: [value for _, value in points] for vital, points in late.items()} == {"spo2": [97.0]}
