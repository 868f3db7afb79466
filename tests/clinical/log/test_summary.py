"""How far it went, how long it was beyond, and when nothing was measured."""

from datetime import datetime, timedelta

from monitor.clinical.alarms.limits import Direction
from monitor.clinical.alarms.load import OutOfRange
from monitor.clinical.alarms.own_limits import in_force, read_wanted, with_change
from monitor.clinical.log.beyond import Stretch, beyond
from monitor.clinical.log.silences import silences
from monitor.clinical.log.summary import summarised
from monitor.clinical.log.values import Measured, Series, from_ms, series_of, to_ms
from monitor.clinical.session import SessionState
from monitor.clinical.vitals import Vital
from monitor.clinical.watched import Watched
from tests.clinical.bedside import BASELINE, POLICY, START

WATCHED = Watched(SessionState.INFUSING, BASELINE)
INFUSING = Stretch(START, POLICY, WATCHED)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def timed(*values: float, every_s: float = 1, from_s: float = 0) -> Series:
    return series_of((to_ms(at(from_s + index * every_s)), value) for index, value in enumerate(values))


def test_time_beyond_the_limits_is_what_the_replay_counts_value_by_value():
    values = {
        Vital.SPO2: timed(97, 91, 89, 89, 92, 91, 97, 85, every_s=2),
        Vital.HR: timed(*range(40, 140, 3)),
        Vital.NIBP_SYS: timed(126, 171, 208, 88, every_s=300),
    }
    for vital, series in values.items():
        expected = OutOfRange()
        interval = Watched(SessionState.INFUSING, BASELINE, {vital: series.interval_s})
        for ms, value in series.pairs():
            expected.heard(POLICY, interval, vital, value, ms / 1000)
        expected.close(to_ms(at(4000)) / 1000)
        found = beyond(vital, series, [INFUSING], at(4000))
        assert found.above_s == expected.seconds.get((vital, Direction.HIGH), 0), vital
        assert found.below_s == expected.seconds.get((vital, Direction.LOW), 0), vital


def test_the_limits_of_the_moment_count_not_those_of_the_end():
    rule_id, wanted = read_wanted({"rule": "hr_high", "limits": {"medium": 128}})
    own = in_force(POLICY, with_change({}, rule_id, wanted, "Rita Bloom", at(10), "known tachycardia"))
    no_baseline = Watched(SessionState.INFUSING)
    stretches = [
        Stretch(START, POLICY, no_baseline),
        Stretch(at(10), own, no_baseline),
        Stretch(at(30), own, Watched(SessionState.DISCHARGED)),
    ]
    found = beyond(Vital.HR, timed(*[126] * 40), stretches, at(40))
    assert (found.above_s, found.below_s, found.measured_s) == (10, 0, 40)


def test_a_silence_is_time_without_a_value_and_stands_nowhere_as_good():
    values = series_of([*timed(*[85] * 5).pairs(), *timed(*[97] * 5, from_s=300).pairs()])
    found = beyond(Vital.SPO2, values, [INFUSING], at(305))
    assert (found.below_s, found.measured_s) == (4 + 10, 4 + 10 + 5)
    gaps = silences(Vital.SPO2, values, POLICY.freshness, at(900))
    assert [(gap.from_at, gap.length_s, gap.ended) for gap in gaps] == [(at(4), 296, True), (at(304), 596, False)]
    assert silences(Vital.NIBP_SYS, timed(120, 121, every_s=900), POLICY.freshness, at(9000)) == []


def test_extremes_are_of_accepted_values_and_a_questionable_one_that_goes_farther_is_told_beside():
    spo2 = Measured(timed(97, 92, 95, 92), questionable=timed(71, 98, from_s=10), implausible=2, struck=1)
    summary = summarised(POLICY, [INFUSING], {Vital.SPO2: spo2}, [], START, at(60))
    [line] = summary.vitals
    assert (line.lowest.value, line.lowest.at, line.highest.value) == (92, at(1), 97)
    assert (line.doubted_lowest.value, line.doubted_lowest.at, line.doubted_highest.value) == (71, at(10), 98)
    assert (line.count, line.questionable, line.implausible, line.struck) == (4, 2, 2, 1)


def test_a_session_without_values_and_one_with_a_single_value_have_a_summary_that_says_so():
    empty = summarised(POLICY, [], {}, [], START, START)
    assert (empty.vitals, empty.silences, empty.alarms) == ((), (), ())
    one = summarised(POLICY, [INFUSING], {Vital.HR: Measured(timed(72))}, [], START, at(5)).vitals[0]
    assert (one.lowest, one.beyond.measured_s, one.beyond.above_s) == (one.highest, 5, 0)
    doubted = summarised(POLICY, [INFUSING], {Vital.HR: Measured(Series(), timed(72))}, [], START, at(5)).vitals[0]
    assert (doubted.lowest, doubted.doubted_lowest.value) == (None, 72)


def test_milliseconds_are_those_of_utc_whatever_the_clock_on_the_wall_did():
    assert from_ms(to_ms(at(0.25))) == at(0.25)
