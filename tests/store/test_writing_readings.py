"""Readings are stored once, whole and small."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from monitor.clinical.vitals import Vital
from monitor.store import content, queries, schema
from monitor.store.errors import WriteFailed
from monitor.store.queries.doubted import doubted
from monitor.store.rows import Batch


def stored(clinic) -> int:
    return clinic.store.read(lambda c: c.execute(select(func.count()).select_from(schema.readings)).scalar_one())


def read_all(clinic, chair=None):
    return clinic.store.read(queries.readings, chair or clinic.chair, clinic.at(-3600), clinic.at(36000))


def test_a_value_comes_back_with_its_unit_sub_id_times_and_source(clinic):
    row = clinic.reading(5, implausible=frozenset({"spo2"}))
    assert clinic.store.write(Batch(readings=(row,))).readings_new == 1
    hr, spo2 = read_all(clinic)
    assert (hr.vital, hr.value, hr.unit, hr.sub_id, hr.quality) == ("hr", 72.0, "/min", "1.1", "accepted")
    assert (spo2.vital, spo2.quality) == ("spo2", "implausible")
    assert (hr.at, hr.measured_at, hr.received_at) == (row.charted_at, row.device_at, row.received_at)
    assert (hr.source, hr.session_id) == ("MONITOR^1", clinic.session)


def test_every_vital_has_a_column_and_a_bit_of_its_own(clinic):
    values = {vital.value: float(position) for position, vital in enumerate(Vital)}
    clinic.store.write(Batch(readings=(clinic.reading(values=values, implausible=frozenset(values)),)))
    found = read_all(clinic)
    assert {reading.vital: reading.value for reading in found} == values
    assert {reading.quality for reading in found} == {"implausible"}
    assert len(set(schema.VITAL_BIT.values())) == len(values)


def test_a_resend_is_stored_once_even_when_it_arrives_later_in_another_session(clinic):
    row = clinic.reading()
    resend = replace(row, received_at=row.received_at + timedelta(minutes=5), session_id=None)
    assert clinic.store.write(Batch(readings=(row,))).readings_new == 1
    assert clinic.store.write(Batch(readings=(resend, clinic.reading(1)))).readings_new == 1
    assert stored(clinic) == 2
    assert read_all(clinic)[0].received_at == row.received_at


def test_a_resend_inside_one_batch_is_stored_once(clinic):
    assert clinic.store.write(Batch(readings=(clinic.reading(), clinic.reading()))).readings_new == 1


@pytest.mark.parametrize(
    "change",
    [
        {"values": {"hr": 73.0, "spo2": 98.0}},
        {"values": {"hr": 72.0}},
        {"sub_ids": {"hr": "1.9", "spo2": "1.2"}},
        {"source": "MONITOR^2"},
        {"implausible": frozenset({"hr"})},
        {"corrects": True},
        {"others": (("pr", 71.0, "1.8"),)},
        {"absences": (("rr", "lead_off"),)},
    ],
)
def test_different_content_at_the_same_time_is_kept_beside(clinic, change):
    assert clinic.store.write(Batch(readings=(clinic.reading(), clinic.reading(**change)))).readings_new == 2


def test_rows_that_share_a_hash_by_chance_are_both_kept_and_their_resends_are_not(clinic, monkeypatch):
    monkeypatch.setattr("monitor.store.readings.short_key", lambda _content: 7)
    rows = tuple(clinic.reading(values={"hr": value}) for value in (70.0, 71.0, 72.0))
    assert clinic.store.write(Batch(readings=rows)).readings_new == 3
    assert clinic.store.write(Batch(readings=rows[::-1])).readings_new == 0
    assert stored(clinic) == 3


def test_the_hash_after_the_last_is_the_first():
    assert content.next_key(2**31 - 1) == -(2**31)


def test_of_two_values_at_one_device_time_the_one_received_last_counts(clinic):
    early = clinic.reading(values={"hr": 70.0})
    late = clinic.reading(values={"hr": 75.0}, received_at=clinic.at(3))
    clinic.store.write(Batch(readings=(late, early)))
    assert [reading.value for reading in read_all(clinic)] == [75.0]


def test_a_correction_counts_even_when_the_first_value_is_received_again_later(clinic):
    correction = clinic.reading(values={"hr": 75.0}, corrects=True)
    late = clinic.reading(values={"hr": 70.0}, received_at=clinic.at(60))
    clinic.store.write(Batch(readings=(correction, late)))
    assert [reading.value for reading in read_all(clinic)] == [75.0]


def test_rows_of_two_sources_at_one_time_complete_each_other(clinic):
    pump = clinic.reading(source="PUMP", values={"pump_rate": 60.0}, sub_ids={})
    clinic.store.write(Batch(readings=(clinic.reading(), pump)))
    assert [reading.vital for reading in read_all(clinic)] == ["hr", "spo2", "pump_rate"]


def test_a_wrong_device_clock_is_charted_when_it_was_received_and_keeps_its_own_time(clinic):
    wrong = clinic.reading(device_at=clinic.t0.replace(year=1970), charted_at=clinic.at(10), received_at=clinic.at(10))
    clinic.store.write(Batch(readings=(clinic.reading(9), wrong, clinic.reading(11))))
    found = [one for one in read_all(clinic) if one.vital == "hr"]
    assert [one.at for one in found] == [clinic.at(9), clinic.at(10), clinic.at(11)]
    assert found[1].measured_at.year == 1970


def test_what_is_not_a_number_becomes_an_absence_and_the_rest_is_kept(clinic):
    row = clinic.reading(
        values={"hr": float("nan"), "rr": float("inf"), "spo2": 97.0}, absences=(("temp", "no_value"),)
    )
    clinic.store.write(Batch(readings=(row,)))
    assert [reading.vital for reading in read_all(clinic)] == ["spo2"]
    (beside,) = clinic.store.read(queries.beside_readings, clinic.chair, clinic.t0, clinic.at(1))
    assert beside.absences == (("temp", "no_value"), ("hr", "not_a_number"), ("rr", "not_a_number"))


def test_values_of_further_sources_are_kept_beside(clinic):
    clinic.store.write(Batch(readings=(clinic.reading(others=(("spo2", 91.0, "2.2"),)),)))
    (beside,) = clinic.store.read(queries.beside_readings, clinic.chair, clinic.t0, clinic.at(1))
    assert beside.others == (("spo2", 91.0, "2.2"),)


def test_a_vital_without_a_column_is_refused_aloud(clinic):
    with pytest.raises(WriteFailed) as refusal:
        clinic.store.write(Batch(readings=(clinic.reading(), clinic.reading(1, values={"glucose": 5.0}))))
    assert "glucose" in str(refusal.value.__cause__)
    assert stored(clinic) == 0


def test_layouts_are_kept_once_and_survive_a_batch_that_failed(clinic):
    bad = clinic.reading(1, chair_id=999)
    with pytest.raises(WriteFailed):
        clinic.store.write(Batch(readings=(clinic.reading(), bad)))
    clinic.store.write(Batch(readings=tuple(clinic.reading(second) for second in range(3))))
    clinic.store.write(Batch(readings=(clinic.reading(9),)))
    layouts = clinic.store.read(lambda c: c.execute(select(schema.reading_layouts)).all())
    assert len(layouts) == 1
    assert read_all(clinic)[0].sub_id == "1.1"


def test_readings_of_one_session_leave_out_those_of_another_and_of_none(clinic):
    rows = (clinic.reading(), clinic.reading(1, session_id=None), clinic.reading(2))
    clinic.store.write(Batch(readings=rows))
    found = clinic.store.read(queries.session_readings, clinic.session, clinic.t0, clinic.at(9), ("hr",))
    assert [one.at for one in found] == [clinic.t0, clinic.at(2)]
    assert clinic.store.read(queries.session_readings, 999, clinic.t0, clinic.at(9)) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.dictionaries(st.sampled_from(["hr", "spo2", "temp"]), st.floats(-50, 400), min_size=1),
        ),
        max_size=12,
    )
)
def test_writing_any_readings_twice_is_writing_them_once(clinic, made):
    rows = tuple(clinic.reading(second, values=values) for second, values in made)
    clinic.store.write(Batch(readings=rows))
    before = stored(clinic)
    assert clinic.store.write(Batch(readings=rows)).readings_new == 0
    assert stored(clinic) == before


def test_a_doubt_is_kept_with_the_value_and_is_no_part_of_what_was_measured(clinic):
    row = clinic.reading(5, questionable=frozenset({"spo2"}))
    assert clinic.store.write(Batch(readings=(row,))).readings_new == 1
    assert [one.quality for one in read_all(clinic)] == ["accepted", "questionable"]
    assert clinic.store.write(Batch(readings=(replace(row, questionable=frozenset()),))).readings_new == 0
    assert [one.quality for one in read_all(clinic)] == ["accepted", "questionable"]


def test_where_nothing_is_doubted_nothing_is_stored(clinic):
    clinic.store.write(Batch(readings=(clinic.reading(),)))
    assert clinic.store.read(lambda c: c.execute(select(schema.readings.c.questionable)).scalar_one()) is None


def test_an_implausible_value_stays_implausible_whatever_else_is_said_of_it(clinic):
    row = clinic.reading(5, questionable=frozenset({"spo2"}), implausible=frozenset({"spo2"}))
    clinic.store.write(Batch(readings=(row,)))
    assert [one.quality for one in read_all(clinic)] == ["accepted", "implausible"]


def test_doubts_close_to_each_other_are_one_stretch(clinic):
    seconds = {"spo2": (0, 5, 15, 26, 30), "hr": (26,)}
    rows = [
        clinic.reading(second, questionable=frozenset(vital for vital, at in seconds.items() if second in at))
        for second in range(40)
    ]
    clinic.store.write(Batch(readings=tuple(rows)))

    def stretches(session, until):
        found = clinic.store.read(doubted, clinic.chair, session, clinic.at(0), clinic.at(until))
        return [(one.vital, *((at - clinic.at(0)).total_seconds() for at in (one.from_at, one.to_at))) for one in found]

    assert stretches(clinic.session, 40) == [("hr", 26, 26), ("spo2", 0, 15), ("spo2", 26, 30)]
    assert stretches(clinic.session, 5) == [("spo2", 0, 5)]
    assert stretches(clinic.session + 1, 40) == []
